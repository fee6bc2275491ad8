// A notice that the server has not processed the user's last input yet.
import { createElement as h, useEffect, useRef, useState } from "react";
import { subscribeReflex, useConnection } from "../connection/connection.js";
import { isSynced, requestSync, subscribeSync } from "./pending_input.js";

const SYNC_AFTER_MS = 600; // after the first event; most are processed by then, so few cost a sync request
const SLOW_AFTER_MS = 500; // after the sync request
const SYNC_EVENT = "sync_state.answer";

let onEvent = () => {};
subscribeReflex("onEventSend", (event) => { if (!event.name.endsWith(SYNC_EVENT)) onEvent(); });

/** Shows the sentence while the server is slow to process events. */
export function SlowResponseNotice({ sentence, ...props }) {
  const connected = useConnection() === "connected";
  const [isSlow, setSlow] = useState(false);
  const pendingSync = useRef(0); // the open sync request, 0 if there is none
  const hasNewEvents = useRef(false); // whether events were sent after the open sync request
  const timer = useRef(null);
  const sendSync = () => {
    pendingSync.current = requestSync();
    timer.current = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
  };
  const watch = () => {
    if (pendingSync.current) hasNewEvents.current = true;
    else timer.current ??= setTimeout(sendSync, SYNC_AFTER_MS);
  };
  const reset = () => {
    clearTimeout(timer.current);
    [pendingSync.current, hasNewEvents.current, timer.current] = [0, false, null];
    setSlow(false);
  };
  useEffect(() => subscribeSync(() => {
    if (!pendingSync.current || !isSynced(pendingSync.current)) return;
    const watchAgain = hasNewEvents.current;
    reset();
    if (watchAgain) watch();
  }), []);
  useEffect(() => {
    if (!connected) return;
    onEvent = watch;
    return () => {
      onEvent = () => {};
      reset();
    };
  }, [connected]);
  return h("div", { ...props, role: "status" }, isSlow && h("p", null, sentence));
}
