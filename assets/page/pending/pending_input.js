// Controls that keep the user's input until the server has processed it (see `requestSync`).
import { createContext, createElement as h, useContext, useEffect, useLayoutEffect, useState, useSyncExternalStore } from "react";
import { useOpening } from "../connection/connection.js";
import { listenerSet, useListener } from "../core/listeners.js";

let lastRequest = 0; // the id of the newest sync request
let lastAnswer = 0; // the id of the newest one that was answered
let send = () => {};
const { notify, subscribe } = listenerSet();

/** Send a sync request, which the server answers after all earlier events. Return its id, which is greater than all before. */
export function requestSync() {
  // The clock makes it greater than the ids from before a reload; the other two, if the clock was set back.
  lastRequest = Math.max(Date.now(), lastRequest + 1, lastAnswer + 1);
  send(lastRequest);
  return lastRequest;
}

export const newestRequest = () => Math.max(lastRequest, lastAnswer);

export const isSynced = (id) => id <= lastAnswer;

/** Call the listener at each answer. Returns a function that unsubscribes it. */
export const subscribeSync = subscribe;

export const useSynced = (id) => useSyncExternalStore(subscribeSync, () => isSynced(id), () => isSynced(id));

/** Sends sync requests and receives the answers: `answered` is the newest request that was answered. */
export function SyncBarrier({ answered, onAsk }) {
  const opening = useOpening();
  useLayoutEffect(() => { send = onAsk; });
  useEffect(() => {
    lastAnswer = answered;
    notify();
  }, [answered]);
  // A request sent just before the connection broke may be lost: send it again.
  useEffect(() => { if (opening && !isSynced(lastRequest)) send(lastRequest); }, [opening]);
  return null;
}

/**
 * Return the value to show, a setter for the user's input, and a function that returns whether an input is what the server has.
 * The input replaces the server's value until the server has processed all events sent so far; its own event may be lost.
 */
export function usePendingValue(value) {
  const [pending, setPending] = useState(null);
  useEffect(() => {
    if (!pending) return;
    const dropIfSynced = () => isSynced(pending.id) && setPending(null);
    dropIfSynced();
    return subscribeSync(dropIfSynced);
  }, [pending]);
  const shown = pending ? pending.value : value;
  const isStored = (input) => input === shown && input === value;
  return [shown, (input) => setPending({ id: requestSync(), value: input }), isStored];
}

/** A select element that shows the user's choice at once. */
export function Choice({ value, onChange, ...props }) {
  const [shown, setPending] = usePendingValue(value);
  const change = (event) => {
    onChange(event);
    setPending(event.target.value);
  };
  return h("select", { ...props, value: shown, onChange: change });
}

const SegmentsContext = createContext(null);

/** A group of buttons, one of them pressed; shows the user's choice at once. */
export function Segments({ value, onChoose, ...props }) {
  const [shown, setPending] = usePendingValue(value);
  const choose = (name) => {
    onChoose(name);
    setPending(name);
  };
  return h(SegmentsContext.Provider, { value: { shown, choose } }, h("div", { role: "group", ...props }));
}

export function Segment({ name, ...props }) {
  const { shown, choose } = useContext(SegmentsContext);
  return h("button", { ...props, type: "button", "aria-pressed": shown === name, onClick: () => choose(name) });
}

/** The server's preview of the text in the form `form`; hidden between the submission and the server's answer to it. */
export function ServerPreview({ form, any, children, ...props }) {
  const [request, setRequest] = useState(0);
  const isDone = useSynced(request);
  // On the document, so that it runs after the form's own listener, which sends the text.
  useListener("submit", ({ target }) => target.id === form && setRequest(requestSync()));
  return any && isDone ? h("div", props, children) : null;
}
