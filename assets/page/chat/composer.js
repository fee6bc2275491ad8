// The field in which a message is written.
import { createElement as h, useCallback, useEffect, useRef } from "react";
import { useLocation } from "react-router";
import * as outbox from "../core/outbox.js";
import { selectedNumbers } from "../task_list/selection.js";
import { TAKEN_BACK, threadAt, useThread } from "./pending_messages.js";

/** The event that says that a message has left the composer. */
export const SENT = "taskchat:sent";

/** A short sum of a text: two texts of one draft hardly ever share it. */
const sum = (text) => {
  let value = 5381;
  for (let at = 0; at < text.length; at += 1) value = (Math.imul(value, 33) ^ text.charCodeAt(at)) >>> 0;
  return `${text.length}-${value}`;
};

/** The composer's text: Enter sends, Shift+Enter breaks the line, a draft is kept for each conversation of the account. */
export function MessageBox({ account, thread: told, busy, ref, ...props }) {
  const thread = useThread(told);
  const drawn = useLocation().pathname;
  const here = useRef(null);
  // What is typed after a click on another conversation is for that one, though the page is not drawn for it yet.
  here.current = () => (window.location.pathname === drawn ? thread : threadAt(window.location.pathname));
  const own = useRef(null);
  const shown = useRef(null);
  const name = useRef(null);
  useEffect(() => {
    if (!account) return;
    const read = () => {
      const { text, name: kept } = outbox.draft(account, thread);
      own.current.value = text;
      name.current = kept;
    };
    // A new conversation gets its name while its first answer is on the way: what is typed meanwhile stays.
    const named = shown.current === "" && thread !== "" && thread === told && busy;
    if (named) move("", thread);
    else read();
    shown.current = thread;
    if (document.activeElement === document.body && window.matchMedia("(pointer: fine)").matches) own.current.focus();
    const form = own.current.form;
    const send = (event) => {
      event.preventDefault();
      const text = own.current.value.trim();
      if (!text || own.current.readOnly) return; // what is sent before the page is awake would be lost
      // Two tabs, a double click or a repeated request send the same words of the same draft once.
      const selected = selectedNumbers();
      const key = `${name.current}-${sum(selected.length ? `${text}\n${selected}` : text)}`;
      const place = here.current();
      outbox.add(account, { key, name: name.current, place: outbox.placeOf(account, place), text, selected });
      outbox.keepDraft(account, place, "");
      own.current.value = "";
      name.current = outbox.fresh();
      document.dispatchEvent(new Event(SENT));
    };
    const taken = ({ detail }) => {
      read();
      if (detail.focus) own.current.focus();
    };
    form.addEventListener("submit", send);
    document.addEventListener(TAKEN_BACK, taken);
    return () => {
      form.removeEventListener("submit", send);
      document.removeEventListener(TAKEN_BACK, taken);
    };
  }, [account, thread]);
  const move = (from, to) => {
    outbox.keepDraft(account, from, "");
    outbox.keepDraft(account, to, own.current.value, name.current);
  };
  const keyDown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!event.repeat) own.current.form.requestSubmit();
  };
  // The same function in each rendering: with a new one the field would be unknown for a moment each time.
  const both = useCallback((element) => {
    own.current = element;
    if (typeof ref === "function") ref(element);
    else if (ref) ref.current = element;
  }, [ref]);
  return h("textarea", {
    ...props,
    ref: both,
    onKeyDown: keyDown,
    onInput: ({ target }) => outbox.keepDraft(account, here.current(), target.value, name.current),
  });
}
