// The panel of one task.
import { createElement as h, useEffect, useRef } from "react";

/** Takes the focus when it opens, keeps it, and gives it back where it was: to the task's row when that was drawn anew. */
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
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      if (document.activeElement !== document.body && !panel.current.contains(document.activeElement)) return;
      event.preventDefault();
      close.current();
    };
    const follow = ({ target }) => { inside = panel.current.contains(target); };
    // A button that was pressed may go away, and the focus with it.
    const lost = new MutationObserver(() => {
      if (inside && document.activeElement === document.body) panel.current.focus({ preventScroll: true });
    });
    document.addEventListener("keydown", press);
    document.addEventListener("focusin", follow);
    lost.observe(panel.current, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("keydown", press);
      document.removeEventListener("focusin", follow);
      lost.disconnect();
      requestAnimationFrame(() => giveBack(before, task.current));
    };
  }, []);
  useEffect(() => panel.current.focus({ preventScroll: true }), [number]);
  return h("article", { ...props, ref: panel, tabIndex: -1 }, children);
}

function giveBack(before, number) {
  if (document.activeElement && document.activeElement !== document.body) return;
  const row = document.querySelector(`.task[data-number="${number}"]`);
  const there = before !== document.body && before?.isConnected && before.checkVisibility();
  const target = there ? before : row?.querySelector(".tick, button") ?? document.querySelector(".tasks button[aria-pressed=true]");
  target?.focus();
}
