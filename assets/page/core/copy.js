// A button that copies its text, or that of an answer's parts, and says for 1.5 s whether it did.
import { createElement as h, useState } from "react";
import * as words from "$/utils/words";
import { useGettext } from "./language.js";

/** Copy text, and return whether the browser did. `navigator.clipboard` exists only over https and on localhost. */
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const field = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: text }));
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  return isCopied;
}

const textOf = (parts) => parts.filter(({ kind }) => kind === "text").map(({ text }) => text).join("\n\n");

export function CopyButton({ text, parts, copy, children, ...props }) {
  const gettext = useGettext();
  const [outcome, setOutcome] = useState(null);
  const click = async () => {
    setOutcome((await write(parts ? textOf(parts) : text)) ? words.COPIED : words.NOT_COPIED);
    setTimeout(() => setOutcome(null), 1500);
  };
  const name = outcome ? gettext(outcome) : copy;
  return h("button", { ...props, type: "button", title: name, "aria-label": name, "data-done": outcome === words.COPIED, onClick: click }, children);
}
