// The panel of the open task: takes the focus unless the user is typing, keeps it while open, and restores it when closed.
import { createElement as h, useEffect, useRef } from "react";
import { useEscape } from "../core/escape_panel.js";
import { isField } from "../core/keyboard.js";
import { useListener } from "../core/listeners.js";

/** Whether the user is typing elsewhere, as in a message while a slow network opens the task. */
function isTypingOutside(panel) {
  const focused = document.activeElement;
  return isField(focused) && focused.value !== "" && !panel.contains(focused);
}

export function DetailPanel({ number, onClose, children, ...props }) {
  const panel = useRef(null);
  const isInside = useRef(true); // whether the focus was in the panel last
  const shownNumber = useRef(number);
  useEffect(() => {
    const before = document.activeElement;
    // A pressed button may disappear together with the focus.
    const observer = new MutationObserver(() => {
      if (isInside.current && document.activeElement === document.body) panel.current.focus({ preventScroll: true });
    });
    observer.observe(panel.current, { childList: true, subtree: true });
    return () => {
      observer.disconnect();
      requestAnimationFrame(() => restoreFocus(before, shownNumber.current));
    };
  }, []);
  useEscape(panel, onClose);
  useListener("focusin", ({ target }) => { isInside.current = panel.current.contains(target); });
  useEffect(() => {
    shownNumber.current = number;
    isInside.current = !isTypingOutside(panel.current);
    if (isInside.current) panel.current.focus({ preventScroll: true });
  }, [number]);
  return h("article", { ...props, ref: panel, tabIndex: -1 }, children);
}

/** Focuses the former element, else the task's row, else the list's chosen view. */
function restoreFocus(before, number) {
  if (document.activeElement && document.activeElement !== document.body) return;
  const isUsable = before !== document.body && before?.isConnected && before.checkVisibility();
  if (isUsable) return before.focus();
  const inRow = document.querySelector(`.task[data-number="${number}"] :is(.tick, button)`);
  const chosenView = document.querySelector(".tasks button[aria-pressed=true]"); // for a task that has left the list
  (inRow ?? chosenView)?.focus();
}
