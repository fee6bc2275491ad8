// The panel of the open task.
import { createElement as h, useEffect, useEffectEvent, useRef } from "react";
import { useEscape } from "../core/escape_panel.js";
import { useListener } from "../core/listeners.js";

/** Takes the focus, keeps it while open, and restores it when closed: to the former element, or else to the task's row. */
export function DetailPanel({ number, onClose, children, ...props }) {
  const panel = useRef(null);
  const isInside = useRef(true); // whether the focus was in the panel last
  const restore = useEffectEvent((before) => restoreFocus(before, number));
  useEffect(() => {
    const before = document.activeElement;
    // A pressed button may disappear together with the focus.
    const observer = new MutationObserver(() => {
      if (isInside.current && document.activeElement === document.body) panel.current.focus({ preventScroll: true });
    });
    observer.observe(panel.current, { childList: true, subtree: true });
    return () => {
      observer.disconnect();
      requestAnimationFrame(() => restore(before));
    };
  }, []);
  useEscape(panel, onClose);
  useListener("focusin", ({ target }) => { isInside.current = panel.current.contains(target); });
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
