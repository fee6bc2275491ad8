// A value that is edited where it stands.
import { createElement as h, useEffect, useRef, useState } from "react";
import { useHeld } from "./held.js";

/**
 * A button with the value, which becomes a line to write in, or a choice where there are `options` ([[value, name], …]).
 * Enter, leaving it or choosing keeps what is different; Escape drops it. A text is shown at once as it was kept.
 */
export function EditInPlace({ value, label, hint, cover, options, fieldClass, onKeep, children, ...props }) {
  const [open, setOpen] = useState(false);
  const [shown, hold] = useHeld(value);
  const button = useRef(null);
  const field = useRef(null);
  const returns = useRef(false);
  useEffect(() => {
    if (!open) {
      if (returns.current) button.current?.focus();
      returns.current = false;
      return;
    }
    field.current.focus();
    field.current.select?.();
    if (options) {
      try { field.current.showPicker(); } catch { /* not every browser opens a choice by script */ }
    }
  }, [open]);
  const close = (kept, byKey) => {
    returns.current = byKey;
    setOpen(false);
    if (kept === null || kept === shown) return;
    onKeep(kept);
    hold(kept);
  };
  const begin = { type: "button", ref: button, onClick: () => setOpen(true) };
  // With a name of its own the button lies over the value, which stays text beside it.
  if (!open && cover) return h("span", props, children, h("button", { ...begin, className: "cover", "aria-label": cover }));
  if (!open) return h("button", { ...props, ...begin }, children === value ? shown.trim() || value : children);
  const keyDown = (event) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") close(null, true);
    else if (event.key === "Enter") close(event.target.value, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shared = { ref: field, className: fieldClass, "aria-label": label, defaultValue: shown, onKeyDown: keyDown };
  if (!options) return h("input", { ...shared, placeholder: hint, onBlur: ({ target }) => close(target.value, false) });
  const choices = options.map(([name, said]) => h("option", { key: name, value: name }, said));
  return h("select", { ...shared, onChange: ({ target }) => close(target.value, true), onBlur: () => close(null, false) }, choices);
}
