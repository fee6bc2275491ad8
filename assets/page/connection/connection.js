// Tracks the connection to the server, speeds up reconnecting, and shows the connection's state.
import { Fragment, createElement as h, useEffect, useState, useSyncExternalStore } from "react";
import { Manager } from "socket.io-client";
import * as words from "$/utils/words";
import { useGettext } from "../core/language.js";
import { listenerSet } from "../core/listeners.js";
import { rememberAccount } from "../core/tab_account.js";
import { apiOrigin } from "./api_form.js";
import { forgetTab } from "./login_redirect.js";

const ATTEMPT_MS = 5000; // time-out of a reconnection attempt; socket.io's 20 s are too long for a network that is back
const UNREACHABLE_MS = 6000; // after so long without a connection the page shows the server's address
// How long the server may take to open the page before the page reconnects; twice as long each time. Longer than the
// 10 s after which Redis ends the lock of an instance that was killed.
const OPENING_MS = { first: 15_000, most: 60_000 };

const STATES = { connected: words.CONNECTED, reconnecting: words.RECONNECTING, offline: words.OFFLINE_STATE };

const connection = {
  socket: false, // whether a socket is open, on anonymous pages too
  opened: "", // how the server has opened the page over this socket (see parseOpening); "" until it has
  known: false, // whether the server has ever opened the page
  refused: false, // whether the server refuses more sockets
  foreign: false, // whether the server has another version of the app than this page, so that events would be lost
};
let manager = null; // socket.io's manager, whose `nsps` holds the only socket; null if that was there before this module
let openingMs = OPENING_MS.first; // the next waiting time of reconnectLater
const { notify, subscribe } = listenerSet();
const change = (changes) => {
  Object.assign(connection, changes);
  notify();
};

const currentState = () => {
  if (navigator.onLine === false) return "offline";
  return connection.opened && !connection.foreign ? "connected" : "reconnecting";
};

export const isConnected = () => currentState() === "connected";

/** Return what `read` returns, again after each change of the connection; `first` while the page hydrates. */
const useOfConnection = (read, first = false) => useSyncExternalStore(subscribe, read, () => first);

/** "connected", "reconnecting" or "offline". */
export const useConnection = () => useOfConnection(currentState, "reconnecting");

/** The current opening of the page, as `connection.opened`; "" while disconnected. */
export const useOpening = () => useOfConnection(() => (isConnected() ? connection.opened : ""), "");

/** Return the parts of an opening, "id path socket account". The id is another one each time the server opens the page. */
const parseOpening = (opening) => {
  const [, path, socket, account] = opening.split(" ");
  return { path, socket, account };
};

export const openedPath = (opening) => parseOpening(opening).path;

/** A status region with the state of the connection; `opened` changes each time the server opens the page. */
export function Connection({ opened, onOpened, ...props }) {
  const gettext = useGettext();
  useEffect(() => {
    if (!opened) return;
    const { socket, account } = parseOpening(opened);
    // A page that loads gets the tab's former state first, which the server opened over an earlier socket.
    const isOfEarlierSocket = manager && socket !== Object.values(manager.nsps)[0]?.id;
    if (isOfEarlierSocket) return;
    openingMs = OPENING_MS.first;
    rememberAccount(account);
    window.__taskchat_account ||= account; // see ../shell/opening_account.js
    change({ opened, known: true, refused: false });
    onOpened();
  }, [opened]);
  const state = useConnection();
  const awaitsOpening = useOfConnection(() => connection.socket && !connection.opened && !connection.foreign);
  useEffect(() => (awaitsOpening ? reconnectLater() : undefined), [awaitsOpening]);
  const refused = useOfConnection(() => connection.refused);
  const foreign = useOfConnection(() => connection.foreign);
  const alert = (sentence) => h("div", { role: "alert", className: "unanswered" }, h("p", null, gettext(sentence)));
  const status = h("div", { role: "status", ...props, "data-state": state }, gettext(STATES[state]));
  return h(Fragment, null, status, refused && alert(words.TOO_MANY_PAGES), foreign && alert(words.OTHER_VERSION));
}

/** A line for a page without a connection: the browser is offline, or the server has not answered for a while. */
export function Unreachable({ hydrated, alone, className }) {
  const gettext = useGettext();
  const isKnown = useOfConnection(() => connection.known);
  const isOffline = useConnection() === "offline";
  useEffect(() => {
    // `reflex run`'s page server may load this module after the socket has connected.
    if (hydrated) change({ socket: true });
  }, [hydrated]);
  const isAnswered = useOfConnection(() => connection.socket || connection.refused, true);
  const [isLate, setLate] = useState(false); // whether the server has not answered for UNREACHABLE_MS
  useEffect(() => {
    setLate(false);
    if (isAnswered) return;
    const timer = setTimeout(() => setLate(true), UNREACHABLE_MS);
    return () => clearTimeout(timer);
  }, [isAnswered]);
  const isShown = isOffline || isLate;
  const state = isOffline ? "offline" : "reconnecting";
  let sentence = ""; // rendered empty first, so that screen readers announce what is added
  if (isOffline) sentence = alone ? "" : gettext(words.OFFLINE_LINE); // `alone`: the state above it says the same
  else if (isLate && isKnown) sentence = gettext(words.NO_CONNECTION);
  else if (isLate) sentence = gettext(words.SERVER_UNREACHABLE).replace("{address}", apiOrigin());
  const stateProps = { role: "status", "aria-label": gettext(words.CONNECTION), className: "connection", "data-state": state };
  return h("div", { className: isShown ? className : "sr-only" },
    isShown && alone && h("div", stateProps, gettext(STATES[state])),
    h("p", { role: "status" }, sentence));
}

/**
 * Reconnect after a while, unless the returned function is called before. A page that the server could not open, because
 * its database was away, is opened only over a new connection.
 */
function reconnectLater() {
  const timer = setTimeout(() => {
    openingMs = Math.min(2 * openingMs, OPENING_MS.most);
    // Closed, socket.io connects again. A socket that was there before this module cannot be closed: load the page.
    if (manager) manager.engine?.close();
    else location.reload();
  }, openingMs);
  return () => clearTimeout(timer);
}

/** Reconnect at once, as Reflex does when the page becomes visible; otherwise it waits up to 2 s between attempts. */
const reconnectNow = () => {
  notify(); // navigator.onLine has changed, which currentState reads
  document.dispatchEvent(new Event("visibilitychange"));
};

/** Add a listener to a hook of Reflex's instrumentation; earlier listeners stay. */
export function subscribeReflex(name, listener) {
  if (typeof window === "undefined") return;
  const hooks = window.__reflex_otel ?? {};
  window.__reflex_otel = { ...hooks, [name]: (...args) => { hooks[name]?.(...args); listener(...args); } };
}

/** Handle the refusals of a socket: those of `socket_limits.py`, and Reflex's event for a server of another version. */
const handlePacket = ({ data }) => {
  if (data?.message === "other_account") startOver();
  if (data?.[0] === "state_mismatch") change({ foreign: true });
  if (data?.message === "too_many_sockets") change({ refused: true });
};

let isLeaving = false;

/** Load the page again without anything of the former account: the browser has signed in to another one. */
const startOver = () => {
  if (isLeaving) return; // Reflex connects again, and is refused, until the page is left
  isLeaving = true;
  forgetTab();
  if (location.pathname.startsWith("/set-password")) return location.reload(); // its address has the link's token
  location.replace(location.pathname.startsWith("/c/") ? "/" : location.pathname); // without filters and searches
};

subscribeReflex("onSocketConnect", () => change({ socket: true }));
subscribeReflex("onSocketDisconnect", () => change({ socket: false, opened: "" }));
if (typeof window !== "undefined") {
  // Reflex keeps its manager to itself: its method `open`, which begins each attempt to connect, notes it.
  const { open } = Manager.prototype;
  Manager.prototype.open = function (...rest) {
    manager = this;
    this.off("packet", handlePacket).on("packet", handlePacket);
    return open.apply(connection.known ? this.timeout(ATTEMPT_MS) : this, rest);
  };
  window.addEventListener("online", reconnectNow);
  window.addEventListener("offline", notify);
}
