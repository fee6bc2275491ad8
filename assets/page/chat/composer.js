// The text area for writing a message, which goes into the outbox; pending_messages.js sends it.
import { createElement as h, useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { useLocation } from "react-router";
import { isOfInputMethod } from "../core/keyboard.js";
import { useGettext } from "../core/language.js";
import { useListener } from "../core/listeners.js";
import { changedDraft, saveAsNew, saveDraft, storedDraft } from "../pending/drafts.js";
import * as outbox from "../pending/outbox.js";
import { takeShared, takeSharedFiles } from "../pending/shared_text.js";
import { clearSelected, selectedNumbers } from "../task_list/selection.js";
import { NOT_READY } from "./attachments.js";
import { threadIdAt, useThread } from "./current_thread.js";
import { addFiles, draftFiles, moveFiles, takeFiles } from "./file_uploads.js";
import { DRAFT_CHANGED } from "./pending_messages.js";

/** The DOM event after a message was added to the outbox. */
export const QUEUED = "taskchat:queued";

/** Return a short hash of a text (djb2): collisions between two texts of one draft are improbable. */
const hash = (text) => {
  let value = 5381;
  for (let at = 0; at < text.length; at += 1) value = (Math.imul(value, 33) ^ text.charCodeAt(at)) >>> 0;
  return `${text.length}-${value}`;
};

/** Return the key of a message of the draft `name`: two tabs or a double click send the same text of the same draft once. */
const keyOf = (name, { text, selected, sort, order, files }) => {
  const fileIds = files.map(({ id }) => id);
  const parts = [text, selected, sort, order, ...fileIds].map(String).filter(Boolean); // without empty ones
  return `${name}-${hash(parts.join("\n"))}`;
};

/** Show the stored draft of a conversation. */
function readDraft(box, account, thread) {
  const { text, name } = storedDraft(account, thread);
  box.field.value = text;
  box.name = name;
}

/**
 * Another tab has changed the stored draft that the box shows: what this tab has typed is kept as a draft of its own, and a
 * draft of the other tab is shown as it is now. One that the other tab has sent stays, since both may send it at once.
 */
function followStorage(event, box, account, thread) {
  const changed = changedDraft(event, account, box.name);
  if (changed === null || changed.text === box.field.value) return;
  if (changed.wasOwn) box.name = saveAsNew(account, thread, box.field.value);
  else box.field.value = changed.text;
}

/** Store the draft of the conversation without an id, and its files, for the id that it has got. */
function moveDraft(box, account, thread) {
  saveDraft(account, "", "", box.name);
  saveDraft(account, thread, box.field.value, box.name);
  moveFiles(account, "", thread);
}

/** Show the draft of the conversation that the user is in from now on. */
function openDraft(box, account, thread) {
  // A new conversation gets its id when its first message is stored: text typed meanwhile stays.
  const started = outbox.takeStartedThread(); // "" unless this tab has just started a conversation
  const hasNewId = started !== "" && started === thread && box.shown === "";
  if (hasNewId) moveDraft(box, account, thread);
  else readDraft(box, account, thread);
  box.shown = thread;
  const isNothingFocused = document.activeElement === document.body;
  if (isNothingFocused && window.matchMedia("(pointer: fine)").matches) box.field.focus();
}

/** Put what another app has shared below the draft, and attach its files. */
function addShared(box, account, thread, gettext) {
  takeSharedFiles().then((files) => files.length && addFiles(account, thread, files, gettext)).catch(console.warn);
  const text = takeShared("ask");
  if (!text) return;
  box.field.value = [box.field.value, text].filter(Boolean).join("\n");
  saveDraft(account, thread, box.field.value, box.name);
  box.field.focus();
}

/** Move the draft, with its files, the selected tasks and the order of the list, to the outbox; the next text is a new draft. */
function queueDraft(box, account, thread) {
  const text = box.field.value.trim();
  const files = draftFiles(account, thread);
  const isEmpty = !text && !files.length;
  if (isEmpty || box.field.readOnly) return; // read-only before hydration: a message would be lost
  if (files.some(({ status }) => status !== "done")) {
    document.dispatchEvent(new Event(NOT_READY));
    return;
  }
  const selected = selectedNumbers();
  const key = keyOf(box.name, { text, selected, ...outbox.listOrder(), files });
  const place = outbox.placeOf(account, thread);
  outbox.add(account, { key, name: box.name, place, text, selected, files: takeFiles(account, thread) });
  clearSelected(); // the selection was for this message
  saveDraft(account, thread, "", box.name);
  box.field.value = "";
  box.name = outbox.randomId();
  document.dispatchEvent(new Event(QUEUED));
}

/**
 * Return a function that returns the conversation of what is typed: from a click on another conversation on, that one, even
 * before the page is rendered for it.
 */
function useTypingThread(thread) {
  const rendered = useLocation().pathname;
  const latest = useRef(null);
  useLayoutEffect(() => { latest.current = { thread, rendered }; });
  return () => {
    const { pathname } = window.location;
    return pathname === latest.current.rendered ? latest.current.thread : threadIdAt(pathname);
  };
}

/** Enter sends, Shift+Enter breaks the line; a draft is stored for each conversation of the account. */
export function MessageBox({ account, thread: serverThread, ...props }) {
  const gettext = useGettext();
  const thread = useThread(serverThread);
  const typingThread = useTypingThread(thread);
  const { current: box } = useRef({
    field: null, // the text area
    name: null, // the name of the draft in it (see drafts.js)
    shown: null, // the conversation whose draft it shows; null before the first
  });
  useEffect(() => {
    if (!account) return;
    openDraft(box, account, thread);
    addShared(box, account, thread, gettext);
  }, [account, thread]);
  const submit = (event) => {
    if (!account) return;
    event.preventDefault();
    queueDraft(box, account, typingThread());
  };
  useListener("submit", submit, { target: () => box.field.form });
  useListener(DRAFT_CHANGED, ({ detail }) => {
    if (!account) return;
    readDraft(box, account, thread);
    if (detail.focus) box.field.focus();
  });
  useListener("storage", (event) => account && followStorage(event, box, account, thread), { target: () => window });
  const keyDown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || isOfInputMethod(event.nativeEvent)) return;
    event.preventDefault();
    if (!event.repeat) box.field.form.requestSubmit();
  };
  // Always the same function: for another one React would set the field to null for a moment in each rendering.
  const setField = useCallback((element) => { box.field = element; }, []);
  return h("textarea", {
    dir: "auto",
    ...props,
    ref: setField,
    onKeyDown: keyDown,
    onInput: ({ target }) => saveDraft(account, typingThread(), target.value, box.name),
  });
}
