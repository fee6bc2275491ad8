// The text area for editing a sent message.
import { createElement as h, useEffect, useRef } from "react";

/** Enter sends, Shift+Enter breaks the line, Escape cancels. Closing moves the focus to the edit button or the composer. */
export function EditBox({ onDrop, composer, ...props }) {
  const box = useRef(null);
  useEffect(() => {
    const { form, value } = box.current;
    let sent = false;
    form.addEventListener("submit", () => { sent = true; });
    box.current.focus();
    box.current.setSelectionRange(value.length, value.length);
    const restoreFocus = () => {
      if (document.activeElement !== document.body) return;
      // After sending, the edit button disappears until the message is answered.
      const editButton = sent ? null : document.querySelector(".edit-message");
      (editButton ?? document.getElementById(composer))?.focus();
    };
    return () => requestAnimationFrame(restoreFocus);
  }, []);
  const press = (event) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") onDrop();
    else if (event.key !== "Enter" || event.shiftKey) return;
    else if (!event.repeat) box.current.form.requestSubmit();
    event.preventDefault();
  };
  return h("textarea", { dir: "auto", ...props, ref: box, onKeyDown: press });
}
