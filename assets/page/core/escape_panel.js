// A panel that Escape closes.
import { createElement as h, useRef } from "react";
import { isForOthers } from "./keyboard.js";
import { useListener } from "./listeners.js";

/**
 * Escape closes the panel if the focus is in it, on its button (the element with the id `opener`) or nowhere, and moves the
 * focus to the button. While a dialog is open, Escape closes that instead.
 */
export function EscapePanel({ opener, onClose, ...props }) {
  const panel = useRef(null);
  useListener("keydown", (event) => {
    if (event.key !== "Escape" || isForOthers(event)) return;
    const button = document.getElementById(opener);
    const { activeElement } = document;
    if (activeElement !== document.body && activeElement !== button && !panel.current.contains(activeElement)) return;
    event.preventDefault();
    button.focus();
    onClose();
  });
  return h("div", { ...props, ref: panel });
}
