// Announces an answer to screen readers when it ends; ui/chat/open_conversation.py says which answer.
import { createElement as h, useEffect, useState } from "react";

const SPOKEN_MAX = 10000; // characters of an answer that are announced
const LINES = "P H1 H2 H3 H4 H5 H6 PRE LI TR BLOCKQUOTE DIV BR".split(" ");

/** Return the number or mark before an item of a numbered list. */
const numberOf = (item) => `${(item.parentElement.start ?? 1) + [...item.parentElement.children].indexOf(item)}. `;

/** Return the text of rendered Markdown, line by line; the cells of a table are separated by commas. */
function textOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.tagName === "BUTTON") return "";
  if (node.tagName === "TR") return `${[...node.cells].map(textOf).join(", ")}\n`;
  const text = [...node.childNodes].map(textOf).join("");
  const begin = node.tagName === "LI" && node.parentElement.tagName === "OL" ? numberOf(node) + text.trimStart() : text;
  return LINES.includes(node.tagName) ? `${begin}\n` : begin;
}

/** Return what is announced of the answer with this id: "" if it has no text. */
function spokenText(id) {
  // A shortened text is there whole, but hidden (.told); the part that is shown, which follows it, is left out.
  const texts = document.getElementById(id)?.querySelectorAll(".markdown:not(.told + .markdown)") ?? [];
  const lines = [...texts].map(textOf).join("\n").split("\n");
  return lines.filter((line) => line.trim()).join("\n").slice(0, SPOKEN_MAX);
}

/** A live region with the text of the finished answer, or `sentence` if it has none or there is no answer. */
export function Announcement({ sentence, answer }) {
  const [said, setSaid] = useState("");
  useEffect(() => setSaid((answer && spokenText(answer)) || sentence), [sentence, answer]);
  return h("div", { className: "sr-only", "aria-live": "polite" }, said);
}
