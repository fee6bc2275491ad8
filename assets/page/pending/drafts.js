// Drafts: the texts that were typed and not sent, in the browser's storage for each account: entries { thread, name, text }.
// Tabs that type in the same conversation have a draft each.
import { addEntry, changeEntry, entries, randomId, removeEntry, tabId, threadIdOf } from "./outbox.js";

const DRAFTS = "drafts"; // the kind of the entries

const draftsOf = (account, thread) => entries(account, DRAFTS).filter((draft) => draft.thread === thread);

/**
 * Return the draft of this tab, else the newest of another tab: its text, and its name, which its message keeps: a draft
 * that is sent from two tabs is stored once.
 */
export function storedDraft(account, thread) {
  const drafts = draftsOf(account, thread);
  const own = drafts.findLast(({ tab }) => tab === tabId());
  return own ?? drafts.at(-1) ?? { text: "", name: randomId() };
}

const namedDraft = (account, thread, name) => draftsOf(account, thread).find((draft) => draft.name === name);

/** Store the text of a draft as this tab's; an empty text removes the draft. */
export function saveDraft(account, thread, text, name) {
  const stored = namedDraft(account, thread, name);
  if (!stored && text) addEntry(account, DRAFTS, { thread, name, text });
  if (stored && text) changeEntry(stored, { text, tab: tabId() });
  if (stored && !text) removeEntry(stored);
}

/** Store the text as a new draft if another tab has changed the text of the one with this name. Return the draft's name. */
export function keepDraft(account, thread, text, name) {
  const stored = namedDraft(account, thread, name);
  if (!stored || stored.text === text) return name;
  const newName = randomId();
  saveDraft(account, thread, text, newName);
  return newName;
}

/** Turn a message back into the draft of `thread`, below the text that is there. Alone in its own thread it keeps its name. */
export function returnToDraft(account, message, thread) {
  const { text, name } = storedDraft(account, thread);
  const isUnchanged = !text && threadIdOf(message.place) === thread;
  saveDraft(account, thread, text ? `${text}\n${message.text}` : message.text, isUnchanged ? message.name : name);
  removeEntry(message);
}
