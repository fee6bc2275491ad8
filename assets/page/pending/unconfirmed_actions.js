// Notices: the server has not processed the user's last action yet; the connection broke before it was processed.
import { createElement as h, useSyncExternalStore } from "react";
import * as words from "$/utils/words";
import { isConnected, subscribeReflex, useConnection } from "../connection/connection.js";
import { useGettext } from "../core/language.js";
import { listenerSet } from "../core/listeners.js";
import { isSynced, newestRequest, requestSync, subscribeSync } from "./pending_input.js";

const SYNC_AFTER_MS = 600; // from an event to the sync request, which most need not
const SLOW_AFTER_MS = 500; // from the sync request to the notice
const SYNC_EVENT = "sync_state.answer";
// The loss of these events is not reported.
const UNREPORTED_EVENTS = new Set([
  // They open, close or show something.
  "settings_state.open_page", "live_state.open_page", "embed_state.open_page", "feeds_state.open_page", "webhooks_state.open_page",
  "push_state.open_page", "tokens_state.open_page", "detail_state.open", "detail_state.show", "detail_state.close", "webhooks_state.show",
  "filters_state.close", "undo_state.dismiss", "tasks_state.dismiss_error", "conversations_state.dismiss_error",
  "settings_state.hide_result", "feeds_state.hide_result", "webhooks_state.hide_result", "push_state.hide_result",
  "tokens_state.hide_result", "tasks_state.show_open_tasks", "palette_state.reveal_field",
  // They load something.
  "chat_state.load_older", "activity_state.load_more", "tasks_state.load_more", "detail_state.load_more", "message_search_state.load_more",
  "conversations_state.load_more", "conversations_state.load_again", "message_search_state.search", "filters_state.search",
  "palette_state.search", "message_search_state.reach", "tasks_state.apply_address", "detail_state.follow_address",
  // The page sends them by itself.
  "on_load_internal_state.on_load_internal", "frontend_event_exception_state.handle_frontend_exception", "login_state.end",
  "sign_in_state.greet", "sign_in_state.leave_if_signed_in", "sign_in_state.read_error", "live_state.begin_day", "live_state.show_changes",
  "chat_state.follow_running", "reminders_state.poll", "tasks_state.resend", "tasks_state.pass_time", "settings_state.describe_zone_switch",
  "chat_state.show_failure", "undo_state.tell_refusal", "conversations_state.see",
  // The browser stores their text, and sends it again.
  "chat_state.send", "add_state.add", "add_state.understand",
]);

// The server answers a sync request once it has processed all earlier events. If the connection breaks before that, an event may
// be lost: the notice stays until the same event is sent again, a later one is processed or the user dismisses it.
const state = {
  sent: [], // the events that are not processed yet: { text, isReported, nextRequest }, `text` being the name and the payload
  isSlow: false, // whether the server is slow to process them
  lost: [], // the texts of events that may be lost
};
/** Whether a sync request that was sent after the event is answered; `nextRequest` is the least id of such requests. */
const isProcessed = ({ nextRequest }) => isSynced(nextRequest);
const { notify, subscribe } = listenerSet();
const change = (changes) => {
  Object.assign(state, changes);
  notify();
};

/** Shows that the server is slow, or that actions may be lost; the child is the icon of the button that hides the latter. */
export function SlowResponseNotice({ children, ...props }) {
  const gettext = useGettext();
  const dismiss = gettext(words.DISMISS);
  const connected = useConnection() === "connected";
  const slow = useSyncExternalStore(subscribe, () => state.isSlow, () => false);
  const isUnconfirmed = useSyncExternalStore(subscribe, () => state.lost.length > 0, () => false);
  const button = h("button", { type: "button", className: "icon-button small", "aria-label": dismiss, title: dismiss, onClick: () => change({ lost: [] }) }, children);
  return h("div", { ...props, role: "status" },
    connected && slow && h("p", null, gettext(words.UNANSWERED)),
    connected && isUnconfirmed && h("p", null, gettext(words.UNCONFIRMED), button));
}

/** Whether an event is reported. Its name is such as "reflex___state____state.taskchat_app___ui___chat___state____chat_state.stop". */
const isReported = ({ name }) => {
  const [stateName, handler] = name.split(".").slice(-2);
  return !UNREPORTED_EVENTS.has(`${stateName.split("____").at(-1)}.${handler}`);
};

let timer = 0;
/** While an event is not processed: send a sync request after a time, and show that the server is slow after another. */
const restartTimer = () => {
  clearTimeout(timer);
  change({ isSlow: false });
  if (!state.sent.length) return;
  timer = setTimeout(() => {
    requestSync();
    timer = setTimeout(() => change({ isSlow: true }), SLOW_AFTER_MS);
  }, SYNC_AFTER_MS);
};

subscribeReflex("onEventSend", (event) => {
  const text = JSON.stringify([event.name, event.payload]);
  change({ lost: state.lost.filter((other) => other !== text) }); // it is sent again
  if (!isConnected() || event.name.endsWith(SYNC_EVENT)) return;
  state.sent.push({ text, isReported: isReported(event), nextRequest: newestRequest() + 1 });
  if (state.sent.length === 1) restartTimer();
});
subscribeSync(() => {
  // The user has seen that the page works once an action is processed that came after those that may be lost.
  const wasLaterActionProcessed = state.sent.some((event) => event.isReported && isProcessed(event));
  const sent = state.sent.filter((event) => !isProcessed(event));
  change({ sent, lost: wasLaterActionProcessed ? [] : state.lost });
  restartTimer();
});
subscribeReflex("onSocketDisconnect", () => {
  const lostNow = state.sent.filter((event) => event.isReported).map(({ text }) => text);
  change({ sent: [], lost: [...state.lost, ...lostNow] });
  restartTimer();
});
