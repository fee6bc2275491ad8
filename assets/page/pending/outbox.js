// Stores messages that the server has not confirmed yet, and drafts, in the browser, for each account.
// ../chat/pending_messages.js sends them. `place`: the id of the conversation, or "new-…" before it has one; `name`: the draft's.
import { addEntry, age, changeEntry, entriesJson, randomId, removeEntry } from "./stored_entries.js";

/** The kind of the entries that are messages. */
export const MESSAGES = "waiting";
/** The kind of the entries that tell a tab which conversation another tab has started with its message. */
export const STARTED = "started";
const STARTED_MS = 86_400_000; // after so long the tab has been closed, or its message is forgotten
const NEW = "new-";
const PLACE = "taskchat:place";
const draftKey = (account, thread) => `taskchat:${account}:draft:${thread}`;
let startedThread = "";

/** Return all stored messages as JSON, oldest first. */
export const messagesJson = (account) => entriesJson(account, MESSAGES);

/** Return the place for messages of this conversation: its id, or this tab's "new-…" place if it has none. */
export function placeOf(account, thread) {
  if (thread) return thread;
  let tabPlace = sessionStorage.getItem(PLACE);
  if (!tabPlace) {
    // Messages of a closed tab are shown in the next tab that opens; not in tabs that were open at the same time.
    const orphan = JSON.parse(messagesJson(account)).find(({ place, at }) => place.startsWith(NEW) && at < performance.timeOrigin);
    tabPlace = orphan?.place ?? NEW + randomId();
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

/** Store a message, with the order of the list beside it; one with the same key and place is stored once. */
export function add(account, message) {
  const same = ({ key, place }) => key === message.key && place === message.place;
  if (JSON.parse(messagesJson(account)).some(same)) return;
  addEntry(account, MESSAGES, { ...listOrder(), ...message });
}

/** Messages stored behind the first one of a new conversation belong to `thread` from now on. */
function moveMessages(account, place, thread) {
  const behind = JSON.parse(messagesJson(account)).filter((message) => message.place === place);
  for (const message of behind) changeEntry(message, { place: thread });
}

/** This tab's new conversation has its id. */
function haveStarted(thread) {
  sessionStorage.removeItem(PLACE);
  startedThread = thread;
}

/** Leave a note for the tab whose message has started the conversation. */
function tellTab(account, place, thread) {
  JSON.parse(entriesJson(account, STARTED)).filter((told) => age(told) > STARTED_MS).forEach(removeEntry);
  addEntry(account, STARTED, { place, thread });
}

/** Remove the message with this key, which the server has stored. Returns whether this tab's message has started `thread`. */
export function confirmStored(account, key, thread) {
  const confirmed = JSON.parse(messagesJson(account)).filter((message) => message.key === key);
  const ownPlace = sessionStorage.getItem(PLACE);
  const places = new Set(confirmed.map(({ place }) => place));
  confirmed.forEach(removeEntry);
  for (const place of places) {
    if (place === ownPlace) haveStarted(thread);
    else if (place.startsWith(NEW)) tellTab(account, place, thread);
    moveMessages(account, place, thread);
  }
  return places.has(ownPlace);
}

/** Return the id of the conversation that another tab has started with this tab's message; "" if none has. */
export function takeStartedElsewhere(account) {
  const place = sessionStorage.getItem(PLACE);
  const told = JSON.parse(entriesJson(account, STARTED)).find((one) => one.place === place);
  if (!told) return "";
  haveStarted(told.thread);
  removeEntry(told);
  moveMessages(account, place, told.thread);
  return told.thread;
}

/** Return the id of the conversation that this tab has started since the last call; "" without one. */
export function takeStartedThread() {
  const thread = startedThread;
  startedThread = "";
  return thread;
}

/** Return the text that was typed and not sent, and the draft's name: the same in all tabs, a new one after sending. */
export const draft = (account, thread) => ({
  text: localStorage.getItem(draftKey(account, thread)) ?? "",
  name: localStorage.getItem(`${draftKey(account, thread)}:name`) ?? randomId(),
});

export function saveDraft(account, thread, text, name) {
  const id = draftKey(account, thread);
  if (text) {
    localStorage.setItem(id, text);
    localStorage.setItem(`${id}:name`, name);
  } else {
    localStorage.removeItem(id);
    localStorage.removeItem(`${id}:name`);
  }
}

/** Turn a message back into a draft. It keeps its name, and so its key, if nothing else was typed there. */
export function returnToDraft(account, message, thread) {
  const { text, name } = draft(account, thread);
  const same = !text && threadIdOf(message.place) === thread;
  saveDraft(account, thread, text ? `${text}\n${message.text}` : message.text, same ? message.name : name);
  removeEntry(message);
}
