// Ticks: what the user did to the checkboxes of tasks and the server has not confirmed yet, as entries { number, done } in the
// browser's storage (outbox.js). They survive a lost connection and a reload: sent twice, a tick changes nothing more.
import { useEffect, useRef, useSyncExternalStore } from "react";
import { useOpening } from "../connection/connection.js";
import { listenerSet, useLaterRendering } from "../core/listeners.js";
import { rememberedAccount } from "../core/tab_account.js";
import { ORPHAN_MS, addEntry, age, entries, removeEntry, subscribe, tabId, useAccount, useEntries } from "./outbox.js";
import { isSynced, requestSync, subscribeSync } from "./pending_input.js";

const TICKS = "ticks"; // the kind of the entries; service_worker.js reads them too

let ticks = new Map(); // whether each task is to be done, by its number
const { notify, subscribe: subscribeTicks } = listenerSet();

const readTicks = () => {
  const former = ticks;
  ticks = new Map(entries(rememberedAccount(), TICKS).map(({ number, done }) => [number, done]));
  if (former.size || ticks.size) notify();
};
if (typeof window !== "undefined") subscribe(readTicks);

/** Store a tick for `TickSender` to send, in place of earlier ones of this task. */
export function storeTick(number, done) {
  const account = rememberedAccount();
  const earlier = entries(account, TICKS).filter((tick) => tick.number === number);
  addEntry(account, TICKS, { number, done });
  earlier.forEach(removeEntry);
}

/** Return whether the user wants the task to be done; undefined if the server has processed that. */
export const useTick = (number) => useSyncExternalStore(subscribeTicks, () => ticks.get(number), () => undefined);

/** Sends the stored ticks, again each time the page is opened, until the server has processed them, with whatever result. */
export function TickSender({ account: serverAccount, onSend }) {
  const account = useAccount(serverAccount);
  const opening = useOpening();
  const requests = useRef(new Map()); // the sync request after each entry that was sent since this opening, by the entry's id
  const stored = useEntries(account, TICKS);
  const renderLater = useLaterRendering();
  useEffect(readTicks, [account]);
  useEffect(() => () => requests.current.clear(), [opening]); // the connection that broke may have lost them
  useEffect(() => {
    if (!opening) return;
    const unsent = stored.filter(({ id }) => !requests.current.has(id));
    const delayOf = ({ tab, at }) => (tab === tabId() ? 0 : ORPHAN_MS - age({ at })); // until then its own tab sends it
    for (const { id, number, done } of unsent.filter((tick) => delayOf(tick) <= 0)) {
      onSend(number, done);
      requests.current.set(id, requestSync());
    }
    const delays = unsent.map(delayOf).filter((delay) => delay > 0);
    if (delays.length) return renderLater(Math.min(...delays));
  });
  useEffect(() => subscribeSync(() => {
    const isProcessed = ({ id }) => requests.current.has(id) && isSynced(requests.current.get(id));
    entries(account, TICKS).filter(isProcessed).forEach(removeEntry);
  }), [account]);
  return null;
}
