// Notices that the server has not processed the user's last action yet, and that the connection broke off before it had.
import { createElement as h, useSyncExternalStore } from "react";
import * as words from "$/utils/words";
import { isConnected, subscribeReflex, useConnection } from "../connection/connection.js";
import { useGettext } from "../core/language.js";
import { listenerSet } from "../core/listeners.js";
import { isSynced, newestRequest, requestSync, subscribeSync } from "./pending_input.js";

const SYNC_AFTER_MS = 600; // after the first event; most are processed by then, so few cost a sync request
const SLOW_AFTER_MS = 500; // after the sync request
const SYNC_EVENT = "sync_state.answer";
// Not reported are events that the page sends by itself, that open something or close it, and those whose text is stored in
// the browser until it is confirmed, and sent again.
const UNREPORTED_HANDLERS = new Set([ // by these names, of every state
  "on_load_internal", "handle_frontend_exception", "answer", "end", "greet", "leave_if_signed_in", "read_error",
  "open_page", "begin_day", "follow", "follow_running", "poll", "resend", "pass_time", "describe_zone_switch",
  "reach", "reveal_field", "load_older", "load_more", "load_again", "search", "apply_address", "follow_address",
  "show_open_tasks", "open", "show", "close", "dismiss", "dismiss_error", "show_failure", "tell_refusal", "hide_result",
  "hide_tries",
]);
const UNREPORTED_EVENTS = new Set(["conversations_state.see", "chat_state.send", "add_state.add", "add_state.understand"]);

/** Whether the event, such as "reflex___state____state.taskchat_app___ui___chat___state____chat_state.stop", is reported. */
const isReported = ({ name }) => {
  const [state, handler] = name.split(".").slice(-2);
  return !UNREPORTED_HANDLERS.has(handler) && !UNREPORTED_EVENTS.has(`${state.split("____").at(-1)}.${handler}`);
};

let sent = []; // events that may not be processed yet: { text: "" if it is not reported, after: the newest sync request before it }
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
  sent.push({ text: isReported(event) ? text : "", after: newestRequest() });
  if (sent.length === 1) restartTimer();
});
subscribeSync(() => {
  const isProcessed = ({ after }) => isSynced(after + 1); // a request that was sent after it is answered
  if (sent.some((event) => event.text && isProcessed(event))) show({ lost: [] });
  sent = sent.filter((event) => !isProcessed(event));
  restartTimer();
});
subscribeReflex("onSocketDisconnect", () => {
  show({ lost: [...shown.lost, ...sent.map(({ text }) => text).filter(Boolean)] });
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
  const button = h("button", { type: "button", className: "icon-button small", "aria-label": dismiss, title: dismiss, onClick: () => show({ lost: [] }) }, children);
  return h(
    "div",
    { ...props, role: "status" },
    connected && slow && h("p", null, gettext(words.UNANSWERED)),
    connected && isUnconfirmed && h("p", null, gettext(words.UNCONFIRMED), button),
  );
}
