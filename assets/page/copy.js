// The button that copies.
import { createElement as h, useState } from "react";

/** A button that copies its text and says so for a moment. */
export function Copy({ text, copy, copied, children, ...props }) {
  const [done, setDone] = useState(false);
  const click = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  const name = done ? copied : copy;
  return h("button", { ...props, type: "button", title: name, "aria-label": name, "data-done": done, onClick: click }, children);
}
