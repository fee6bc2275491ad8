// A text field that is shown in place of a text while the user edits it.
import { createElement as h, useLayoutEffect, useRef } from "react";
import { isOfInputMethod } from "../core/keyboard_focus.js";
import { whenReleased } from "./pointer_press.js";

/** On Enter call `onClose(value, true)`, on Escape `onClose(null, true)`. */
export function handleEditKeys(event, onClose) {
  if (isOfInputMethod(event.nativeEvent) || !["Enter", "Escape"].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  onClose(event.key === "Enter" ? event.target.value : null, true);
}

/**
 * Enter, blur (by a press, its release) or its removal saves, Escape cancels: calls
 * `onClose(value, or null if cancelled; whether by a key)` once. `refused`, if not null, is a text that the server has refused:
 * it stays until it is changed, and takes the focus only from nothing, since the user may have moved on meanwhile.
 */
export function LineEditor({ onClose, refused, ...props }) {
  const input = useRef(null);
  const isClosed = useRef(false);
  const save = useRef(null);
  save.current = () => {
    if (isClosed.current || input.current.value === refused) return;
    isClosed.current = true;
    const { value } = input.current;
    whenReleased(() => onClose(value, false));
  };
  useLayoutEffect(() => {
    if (refused === null || document.activeElement === document.body) input.current.focus();
    if (refused === null) input.current.select();
    // React calls no onBlur for a field that it removes. Its development build also calls this at once, with nothing typed.
    return () => input.current.value !== input.current.defaultValue && save.current();
  }, []);
  const closeByKey = (value, byKey) => {
    isClosed.current = true;
    onClose(value, byKey);
  };
  const keyDown = (event) => handleEditKeys(event, closeByKey);
  return h("input", { dir: "auto", "aria-invalid": refused === null ? undefined : "true", ...props, ref: input, onKeyDown: keyDown, onBlur: () => save.current() });
}
