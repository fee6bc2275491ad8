// The state of the connection, in words.
import { createElement as h, useEffect, useSyncExternalStore } from "react";

// The connection: up once the server has opened the page over it, down when Reflex says so (through the hook that its
// own instrumentation uses).
const connection = { up: false, listeners: new Set() };
const tell = () => connection.listeners.forEach((listener) => listener());
const setUp = (up) => {
  connection.up = up;
  tell();
};
if (typeof window !== "undefined") {
  const hooks = window.__reflex_otel ?? {};
  window.__reflex_otel = {
    ...hooks,
    onSocketDisconnect: (reason) => { hooks.onSocketDisconnect?.(reason); setUp(false); },
  };
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
}
const subscribe = (listener) => {
  connection.listeners.add(listener);
  return () => connection.listeners.delete(listener);
};
const stateNow = () => (navigator.onLine === false ? "offline" : connection.up ? "connected" : "reconnecting");

/** The words for the state of the connection, in a status region; `opened` changes each time the server has opened the page. */
export function Connection({ opened, onOpened, connected, reconnecting, offline, ...props }) {
  useEffect(() => {
    if (!opened) return;
    setUp(true);
    onOpened();
  }, [opened]);
  const state = useSyncExternalStore(subscribe, stateNow, () => "reconnecting");
  return h("div", { role: "status", ...props, "data-state": state }, { connected, reconnecting, offline }[state]);
}
