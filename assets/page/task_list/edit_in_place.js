// A value that is edited where it stands.
import { createElement as h, useEffect, useRef, useState } from "react";
import { useHeld } from "../core/pending_input.js";
import { Line, endsWriting } from "../core/line_editor.js";

/**
 * A button with the value, which becomes a line to write in, or a choice where there are `options` ([[value, name], …]).
 * Enter, leaving it or choosing keeps what is different; Escape drops it. With words for a `blank` value the button shows
 * the value itself, at once as it was kept; without them it shows its children.
 */
export function EditInPlace({ value, label, hint, cover, options, blank, fieldClass, onKeep, children, ...props }) {
  const [open, setOpen] = useState(false);
  const [shown, hold] = useHeld(value);
  const button = useRef(null);
  const choice = useRef(null);
  const returns = useRef(false);
  useEffect(() => {
    if (!open) {
      if (returns.current) button.current?.focus();
      returns.current = false;
      return;
    }
    if (!options) return;
    choice.current.focus();
    try { choice.current.showPicker(); } catch { /* not every browser opens a choice by script */ }
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
  if (!open) return h("button", { ...props, ...begin }, blank === undefined ? children : shown.trim() || blank);
  const shared = { className: fieldClass, "aria-label": label, defaultValue: shown };
  if (!options) return h(Line, { ...shared, placeholder: hint, onClose: close });
  const acts = {
    onKeyDown: (event) => endsWriting(event, close),
    onChange: ({ target }) => close(target.value, true),
    onBlur: () => close(null, false),
  };
  const choices = options.map(([name, said]) => h("option", { key: name, value: name }, said));
  return h("select", { ...shared, ...acts, ref: choice }, choices);
}
