// Notices that the server has not processed the user's last action yet, and that the connection broke off before it had.
import { createElement as h, useLayoutEffect, useSyncExternalStore } from "react";
import { useLocation } from "react-router";
import * as words from "$/utils/words";
import { isConnected, subscribeReflex, useConnection } from "../connection/connection.js";
import { useGettext } from "../core/language.js";
import { listenerSet } from "../core/listeners.js";
import { isSynced, newestRequest, requestSync, subscribeSync } from "./pending_input.js";

const SYNC_AFTER_MS = 600; // after the first event; most are processed by then, so few cost a sync request
const SLOW_AFTER_MS = 500; // after the sync request
const SYNC_EVENT = "sync_state.answer";
// Events that are no actions: what these send is stored in the browser until it is confirmed, and sent again after a
// broken connection; the others change nothing, and the list requests its next rows again where it still needs them.
const NO_ACTIONS = ["chat_state.send", "add_state.add", "add_state.understand", "tasks_state.load_more"];
// An event sent so soon after a press belongs to it. A timer ends this, not the clock: on a slow device what a press does
// may take longer, and the timer waits for it.
const PRESS_MS = 100;
const PRESSES = ["click", "change", "submit", "drop", "pointerup", "keydown"];

let pressTimer = 0; // 0: no press
const isTyping = ({ type, key, target }) => type === "keydown" && key !== "Enter" && target.matches?.("input, textarea, select");
const forgetPress = () => {
  clearTimeout(pressTimer);
  pressTimer = 0;
};
const notePress = (event) => {
  if (isTyping(event)) return;
  forgetPress();
  pressTimer = setTimeout(forgetPress, PRESS_MS);
};
if (typeof window !== "undefined") PRESSES.forEach((name) => window.addEventListener(name, notePress, true));

/** Whether the event is something that the user has just done. */
const isAction = ({ name }) => pressTimer !== 0 && !NO_ACTIONS.some((end) => name.endsWith(end));

let sent = []; // events that may not be processed yet: { text, isAction, after: the newest sync request before it }
const shown = { isSlow: false, lost: [] }; // `lost`: texts of the actions sent over a broken connection, and not again
let timer = 0;
const { notify, subscribe } = listenerSet();
const show = (change) => {
  Object.assign(shown, change);
  notify();
};
const ask = () => {
  requestSync();
  timer = setTimeout(() => show({ isSlow: true }), SLOW_AFTER_MS);
};
const restartTimer = () => {
  clearTimeout(timer);
  show({ isSlow: false });
  if (sent.length) timer = setTimeout(ask, SYNC_AFTER_MS);
};

subscribeReflex("onEventSend", (event) => {
  const text = JSON.stringify([event.name, event.payload]);
  show({ lost: shown.lost.filter((other) => other !== text) });
  if (!isConnected() || event.name.endsWith(SYNC_EVENT)) return;
  const action = isAction(event);
  sent.push({ text: action ? text : "", isAction: action, after: newestRequest() });
  if (sent.length === 1) restartTimer();
});
subscribeSync(() => {
  const isProcessed = ({ after }) => isSynced(after + 1);
  if (sent.some((event) => event.isAction && isProcessed(event))) show({ lost: [] });
  sent = sent.filter((event) => !isProcessed(event));
  restartTimer();
});
subscribeReflex("onSocketDisconnect", () => {
  show({ lost: [...shown.lost, ...sent.filter((event) => event.isAction).map(({ text }) => text)] });
  sent = [];
  restartTimer();
});

/**
 * Tells that the server is slow to process events, and after a connection that broke off before the server had processed an
 * action that was not sent again, that this is unknown: until the next one is processed or the user presses the button,
 * whose icon is the child.
 */
export function SlowResponseNotice({ children, ...props }) {
  const gettext = useGettext();
  const dismiss = gettext(words.DISMISS);
  const connected = useConnection() === "connected";
  const slow = useSyncExternalStore(subscribe, () => shown.isSlow, () => false);
  const isUnconfirmed = useSyncExternalStore(subscribe, () => shown.lost.length > 0, () => false);
  // A press that opens another page is no action: after a lost connection the server opens the page of the address.
  useLayoutEffect(forgetPress, [useLocation()]);
  const button = h("button", { type: "button", className: "icon-button small", "aria-label": dismiss, title: dismiss, onClick: () => show({ lost: [] }) }, children);
  return h(
    "div",
    { ...props, role: "status" },
    connected && slow && h("p", null, gettext(words.UNANSWERED)),
    connected && isUnconfirmed && h("p", null, gettext(words.UNCONFIRMED), button),
  );
}
