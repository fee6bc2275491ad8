// A line in place of the text that it changes.
import { createElement as h, useEffect, useRef } from "react";

/** The key that ends the writing: `onClose` gets what Enter keeps, and null for what Escape drops. */
export function endsWriting(event, onClose) {
  if (event.nativeEvent.isComposing || !["Enter", "Escape"].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  onClose(event.key === "Enter" ? event.target.value : null, true);
}

/** Enter or leaving it keeps what stands in it, Escape drops it: `onClose(kept or null, whether by a key)`. */
export function Line({ onClose, ...props }) {
  const line = useRef(null);
  useEffect(() => {
    line.current.focus();
    line.current.select();
  }, []);
  const keyDown = (event) => endsWriting(event, onClose);
  return h("input", { ...props, ref: line, onKeyDown: keyDown, onBlur: ({ target }) => onClose(target.value, false) });
}
