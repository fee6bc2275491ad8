// A details element that stays open or closed when React replaces it.
import { createElement as h, useState } from "react";

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
