// The field in which a sent message gets other words.
import { createElement as h, useEffect, useRef } from "react";

/** As in the composer Enter sends and Shift+Enter breaks the line; Escape drops. The focus is never left behind. */
export function EditBox({ onDrop, composer, ...props }) {
  const box = useRef(null);
  useEffect(() => {
    const { length } = box.current.value;
    box.current.focus();
    box.current.setSelectionRange(length, length);
    const leave = () => {
      // Once it is sent nothing can be edited any more, until it is answered.
      const next = document.querySelector(".edit-message") ?? document.getElementById(composer);
      if (document.activeElement === document.body) next?.focus();
    };
    return () => requestAnimationFrame(leave);
  }, []);
  const press = (event) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") onDrop();
    else if (event.key !== "Enter" || event.shiftKey) return;
    else if (!event.repeat) box.current.form.requestSubmit();
    event.preventDefault();
  };
  return h("textarea", { ...props, ref: box, onKeyDown: press });
}
