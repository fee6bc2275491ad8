// Controls that show and hide something: a details element that stays open when React replaces it, and a button.
import { createElement as h, useRef, useState } from "react";

const openNames = new Set();

/** Keeps its open state under `name`: the finished answer is rendered as a new element. */
export function Details({ name, children, ...props }) {
  const [open, setOpen] = useState(openNames.has(name));
  const toggle = (event) => {
    const isOpen = event.currentTarget.open;
    if (isOpen) openNames.add(name);
    else openNames.delete(name);
    setOpen(isOpen);
  };
  return h("details", { ...props, open, onToggle: toggle }, children);
}

/** A button that sets and removes an attribute, which a stylesheet reads, on the nearest element around it that matches `closest`. */
export function AttributeToggle({ label, closest, attribute, children, ...props }) {
  const [open, setOpen] = useState(false);
  const button = useRef(null);
  const toggle = () => {
    button.current.closest(closest).toggleAttribute(attribute, !open);
    setOpen(!open);
  };
  return h("button", { ...props, ref: button, type: "button", title: label, "aria-label": label, "aria-expanded": open, onClick: toggle }, children);
}
