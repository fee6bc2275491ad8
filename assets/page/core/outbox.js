// Messages that the server has not confirmed yet, and drafts, in the browser's storage for each account.
// Each message has an entry of its own, so that tabs that write at the same time do not overwrite each other.
// A message's `place` is the id of its conversation, or "new-…" until the conversation has one; its `name` is its draft's.

/** Return a unique id; crypto.randomUUID exists only over https and on localhost. */
export const randomId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");

const NEW = "new-";
const PLACE = "taskchat:place";
const ACCOUNT = "taskchat:account";
const TAB = "taskchat:tab";
const messagePrefix = (account) => `taskchat:${account}:waiting:`;
const draftKey = (account, thread) => `taskchat:${account}:draft:${thread}`;
const listeners = new Set();
let count = 0;
let startedThread = "";
const notify = () => listeners.forEach((listener) => listener());

export function subscribe(listener) {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

/** Return all stored messages as JSON, oldest first: a string, so that React can compare snapshots. */
export const messagesJson = (account) => {
  const ids = Object.keys(localStorage).filter((id) => id.startsWith(messagePrefix(account))).sort();
  return JSON.stringify(ids.map((id) => ({ id, ...JSON.parse(localStorage.getItem(id)) })));
};

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

/** Milliseconds since the message was written. */
export const age = ({ at }) => Date.now() - at;

/** Return this tab's id, which survives a reload. */
export function tabId() {
  const id = sessionStorage.getItem(TAB) ?? randomId();
  sessionStorage.setItem(TAB, id);
  return id;
}

/** Store a message; one with the same key and place is stored once. */
export function add(account, message) {
  const same = ({ key, place }) => key === message.key && place === message.place;
  if (JSON.parse(messagesJson(account)).some(same)) return;
  const order = Date.now().toString(36) + String((count += 1)).padStart(4, "0");
  localStorage.setItem(`${messagePrefix(account)}${order}-${randomId()}`, JSON.stringify({ ...message, tab: tabId(), at: Date.now() }));
  notify();
}

export function remove({ id }) {
  localStorage.removeItem(id);
  notify();
}

/**
 * Remove the message with this key, which the server has stored. Messages stored behind it for a new conversation now
 * belong to `thread`. Returns whether this tab started that conversation.
 */
export function confirmStored(account, key, thread) {
  const all = JSON.parse(messagesJson(account));
  const confirmed = all.filter((message) => message.key === key);
  if (!confirmed.length) return false;
  const places = new Set(confirmed.map(({ place }) => place));
  for (const { id, ...message } of all) {
    if (message.key === key) localStorage.removeItem(id);
    else if (places.has(message.place)) localStorage.setItem(id, JSON.stringify({ ...message, place: thread }));
  }
  const startedHere = places.has(sessionStorage.getItem(PLACE));
  if (startedHere) {
    sessionStorage.removeItem(PLACE);
    startedThread = thread;
  }
  notify();
  return startedHere;
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
  remove(message);
}

/** The account whose page this tab showed last, known before the server answers; forgotten at the next sign-in. */
export const rememberAccount = (account) => sessionStorage.setItem(ACCOUNT, account);
export const rememberedAccount = () => sessionStorage.getItem(ACCOUNT) ?? "";
export const forgetAccount = () => sessionStorage.removeItem(ACCOUNT);
