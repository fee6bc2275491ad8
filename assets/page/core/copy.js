// The button that copies.
import { createElement as h, useState } from "react";

/** Browsers have a clipboard on https and localhost alone; elsewhere a selection is copied. */
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: text }));
  field.select();
  document.execCommand("copy");
  field.remove();
}

/** A button that copies its text and says so for a moment. */
export function Copy({ text, copy, copied, children, ...props }) {
  const [done, setDone] = useState(false);
  const click = async () => {
    await write(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  const name = done ? copied : copy;
  return h("button", { ...props, type: "button", title: name, "aria-label": name, "data-done": done, onClick: click }, children);
}
