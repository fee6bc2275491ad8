// Keyboard shortcuts of the whole page.
import { createElement as h, useEffect, useRef } from "react";
import { shouldIgnoreKey, activateElement } from "../core/focus_target.js";

/** A link that moves the focus to the element `to`; visible only while it has the focus. */
export function SkipLink({ to, children, ...props }) {
  const follow = (event) => {
    event.preventDefault();
    activateElement(to);
  };
  return h("a", { ...props, href: `#${to}`, onClick: follow }, children);
}

/**
 * Handles the keys in `targets` ({key: element id}) and ?, which opens the dialog with the list of all keys. Calls
 * `onReach(id)` first if the element is not visible.
 */
export function Shortcuts({ targets, onReach, children, ...props }) {
  const dialog = useRef(null);
  const showTarget = useRef(onReach);
  showTarget.current = onReach;
  useEffect(() => {
    const press = (event) => {
      if (shouldIgnoreKey(event)) return;
      const target = targets[event.key];
      if (event.key === "?") dialog.current.showModal();
      else if (!target) return;
      else {
        if (!document.getElementById(target)?.checkVisibility()) showTarget.current(target);
        activateElement(target);
      }
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  const click = ({ target }) => target === dialog.current && dialog.current.close();
  return h("dialog", { ...props, ref: dialog, onClick: click }, h("form", { method: "dialog" }, children));
}
