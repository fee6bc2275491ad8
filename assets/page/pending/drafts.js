// Drafts: the text of each conversation that was typed and not sent, in the browser's storage for each account.
import { randomId, removeEntry, threadIdOf } from "./outbox.js";

const draftKey = (account, thread) => `taskchat:${account}:draft:${thread}`;

/** Return the saved text, and its name, which its message keeps: a draft that is sent from two tabs is stored once. */
export const storedDraft = (account, thread) => ({
  text: localStorage.getItem(draftKey(account, thread)) ?? "",
  name: localStorage.getItem(`${draftKey(account, thread)}:name`) ?? randomId(),
});

/** Store the draft of a conversation; an empty text removes it. */
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

/** Turn a message back into the draft of `thread`, below the text that is there. Alone in its own thread it keeps its name. */
export function returnToDraft(account, message, thread) {
  const { text, name } = storedDraft(account, thread);
  const isUnchanged = !text && threadIdOf(message.place) === thread;
  saveDraft(account, thread, text ? `${text}\n${message.text}` : message.text, isUnchanged ? message.name : name);
  removeEntry(message);
}
