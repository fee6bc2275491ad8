// The text area for writing a message.
import { createElement as h, useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { useLocation } from "react-router";
import * as outbox from "../pending/outbox.js";
import { randomId } from "../pending/stored_entries.js";
import { clearSelected, selectedNumbers } from "../task_list/selection.js";
import { NOT_READY } from "./attachments.js";
import { draftFiles, moveFiles, takeFiles } from "./files.js";
import { DRAFT_CHANGED, threadIdAt, useThread } from "./pending_messages.js";

/** The DOM event after a message was added to the outbox. */
export const SENT = "taskchat:sent";

/** Return a short hash of a text (djb2): collisions between two texts of one draft are improbable. */
const hash = (text) => {
  let value = 5381;
  for (let at = 0; at < text.length; at += 1) value = (Math.imul(value, 33) ^ text.charCodeAt(at)) >>> 0;
  return `${text.length}-${value}`;
};

/** Enter sends, Shift+Enter breaks the line; a draft is stored for each conversation of the account. */
export function MessageBox({ account, thread: serverThread, ref, ...props }) {
  const thread = useThread(serverThread);
  const rendered = useLocation().pathname;
  const here = useRef(null);
  // Text typed after a click on another conversation belongs to that one, even before the page is rendered for it.
  useLayoutEffect(() => { here.current = () => (window.location.pathname === rendered ? thread : threadIdAt(window.location.pathname)); });
  const field = useRef(null);
  const shown = useRef(null);
  const name = useRef(null);
  useEffect(() => {
    if (!account) return;
    const read = () => {
      const draft = outbox.draft(account, thread);
      field.current.value = draft.text;
      name.current = draft.name;
    };
    // A new conversation gets its id when its first message is stored: text typed meanwhile stays.
    const gotId = outbox.takeStartedThread() === thread && shown.current === "" && thread !== "";
    if (gotId) move("", thread);
    else read();
    shown.current = thread;
    if (document.activeElement === document.body && window.matchMedia("(pointer: fine)").matches) field.current.focus();
    const form = field.current.form;
    const send = (event) => {
      event.preventDefault();
      const text = field.current.value.trim();
      const files = draftFiles(account, here.current());
      if ((!text && !files.length) || field.current.readOnly) return; // before hydration a message would be lost
      if (files.some(({ status }) => status !== "done")) return document.dispatchEvent(new Event(NOT_READY));
      // The key makes two tabs, a double click or a repeated request send the same text of the same draft once.
      const selected = selectedNumbers();
      const { sort, order } = outbox.listOrder();
      const place = here.current();
      const ids = files.map(({ id }) => id);
      const key = `${name.current}-${hash([text, selected, sort, order, ...ids].filter(String).join("\n"))}`;
      const sent = { key, name: name.current, place: outbox.placeOf(account, place), text, selected };
      outbox.add(account, { ...sent, files: takeFiles(account, place) });
      clearSelected(); // the selection was for this message
      outbox.saveDraft(account, place, "");
      field.current.value = "";
      name.current = randomId();
      document.dispatchEvent(new Event(SENT));
    };
    const reread = ({ detail }) => {
      read();
      if (detail.focus) field.current.focus();
    };
    form.addEventListener("submit", send);
    document.addEventListener(DRAFT_CHANGED, reread);
    return () => {
      form.removeEventListener("submit", send);
      document.removeEventListener(DRAFT_CHANGED, reread);
    };
  }, [account, thread]);
  const move = (from, to) => {
    outbox.saveDraft(account, from, "");
    outbox.saveDraft(account, to, field.current.value, name.current);
    moveFiles(account, from, to);
  };
  const keyDown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!event.repeat) field.current.form.requestSubmit();
  };
  // A stable callback: with a new one React would set the refs to null for a moment in each rendering.
  const setRefs = useCallback((element) => {
    field.current = element;
    if (typeof ref === "function") ref(element);
    else if (ref) ref.current = element;
  }, [ref]);
  return h("textarea", {
    dir: "auto",
    ...props,
    ref: setRefs,
    onKeyDown: keyDown,
    onInput: ({ target }) => outbox.saveDraft(account, here.current(), target.value, name.current),
  });
}
