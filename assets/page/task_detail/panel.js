// The panel of the open task.
import { createElement as h, useEffect, useRef } from "react";
import { isForOthers } from "../core/keyboard_focus.js";

/** Takes the focus, keeps it while open, and restores it when closed: to the former element, or else to the task's row. */
export function DetailPanel({ number, onClose, children, ...props }) {
  const panel = useRef(null);
  const close = useRef(onClose);
  const task = useRef(number);
  close.current = onClose;
  task.current = number;
  useEffect(() => {
    const before = document.activeElement;
    let inside = true;
    const press = (event) => {
      if (event.key !== "Escape" || isForOthers(event)) return;
      if (document.activeElement !== document.body && !panel.current.contains(document.activeElement)) return;
      event.preventDefault();
      close.current();
    };
    const trackFocus = ({ target }) => { inside = panel.current.contains(target); };
    // A pressed button may disappear together with the focus.
    const observer = new MutationObserver(() => {
      if (inside && document.activeElement === document.body) panel.current.focus({ preventScroll: true });
    });
    document.addEventListener("keydown", press);
    document.addEventListener("focusin", trackFocus);
    observer.observe(panel.current, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("keydown", press);
      document.removeEventListener("focusin", trackFocus);
      observer.disconnect();
      requestAnimationFrame(() => restoreFocus(before, task.current));
    };
  }, []);
  useEffect(() => panel.current.focus({ preventScroll: true }), [number]);
  return h("article", { ...props, ref: panel, tabIndex: -1 }, children);
}

function restoreFocus(before, number) {
  if (document.activeElement && document.activeElement !== document.body) return;
  const row = document.querySelector(`.task[data-number="${number}"]`);
  const isUsable = before !== document.body && before?.isConnected && before.checkVisibility();
  const target = isUsable ? before : row?.querySelector(".tick, button") ?? document.querySelector(".tasks button[aria-pressed=true]");
  target?.focus();
}
