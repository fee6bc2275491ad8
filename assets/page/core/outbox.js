// What the person has sent and the server has not answered for yet, and the drafts; in the browser's storage, for each account.
// A message waits in an entry of its own, so that tabs that write at the same time never undo each other's.

/** A name that nothing else has; crypto.randomUUID is there only over https and on localhost. */
export const fresh = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");

const NEW = "new-";
const PLACE = "taskchat:place";
const ACCOUNT = "taskchat:account";
const TAB = "taskchat:tab";
const waiting = (account) => `taskchat:${account}:waiting:`;
const draftOf = (account, thread) => `taskchat:${account}:draft:${thread}`;
const listeners = new Set();
let count = 0;
const tell = () => listeners.forEach((listener) => listener());

export function subscribe(listener) {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

/** Everything that waits, oldest first, as text: equal texts are the same messages. */
export const everything = (account) => {
  const ids = Object.keys(localStorage).filter((id) => id.startsWith(waiting(account))).sort();
  return JSON.stringify(ids.map((id) => ({ id, ...JSON.parse(localStorage.getItem(id)) })));
};

/** Where messages of the open conversation wait: under its id, or under a name of this tab's own until it has one. */
export function placeOf(account, thread) {
  if (thread) return thread;
  let own = sessionStorage.getItem(PLACE);
  if (!own) {
    // What was written in a tab that is gone is shown again in the next one, and in none that was open beside it.
    const left = JSON.parse(everything(account)).find(({ place, at }) => place.startsWith(NEW) && at < performance.timeOrigin);
    own = left?.place ?? NEW + fresh();
    sessionStorage.setItem(PLACE, own);
  }
  return own;
}

/** The conversation that a message of this place goes to; "" makes a new one. */
export const threadOf = (place) => (place.startsWith(NEW) ? "" : place);

/** Milliseconds since the message was written. */
export const age = ({ at }) => Date.now() - at;

/** This tab's own name, which a reload leaves it. */
export function tab() {
  const own = sessionStorage.getItem(TAB) ?? fresh();
  sessionStorage.setItem(TAB, own);
  return own;
}

/** Have a message wait; the same one in the same place waits once. */
export function add(account, message) {
  const same = ({ key, place }) => key === message.key && place === message.place;
  if (JSON.parse(everything(account)).some(same)) return;
  const order = Date.now().toString(36) + String((count += 1)).padStart(4, "0");
  localStorage.setItem(`${waiting(account)}${order}-${fresh()}`, JSON.stringify({ ...message, tab: tab(), at: Date.now() }));
  tell();
}

export function remove({ id }) {
  localStorage.removeItem(id);
  tell();
}

/**
 * The server has stored the message of this key: the ones behind it in a new conversation now go to that one.
 * Returns whether that is the conversation that this tab began.
 */
export function settle(account, key, thread) {
  const all = JSON.parse(everything(account));
  const done = all.filter((message) => message.key === key);
  if (!done.length) return false;
  const places = new Set(done.map(({ place }) => place));
  for (const { id, ...message } of all) {
    if (message.key === key) localStorage.removeItem(id);
    else if (places.has(message.place)) localStorage.setItem(id, JSON.stringify({ ...message, place: thread }));
  }
  const begun = places.has(sessionStorage.getItem(PLACE));
  if (begun) sessionStorage.removeItem(PLACE);
  tell();
  return begun;
}

/** What was typed and not sent, and its name: the same in all tabs, another one for what is written after it was sent. */
export const draft = (account, thread) => ({
  text: localStorage.getItem(draftOf(account, thread)) ?? "",
  name: localStorage.getItem(`${draftOf(account, thread)}:name`) ?? fresh(),
});

export function keepDraft(account, thread, text, name) {
  const id = draftOf(account, thread);
  if (text) {
    localStorage.setItem(id, text);
    localStorage.setItem(`${id}:name`, name);
  } else {
    localStorage.removeItem(id);
    localStorage.removeItem(`${id}:name`);
  }
}

/** The message becomes a draft again; with its name if nothing else was typed there, so that it is still the same one. */
export function takeBack(account, message, thread) {
  const { text, name } = draft(account, thread);
  const same = !text && threadOf(message.place) === thread;
  keepDraft(account, thread, text ? `${text}\n${message.text}` : message.text, same ? message.name : name);
  remove(message);
}

/** Whose page this tab showed last: known before the server has said so, until somebody signs in anew. */
export const rememberAccount = (account) => sessionStorage.setItem(ACCOUNT, account);
export const rememberedAccount = () => sessionStorage.getItem(ACCOUNT) ?? "";
export const forgetAccount = () => sessionStorage.removeItem(ACCOUNT);
