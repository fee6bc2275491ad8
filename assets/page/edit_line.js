// One line that is edited in its place.
import { createElement as h, useRef } from "react";

/** One line in place of its text: Enter or leaving it keeps, Escape drops. */
export function EditLine({ value, onDone, ...props }) {
  const dropped = useRef(false);
  const keyDown = (event) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") dropped.current = true;
    if (event.key === "Enter" || event.key === "Escape") event.target.blur();
  };
  const done = ({ target }) => onDone(dropped.current ? "" : target.value);
  return h("input", { ...props, defaultValue: value, autoFocus: true, onKeyDown: keyDown, onBlur: done });
}
