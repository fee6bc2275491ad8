// A button that copies text to the clipboard.
import { createElement as h, useState } from "react";
import * as words from "$/utils/words";
import { useGettext } from "./language.js";

/** Copy text. `navigator.clipboard` exists only over https and on localhost; elsewhere a selection is copied. */
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: text }));
  field.select();
  document.execCommand("copy");
  field.remove();
}

const textOf = (parts) => parts.filter(({ kind }) => kind === "text").map(({ text }) => text).join("\n\n");

/** A button that copies its text, or that of an answer's parts, and confirms it for 1.5 s. */
export function CopyButton({ text, parts, copy, children, ...props }) {
  const gettext = useGettext();
  const [done, setDone] = useState(false);
  const click = async () => {
    await write(parts ? textOf(parts) : text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  const name = done ? gettext(words.COPIED) : copy;
  return h("button", { ...props, type: "button", title: name, "aria-label": name, "data-done": done, onClick: click }, children);
}
