// Something that opens and closes, and stays as it was when it moves to another place of the page.
import { createElement as h, useState } from "react";

const opened = new Set();

/** A details element that its name keeps open, also when the answer that it belongs to is complete and drawn anew. */
export function Details({ name, children, ...props }) {
  const [open, setOpen] = useState(opened.has(name));
  const toggle = (event) => {
    const now = event.currentTarget.open;
    if (now) opened.add(name);
    else opened.delete(name);
    setOpen(now);
  };
  return h("details", { ...props, open, onToggle: toggle }, children);
}
