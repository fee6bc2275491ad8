// Notices that the server has not processed the user's last input yet, and that the connection broke off before it had.
import { createElement as h, useEffect, useRef, useState } from "react";
import { subscribeReflex, useConnection } from "../connection/connection.js";
import { isSynced, requestSync, subscribeSync } from "./pending_input.js";

const SYNC_AFTER_MS = 600; // after the first event; most are processed by then, so few cost a sync request
const SLOW_AFTER_MS = 500; // after the sync request
const SYNC_EVENT = "sync_state.answer";
// Events that are no actions: what these send is stored in the browser until it is confirmed, and sent again after a
// broken connection; the others change nothing.
const NO_ACTIONS = ["chat_state.send", "add_state.add", "add_state.understand", "state.hydrate_and_load"];
const PRESS_MS = 100; // an event sent so soon after a press belongs to it
const PRESSES = ["click", "change", "submit", "drop", "pointerup", "keydown"];

let pressedAt = -Infinity;
const isTyping = ({ type, key, target }) => type === "keydown" && key !== "Enter" && target.matches?.("input, textarea, select");
const notePress = (event) => { if (!isTyping(event)) pressedAt = performance.now(); };
if (typeof window !== "undefined") PRESSES.forEach((name) => window.addEventListener(name, notePress, true));

/** Whether the event is something that the user has just done. */
const isAction = ({ name }) => performance.now() - pressedAt < PRESS_MS && !NO_ACTIONS.some((end) => name.endsWith(end));

let onEvent = () => {};
subscribeReflex("onEventSend", (event) => { if (!event.name.endsWith(SYNC_EVENT)) onEvent(isAction(event)); });

/**
 * Shows `sentence` while the server is slow to process events, and `unconfirmed` after a connection that broke off before
 * the server had processed an action, until the next one is processed or the user presses the button named `dismiss`,
 * whose icon is the child.
 */
export function SlowResponseNotice({ sentence, unconfirmed, dismiss, children, ...props }) {
  const connected = useConnection() === "connected";
  const [isSlow, setSlow] = useState(false);
  const [isUnconfirmed, setUnconfirmed] = useState(false);
  const pendingSync = useRef(0); // the open sync request, 0 if there is none
  const hasNewEvents = useRef(false); // whether events were sent after the open sync request
  const actions = useRef({ asked: false, added: false }); // whether actions were sent before the open request, and after it
  const timer = useRef(null);
  const sendSync = () => {
    pendingSync.current = requestSync();
    timer.current = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
  };
  const watch = (hasAction) => {
    if (hasAction) actions.current[pendingSync.current ? "added" : "asked"] = true;
    if (pendingSync.current) hasNewEvents.current = true;
    else timer.current ??= setTimeout(sendSync, SYNC_AFTER_MS);
  };
  const reset = () => {
    clearTimeout(timer.current);
    [pendingSync.current, hasNewEvents.current, timer.current] = [0, false, null];
    actions.current = { asked: false, added: false };
    setSlow(false);
  };
  useEffect(() => subscribeSync(() => {
    if (!pendingSync.current || !isSynced(pendingSync.current)) return;
    const [watchAgain, { asked, added }] = [hasNewEvents.current, actions.current];
    if (asked) setUnconfirmed(false);
    reset();
    if (watchAgain) watch(added);
  }), []);
  useEffect(() => {
    if (!connected) return;
    onEvent = watch;
    return () => {
      onEvent = () => {};
      if (actions.current.asked || actions.current.added) setUnconfirmed(true);
      reset();
    };
  }, [connected]);
  const close = () => setUnconfirmed(false);
  const button = h("button", { type: "button", className: "icon-button small", "aria-label": dismiss, title: dismiss, onClick: close }, children);
  return h(
    "div",
    { ...props, role: "status" },
    isSlow && h("p", null, sentence),
    connected && isUnconfirmed && h("p", null, unconfirmed, button),
  );
}
