// The keys that work everywhere on the page.
import { createElement as h, useEffect, useRef } from "react";

/** Listens for the keys that lead to a field, and holds the list of all keys in a dialog, which ? opens. */
export function Shortcuts({ targets, children, ...props }) {
  const dialog = useRef(null);
  useEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.current.open) return;
      if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
      const field = document.getElementById(targets[event.key]);
      if (event.key === "?") dialog.current.showModal();
      else if (field?.checkVisibility()) field.focus();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  return h("dialog", { ...props, ref: dialog }, h("form", { method: "dialog" }, children));
}
