// Tracks the connection to the server, speeds up reconnecting, and shows the connection's state. What is typed
// meanwhile waits in ../pending/outbox.js.
import { Fragment, createElement as h, useEffect, useState, useSyncExternalStore } from "react";
import { Manager } from "socket.io-client";
import * as words from "$/utils/words";
import { useGettext } from "../core/language.js";
import { listenerSet } from "../core/listeners.js";
import { rememberAccount } from "../core/tab_account.js";
import { apiOrigin } from "./api_form.js";
import { forgetTab } from "./login_redirect.js";

// Time-out of a reconnection attempt: with socket.io's own 20 s the page would stay disconnected that long after the
// network is back.
const ATTEMPT_MS = 5000;
// After so long without a connection the page shows the server's address.
const UNREACHABLE_MS = 6000;
// How long the server may take to open the page before the page reconnects; twice as long each time. Longer than the
// 10 s after which Redis ends the lock of an instance that was killed.
const OPENING_MS = { first: 15_000, most: 60_000 };

// `up`: true once the server has opened the page over this connection, false when Reflex reports a disconnect (through
// the hook of its own instrumentation). `opened`: id, path, socket and account of this opening of the page. `known`: whether `up`
// was ever true. `refused`: whether the server refuses more sockets. `socket`: whether a socket is open, on anonymous pages too.
// `foreign`: whether the server runs another version of the app than this page was built for: its events would be lost.
const connection = { up: false, opened: "", known: false, refused: false, foreign: false, socket: false };
const { notify, subscribe } = listenerSet();
const change = (changes) => {
  Object.assign(connection, changes);
  notify();
};
/** Reconnect at once, as Reflex does when the page becomes visible; otherwise it waits up to 2 s between attempts. */
const reconnectNow = () => {
  notify();
  document.dispatchEvent(new Event("visibilitychange"));
};
let manager = null; // of the socket
let openingMs = OPENING_MS.first;
/**
 * Reconnect after a while, unless the returned function is called before: a page that the server could not open, for
 * example while its database was away, is not opened again over the same connection.
 */
function reconnectLater() {
  const timer = setTimeout(() => {
    openingMs = Math.min(2 * openingMs, OPENING_MS.most);
    manager.engine?.close();
  }, openingMs);
  return () => clearTimeout(timer);
}

/** Add a listener to a hook of Reflex's instrumentation; earlier listeners stay. */
export function subscribeReflex(name, listener) {
  if (typeof window === "undefined") return;
  const hooks = window.__reflex_otel ?? {};
  window.__reflex_otel = { ...hooks, [name]: (...args) => { hooks[name]?.(...args); listener(...args); } };
}

let isLeaving = false;

/** Load the page again without anything of the former account: the browser has signed in to another one. */
const startOver = () => {
  if (isLeaving) return; // Reflex connects again, and is refused, until the page is left
  isLeaving = true;
  forgetTab();
  if (location.pathname.startsWith("/set-password")) return location.reload(); // its address has the link's token
  location.replace(location.pathname.startsWith("/c/") ? "/" : location.pathname); // without filters and searches
};

/**
 * The server refuses a socket when too many are open (`TOO_MANY` in `socket_limits.py`); Reflex goes on trying. A server of another
 * version says so on connecting (Reflex's event); the page then stays disconnected until it is loaded again.
 */
const handlePacket = ({ data }) => {
  if (data?.message === "other_account") startOver();
  if (data?.[0] === "state_mismatch") change({ foreign: true });
  if (data?.message === "too_many_sockets") change({ refused: true });
};

subscribeReflex("onSocketConnect", () => change({ socket: true }));
subscribeReflex("onSocketDisconnect", () => change({ socket: false, up: false, opened: "" }));
if (typeof window !== "undefined") {
  const { open } = Manager.prototype;
  Manager.prototype.open = function (...rest) {
    manager = this;
    this.off("packet", handlePacket).on("packet", handlePacket);
    return open.apply(connection.known ? this.timeout(ATTEMPT_MS) : this, rest);
  };
  window.addEventListener("online", reconnectNow);
  window.addEventListener("offline", notify);
}
const currentState = () => (navigator.onLine === false ? "offline" : connection.up && !connection.foreign ? "connected" : "reconnecting");

export const isConnected = () => currentState() === "connected";

/** "connected", "reconnecting" or "offline". */
export const useConnection = () => useSyncExternalStore(subscribe, currentState, () => "reconnecting");

/** Id and path of the current opening of the page; "" while disconnected. */
export const useOpening = () =>
  useSyncExternalStore(subscribe, () => (isConnected() ? connection.opened : ""), () => "");

/** Return the path of an opening. */
export const openedPath = (opening) => opening.split(" ")[1];

/** Return whether the server opened the page over an earlier socket: a page that loads gets the tab's former state first. */
const isOutdated = (opened) => {
  if (!manager) return false; // the socket was there before this module: unknown
  return opened.split(" ")[2] !== Object.values(manager.nsps)[0]?.id;
};

const STATES = { connected: words.CONNECTED, reconnecting: words.RECONNECTING, offline: words.OFFLINE_STATE };

/** A status region with the state of the connection; `opened` changes each time the server opens the page. */
export function Connection({ opened, onOpened, ...props }) {
  const gettext = useGettext();
  useEffect(() => {
    if (!opened || isOutdated(opened)) return;
    openingMs = OPENING_MS.first;
    const account = opened.split(" ")[3];
    rememberAccount(account);
    window.__taskchat_account ||= account; // see ../shell/opening_account.js
    change({ up: true, opened, known: true, refused: false });
    onOpened();
  }, [opened]);
  const state = useConnection();
  const awaitsOpening = useSyncExternalStore(subscribe, () => connection.socket && !connection.up && !connection.foreign, () => false);
  useEffect(() => (awaitsOpening ? reconnectLater() : undefined), [awaitsOpening]);
  const refused = useSyncExternalStore(subscribe, () => connection.refused, () => false);
  const foreign = useSyncExternalStore(subscribe, () => connection.foreign, () => false);
  return h(
    Fragment,
    null,
    h("div", { role: "status", ...props, "data-state": state }, gettext(STATES[state])),
    refused && h("div", { role: "alert", className: "unanswered" }, h("p", null, gettext(words.TOO_MANY_PAGES))),
    foreign && h("div", { role: "alert", className: "unanswered" }, h("p", null, gettext(words.OTHER_VERSION))),
  );
}

/**
 * A line that says while the browser is offline, and after a while without a connection, that what is typed waits. A page that
 * never was connected shows the server's address instead: nothing can be typed there. `alone`: the page does not show the
 * state of the connection elsewhere, and sends nothing by itself.
 */
export function Unreachable({ hydrated, alone, className }) {
  const gettext = useGettext();
  const isConnected = useSyncExternalStore(subscribe, () => connection.socket || connection.refused, () => true);
  const isKnown = useSyncExternalStore(subscribe, () => connection.known, () => false);
  const isOffline = useConnection() === "offline";
  useEffect(() => {
    // `reflex run`'s page server may load this module after the socket has connected.
    if (hydrated) change({ socket: true });
  }, [hydrated]);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (isConnected) return;
    const late = setTimeout(() => setLate(true), UNREACHABLE_MS);
    return () => clearTimeout(late);
  }, [isConnected]);
  const isShown = isOffline || isLate;
  const shown = isOffline ? "offline" : "reconnecting";
  const state = isShown && alone && h("div", { role: "status", "aria-label": gettext(words.CONNECTION), className: "connection", "data-state": shown }, gettext(STATES[shown]));
  const sentence = isOffline ? !alone && words.OFFLINE_LINE : isLate && (isKnown ? words.NO_CONNECTION : words.SERVER_UNREACHABLE);
  // The region is rendered empty first, so that screen readers announce what is added to it.
  const message = h("p", { role: "status" }, sentence ? gettext(sentence).replace("{address}", apiOrigin()) : null);
  return h("div", { className: isShown ? className : "sr-only" }, state, message);
}
