// A text field that is shown in place of a text while the user edits it.
import { createElement as h, useEffect, useRef } from "react";
import { whenReleased } from "./pointer_press.js";

/** On Enter call `onClose(value, true)`, on Escape `onClose(null, true)`. */
export function handleEditKeys(event, onClose) {
  if (event.nativeEvent.isComposing || !["Enter", "Escape"].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  onClose(event.key === "Enter" ? event.target.value : null, true);
}

/** Enter or blur (by a press, its release) saves, Escape cancels: calls `onClose(value, or null if cancelled; whether by a key)`. */
export function LineEditor({ onClose, ...props }) {
  const input = useRef(null);
  useEffect(() => {
    input.current.focus();
    input.current.select();
  }, []);
  const keyDown = (event) => handleEditKeys(event, onClose);
  const blur = ({ target }) => whenReleased(() => onClose(target.value, false));
  return h("input", { dir: "auto", ...props, ref: input, onKeyDown: keyDown, onBlur: blur });
}
