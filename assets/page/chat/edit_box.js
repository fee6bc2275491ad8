// The field in which a sent message gets other words.
import { createElement as h, useEffect, useRef } from "react";

/** As in the composer Enter sends and Shift+Enter breaks the line; Escape drops. The focus is never left behind. */
export function EditBox({ onDrop, composer, ...props }) {
  const box = useRef(null);
  useEffect(() => {
    const { form, value } = box.current;
    let sent = false;
    form.addEventListener("submit", () => { sent = true; });
    box.current.focus();
    box.current.setSelectionRange(value.length, value.length);
    const leave = () => {
      if (document.activeElement !== document.body) return;
      // Once it is sent nothing can be edited until it is answered: the button for that is about to go.
      const again = sent ? null : document.querySelector(".edit-message");
      (again ?? document.getElementById(composer))?.focus();
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
