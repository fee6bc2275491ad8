// What the server has not confirmed yet, in the browser's storage, as entries of an account and a kind: messages, which
// ../chat/pending_messages.js sends, tasks that add_line.js adds, and ticks (ticks.js). drafts.js stores drafts in the same way.
// Each entry has a storage key of its own, so that tabs that write at the same time do not overwrite each other.
//
// The `place` of a message is the id of its conversation, or "new-…" until that has one. Its `name` is that of the draft that it
// was (drafts.js). The server stores messages with the same `key` once.
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { listenerSet } from "../core/listeners.js";
import { rememberAccount, rememberedAccount } from "../core/tab_account.js";

const TAB = "taskchat:tab";
/** After so long any other tab sends an entry, if its own tab has not sent it. */
export const ORPHAN_MS = 5000;
export const MESSAGES = "waiting";
/** The kind of the entries { place, thread }: a tab has sent a message of another tab's place, which started conversation `thread`. */
export const STARTED = "started";
const STARTED_MS = 86_400_000; // after so long the entry is removed: its tab has been closed
const NEW = "new-";
const PLACE = "taskchat:place"; // where a tab stores its "new-…" place
let count = 0;
let startedThread = ""; // until takeStartedThread is called

/** Return a unique id; crypto.randomUUID exists only over https and on localhost. */
export const randomId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");

export const { notify, subscribe } = listenerSet();
if (typeof window !== "undefined") window.addEventListener("storage", notify); // of other tabs

const prefixOf = (account, kind) => `taskchat:${account}:${kind}:`;

/** Return all entries as JSON, oldest first: a string, so that React can compare snapshots. */
const entriesJson = (account, kind) => {
  const ids = Object.keys(localStorage).filter((id) => id.startsWith(prefixOf(account, kind))).sort();
  return JSON.stringify(ids.map((id) => ({ id, ...JSON.parse(localStorage.getItem(id)) })));
};

export const entries = (account, kind) => JSON.parse(entriesJson(account, kind));

/** Return an entry of this kind as it was before and after a storage event has changed it; null for another event. */
export const changedEntry = ({ key, oldValue, newValue }, account, kind) =>
  oldValue && newValue && key.startsWith(prefixOf(account, kind)) ? [JSON.parse(oldValue), JSON.parse(newValue)] : null;

/** Return the entries, and render again after each change of them. */
export function useEntries(account, kind) {
  const json = useSyncExternalStore(subscribe, () => entriesJson(account, kind), () => "[]");
  return useMemo(() => JSON.parse(json), [json]);
}

export function addEntry(account, kind, entry) {
  const order = Date.now().toString(36) + String((count += 1)).padStart(4, "0");
  const id = `${prefixOf(account, kind)}${order}-${randomId()}`; // sorts by time: "taskchat:<account>:waiting:mizk3v9c0001-…"
  localStorage.setItem(id, JSON.stringify({ ...entry, tab: tabId(), at: Date.now() }));
  notify();
}

export function changeEntry({ id, ...entry }, changes) {
  localStorage.setItem(id, JSON.stringify({ ...entry, ...changes }));
  notify();
}

export function removeEntry({ id }) {
  localStorage.removeItem(id);
  notify();
}

/** Milliseconds since the entry was written. */
export const age = ({ at }) => Date.now() - at;

/** Return this tab's id, which survives a reload. */
export function tabId() {
  const id = sessionStorage.getItem(TAB) ?? randomId();
  sessionStorage.setItem(TAB, id);
  return id;
}

/** Return the signed-in account; until the server has sent it, the last one of this tab. */
export function useAccount(serverAccount) {
  useEffect(() => { if (serverAccount) rememberAccount(serverAccount); }, [serverAccount]);
  const remembered = useSyncExternalStore(subscribe, rememberedAccount, () => "");
  return serverAccount || remembered;
}

/** Return the place for messages of this conversation: its id, or this tab's "new-…" place if it has none. */
export function placeOf(account, thread) {
  if (thread) return thread;
  let tabPlace = sessionStorage.getItem(PLACE);
  if (!tabPlace) {
    // Messages from before this page was loaded may be those of a closed tab: this tab shows them.
    const isEarlier = ({ place, at }) => place.startsWith(NEW) && at < performance.timeOrigin;
    tabPlace = entries(account, MESSAGES).find(isEarlier)?.place ?? NEW + randomId();
    sessionStorage.setItem(PLACE, tabPlace);
  }
  return tabPlace;
}

/** Return the id of the conversation to which messages of this place go; "" starts a new one. */
export const threadIdOf = (place) => (place.startsWith(NEW) ? "" : place);

/** Return the sort that the user chose for the list beside the chat, and its direction; "" is the default. */
export function listOrder() {
  const query = new URLSearchParams(window.location.search);
  return { sort: query.get("sort") ?? "", order: query.get("order") ?? "" };
}

/** Store a message, with the order of the list, unless one with its key and place is stored. */
export function add(account, message) {
  const isStored = entries(account, MESSAGES).some(({ key, place }) => key === message.key && place === message.place);
  if (!isStored) addEntry(account, MESSAGES, { ...listOrder(), ...message });
}

/** Move the other messages of this place to the conversation that the first one has started. */
function moveMessages(account, place, thread) {
  const rest = entries(account, MESSAGES).filter((message) => message.place === place);
  for (const message of rest) changeEntry(message, { place: thread });
}

/** Give this tab's new conversation its id. */
function setStarted(thread) {
  sessionStorage.removeItem(PLACE);
  startedThread = thread;
}

/** Remove the message with this key, which the server has stored in `thread`. Returns whether that is this tab's new conversation. */
export function confirmStored(account, key, thread) {
  const confirmed = entries(account, MESSAGES).filter((message) => message.key === key); // one of each tab that has sent the draft
  const ownPlace = sessionStorage.getItem(PLACE);
  const places = new Set(confirmed.map(({ place }) => place));
  confirmed.forEach(removeEntry);
  for (const place of places) {
    if (place === ownPlace) setStarted(thread);
    else if (place.startsWith(NEW)) {
      entries(account, STARTED).filter((entry) => age(entry) > STARTED_MS).forEach(removeEntry);
      addEntry(account, STARTED, { place, thread }); // for the tab of this place
    }
    moveMessages(account, place, thread);
  }
  return places.has(ownPlace);
}

/** Return the id of the conversation that another tab has started with this tab's message; "" if none has. */
export function takeStartedElsewhere(account) {
  const place = sessionStorage.getItem(PLACE);
  const started = entries(account, STARTED).find((entry) => entry.place === place);
  if (!started) return "";
  setStarted(started.thread);
  removeEntry(started);
  moveMessages(account, place, started.thread);
  return started.thread;
}

/** Return the id of the conversation that this tab has started since the last call; "" without one. */
export function takeStartedThread() {
  const thread = startedThread;
  startedThread = "";
  return thread;
}
