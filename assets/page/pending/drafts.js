// Drafts: the text of each conversation that was typed and not sent, in the browser's storage for each account.
import { randomId, removeEntry, threadIdOf } from "./outbox.js";

const draftKey = (account, thread) => `taskchat:${account}:draft:${thread}`;

/** Return the saved text, and its name, which becomes its message's key: sent from two tabs, it is stored once. */
export const storedDraft = (account, thread) => ({
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

/** Turn a message back into a draft. It keeps its name if it is the same message still: of this thread, with no other text. */
export function returnToDraft(account, message, thread) {
  const { text, name } = storedDraft(account, thread);
  const isSameMessage = !text && threadIdOf(message.place) === thread;
  saveDraft(account, thread, text ? `${text}\n${message.text}` : message.text, isSameMessage ? message.name : name);
  removeEntry(message);
}
