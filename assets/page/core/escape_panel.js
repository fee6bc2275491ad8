// A panel that Escape closes; then its button, `opener`, gets the focus.
import { createElement as h, useRef } from "react";
import { isForOthers } from "./keyboard.js";
import { useListener } from "./listeners.js";

/**
 * Call `onEscape` when Escape is pressed while the focus is in the panel (a ref), on its button (the element with the id
 * `opener`) or nowhere. While a dialog is open, Escape closes that instead.
 */
export function useEscape(panel, onEscape, opener = null) {
  useListener("keydown", (event) => {
    if (event.key !== "Escape" || isForOthers(event)) return;
    const { activeElement, body } = document;
    const isOutside = activeElement !== body && activeElement?.id !== opener && !panel.current.contains(activeElement);
    if (isOutside) return;
    event.preventDefault();
    onEscape();
  });
}

export function EscapePanel({ opener, onClose, ...props }) {
  const panel = useRef(null);
  const close = () => {
    document.getElementById(opener).focus();
    onClose();
  };
  useEscape(panel, close, opener);
  return h("div", { ...props, ref: panel });
}
