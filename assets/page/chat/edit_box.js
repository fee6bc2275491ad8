// The text area for editing a sent message.
import { createElement as h, useEffect, useRef } from "react";
import { isOfInputMethod } from "../core/keyboard.js";

let unsent = null; // what was typed last, until it is sent or discarded: { message, original, text }

/**
 * Enter sends, Shift+Enter breaks the line, Escape cancels. Closing moves the focus to the edit button or the composer.
 * The text of a box that was closed otherwise, such as by a restart of the server, is there when it is opened again.
 */
export function EditBox({ message, onDrop, composer, ...props }) {
  const original = props.defaultValue;
  const box = useRef(null);
  useEffect(() => {
    const { form } = box.current;
    let sent = false;
    form.addEventListener("submit", () => { sent = true; });
    form.addEventListener("reset", () => {
      sent = false;
      unsent = null;
    });
    if (unsent?.message === message && unsent.original === original) box.current.value = unsent.text;
    box.current.focus();
    box.current.setSelectionRange(box.current.value.length, box.current.value.length);
    const restoreFocus = () => {
      if (document.activeElement !== document.body) return;
      // After sending, the edit button disappears until the message is answered.
      const editButton = sent ? null : document.querySelector(".edit-message");
      (editButton ?? document.getElementById(composer))?.focus();
    };
    form.addEventListener("input", () => { sent = false; });
    return () => {
      if (sent) unsent = null;
      requestAnimationFrame(restoreFocus);
    };
  }, []);
  const press = (event) => {
    if (isOfInputMethod(event.nativeEvent)) return;
    if (event.key === "Escape") {
      box.current.form.reset();
      onDrop();
    }
    else if (event.key !== "Enter" || event.shiftKey) return;
    else if (!event.repeat) box.current.form.requestSubmit();
    event.preventDefault();
  };
  const keep = ({ target }) => { unsent = { message, original, text: target.value }; };
  return h("textarea", { dir: "auto", ...props, ref: box, onKeyDown: press, onInput: keep });
}
