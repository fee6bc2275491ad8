// Drafts: the texts that were typed and not sent, as entries { thread, name, text } in the browser's storage (outbox.js). Tabs
// that type in the same conversation have a draft each.
import { addEntry, changedEntry, changeEntry, entries, randomId, removeEntry, tabId, threadIdOf } from "./outbox.js";

const DRAFTS = "drafts"; // the kind of the entries

/** Return the drafts of a conversation, the one that was changed last at the end. */
const draftsOf = (account, thread) =>
  entries(account, DRAFTS).filter((draft) => draft.thread === thread).sort((one, other) => one.at - other.at);

const isOwn = ({ tab }) => tab === tabId();
const newDraft = () => ({ text: "", name: randomId() });

/**
 * Return the draft of this tab, else the newest one of another tab, else an empty one. Its message keeps its name, so that a
 * draft that two tabs send is stored once.
 */
export function storedDraft(account, thread) {
  const drafts = draftsOf(account, thread);
  return drafts.findLast(isOwn) ?? drafts.at(-1) ?? newDraft();
}

const namedDraft = (account, thread, name) => draftsOf(account, thread).find((draft) => draft.name === name);

/** Store the text of a draft as this tab's; an empty text removes the draft. */
export function saveDraft(account, thread, text, name) {
  const stored = namedDraft(account, thread, name);
  if (!stored && text) addEntry(account, DRAFTS, { thread, name, text });
  if (stored && text) changeEntry(stored, { text, tab: tabId(), at: Date.now() });
  if (stored && !text) removeEntry(stored);
}

/** Store the text as a new draft of this tab. Return its name. */
export function saveAsNew(account, thread, text) {
  const { name } = newDraft();
  saveDraft(account, thread, text, name);
  return name;
}

/** Return to what { text } a storage event has changed the draft of this name, and whether it was this tab's; null for none. */
export function changedDraft(event, account, name) {
  const [before, after] = changedEntry(event, account, DRAFTS) ?? [];
  return after?.name === name ? { text: after.text, wasOwn: isOwn(before) } : null;
}

/** Turn a message back into the draft of `thread`, below the text that is there. Alone in its own thread it keeps its name. */
export function returnToDraft(account, message, thread) {
  const { text, name } = draftsOf(account, thread).findLast(isOwn) ?? newDraft();
  const isUnchanged = !text && threadIdOf(message.place) === thread;
  saveDraft(account, thread, text ? `${text}\n${message.text}` : message.text, isUnchanged ? message.name : name);
  removeEntry(message);
}
