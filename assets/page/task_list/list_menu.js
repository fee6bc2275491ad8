// The menu of the list: a button that shows its choices below itself. A choice closes it, as do Escape and a press elsewhere.
import { Children, createElement as h, useRef, useState } from "react";
import { isForOthers } from "../core/keyboard.js";
import { useListener } from "../core/listeners.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export function ListMenu({ label, children, ...props }) {
  const [icon, ...choices] = Children.toArray(children);
  const [open, setOpen] = useState(false);
  const frame = useRef(null);
  const close = (event) => {
    event.preventDefault();
    setOpen(false);
    frame.current.querySelector("button").focus();
  };
  useListener("pointerdown", ({ target }) => !frame.current.contains(target) && setOpen(false));
  const keyDown = (event) => {
    if (!open || isForOthers(event)) return;
    if (event.key === "Escape") return close(event);
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const buttons = [...frame.current.querySelectorAll("button:enabled")];
    const next = buttons.indexOf(document.activeElement) + step;
    buttons[(next + buttons.length) % buttons.length].focus(); // the first one after the last, the last one before the first
  };
  const leave = ({ relatedTarget }) => relatedTarget && !frame.current.contains(relatedTarget) && setOpen(false);
  return h("div", { className: "list-menu-frame", ref: frame, onKeyDown: keyDown, onBlur: leave },
    h("button", { ...props, type: "button", title: label, "aria-label": label, "aria-expanded": open, onClick: () => setOpen(!open) }, icon),
    open && h("div", { className: "list-menu", role: "group", "aria-label": label, onClick: () => setOpen(false) }, choices));
}
