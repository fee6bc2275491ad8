// The state of the connection, in words, and how it is made again.
import { Fragment, createElement as h, useEffect, useState, useSyncExternalStore } from "react";
import { Manager } from "socket.io-client";
import { apiOrigin } from "./api_form.js";

// Where a connection could be made before, an attempt that nothing answers ends after this: with socket.io's own 20 s the
// page would stay dead for as long after the network is back.
const ATTEMPT_MS = 5000;
// A page that has had no connection for so long says where it looks for its server.
const UNREACHABLE_MS = 6000;

// The connection: up once the server has opened the page over it, down when Reflex says so (through the hook that its
// own instrumentation uses). `opened` names this opening of the page, and its path; `known` is whether there ever was one.
// `socket` is whether the server answers at all, on the pages before signing in too.
const connection = { up: false, opened: "", known: false, refused: false, socket: false, listeners: new Set() };
const tell = () => connection.listeners.forEach((listener) => listener());
const set = (up, opened) => {
  Object.assign(connection, { up, opened, known: connection.known || up, refused: connection.refused && !up });
  tell();
};
/** Reflex tries again by itself with growing pauses of up to 2 s; whenever the page is looked at again it tries at once. */
const tryNow = () => {
  tell();
  document.dispatchEvent(new Event("visibilitychange"));
};
/** Hears what Reflex tells its own instrumentation by this name; whoever heard it before still does. */
export function hearReflex(name, hear) {
  if (typeof window === "undefined") return;
  const hooks = window.__reflex_otel ?? {};
  window.__reflex_otel = { ...hooks, [name]: (...told) => { hooks[name]?.(...told); hear(...told); } };
}

/** The server refuses a socket where too many are open (`TOO_MANY` in `guard.py`); Reflex goes on trying. */
const hearRefusal = ({ data }) => {
  if (data?.message !== "too_many_sockets") return;
  connection.refused = true;
  tell();
};

const hearSocket = (socket) => {
  connection.socket = socket;
  tell();
};
hearReflex("onSocketConnect", () => hearSocket(true));
hearReflex("onSocketDisconnect", () => hearSocket(false));
hearReflex("onSocketDisconnect", () => set(false, ""));
if (typeof window !== "undefined") {
  const { open } = Manager.prototype;
  Manager.prototype.open = function (...rest) {
    this.off("packet", hearRefusal).on("packet", hearRefusal);
    return open.apply(connection.known ? this.timeout(ATTEMPT_MS) : this, rest);
  };
  window.addEventListener("online", tryNow);
  window.addEventListener("offline", tell);
}
const subscribe = (listener) => {
  connection.listeners.add(listener);
  return () => connection.listeners.delete(listener);
};
const stateNow = () => (navigator.onLine === false ? "offline" : connection.up ? "connected" : "reconnecting");

/** "connected", "reconnecting" or "offline". */
export const useConnection = () => useSyncExternalStore(subscribe, stateNow, () => "reconnecting");

/** Names the present opening of the page over the connection; "" while there is none. */
export const useOpening = () =>
  useSyncExternalStore(subscribe, () => (stateNow() === "connected" ? connection.opened : ""), () => "");

/** The path that an opening is of. */
export const openedPath = (opening) => opening.split(" ")[1];

/** The words for the state of the connection, in a status region; `opened` changes each time the server has opened the page. */
export function Connection({ opened, onOpened, connected, reconnecting, offline, tooMany, ...props }) {
  useEffect(() => {
    if (!opened) return;
    set(true, opened);
    onOpened();
  }, [opened]);
  const state = useConnection();
  const refused = useSyncExternalStore(subscribe, () => connection.refused, () => false);
  return h(
    Fragment,
    null,
    h("div", { role: "status", ...props, "data-state": state }, { connected, reconnecting, offline }[state]),
    refused && h("div", { role: "alert", className: "unanswered" }, h("p", null, tooMany)),
  );
}

/**
 * Says where the page looks for its server, once it has had no connection to it for a while. `name` and `reconnecting` are
 * for pages that say nothing of the connection otherwise.
 */
export function Unreachable({ hydrated, sentence, name, reconnecting, className }) {
  const isConnected = useSyncExternalStore(subscribe, () => connection.socket || connection.refused, () => true);
  useEffect(() => {
    // The page server of `reflex run` sends this module only when the connection may stand already.
    if (hydrated) hearSocket(true);
  }, [hydrated]);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (isConnected) return;
    const late = setTimeout(() => setLate(true), UNREACHABLE_MS);
    return () => clearTimeout(late);
  }, [isConnected]);
  const state = isLate && name && h("div", { role: "status", "aria-label": name, className: "connection", "data-state": "reconnecting" }, reconnecting);
  // The region stands from the first, empty, so that what comes into it is read out.
  const told = h("p", { role: "status" }, isLate ? sentence.replace("{address}", apiOrigin()) : null);
  return h("div", { className: isLate ? className : "sr-only" }, state, told);
}
