// The text area for editing a sent message: Enter sends, Shift+Enter breaks the line, Escape cancels. The text of a box that
// was closed otherwise, such as by a restart of the server, is there when it is opened again.
import { createElement as h, useEffect, useRef } from "react";
import { isOfInputMethod } from "../core/keyboard.js";
import { useListener } from "../core/listeners.js";

let unsent = null; // what was typed last, until it is sent or discarded: { message, original, text }

/** Focus the message's edit button; after sending, when that is away until the message is answered, the composer. */
function restoreFocus(message, isSent, composer) {
  if (document.activeElement !== document.body) return; // the user has moved on
  const editButton = isSent ? null : document.getElementById(message)?.querySelector(".edit-message");
  (editButton ?? document.getElementById(composer))?.focus();
}

export function EditBox({ message, onCancel, composer, ...props }) {
  const original = props.defaultValue;
  const box = useRef(null);
  const isSent = useRef(false); // whether the form was submitted with the present text
  const target = () => box.current.form;
  useListener("submit", () => { isSent.current = true; }, { target });
  useListener("reset", () => {
    isSent.current = false;
    unsent = null;
  }, { target });
  useEffect(() => {
    const field = box.current;
    if (unsent?.message === message && unsent.original === original) field.value = unsent.text;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    return () => {
      if (isSent.current) unsent = null;
      requestAnimationFrame(() => restoreFocus(message, isSent.current, composer));
    };
  }, []);
  const press = (event) => {
    if (isOfInputMethod(event.nativeEvent)) return;
    if (event.key === "Escape") {
      box.current.form.reset();
      onCancel();
    }
    else if (event.key !== "Enter" || event.shiftKey) return;
    else if (!event.repeat) box.current.form.requestSubmit();
    event.preventDefault();
  };
  const keep = () => {
    isSent.current = false;
    unsent = { message, original, text: box.current.value };
  };
  return h("textarea", { dir: "auto", ...props, ref: box, onKeyDown: press, onInput: keep });
}
