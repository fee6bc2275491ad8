// A part of the page that Escape puts away.
import { createElement as h, useEffect, useRef } from "react";

/**
 * Escape closes it: from inside of it, from its button, which is the one of the id `opener`, and where nothing has the
 * focus. The button has it then.
 */
export function EscapePanel({ opener, onClose, ...props }) {
  const panel = useRef(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const press = (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      const button = document.getElementById(opener);
      const { activeElement } = document;
      if (activeElement !== document.body && activeElement !== button && !panel.current.contains(activeElement)) return;
      event.preventDefault();
      button.focus();
      close.current();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [opener]);
  return h("div", { ...props, ref: panel });
}
