// The keys that work everywhere on the page.
import { createElement as h, useEffect, useRef } from "react";
import { isTaken, leadTo } from "../core/focus_target.js";

/** A link to what Tab would take long to come to; it shows itself only with the focus on it. */
export function SkipLink({ to, children, ...props }) {
  const follow = (event) => {
    event.preventDefault();
    leadTo(to);
  };
  return h("a", { ...props, href: `#${to}`, onClick: follow }, children);
}

/** Listens for the keys that lead to a field, and holds the list of all keys in a dialog, which ? opens. */
export function Shortcuts({ targets, onReach, children, ...props }) {
  const dialog = useRef(null);
  const reach = useRef(onReach);
  reach.current = onReach;
  useEffect(() => {
    const press = (event) => {
      if (isTaken(event)) return;
      const target = targets[event.key];
      if (event.key === "?") dialog.current.showModal();
      else if (!target) return;
      else {
        if (!document.getElementById(target)?.checkVisibility()) reach.current(target);
        leadTo(target);
      }
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  const click = ({ target }) => target === dialog.current && dialog.current.close();
  return h("dialog", { ...props, ref: dialog, onClick: click }, h("form", { method: "dialog" }, children));
}
