// What Markdown becomes where its own elements would lead somewhere, load something, or do nothing.
import { createContext, createElement as h, useContext } from "react";
import { Copy } from "./copy.js";
import { useWords } from "./language.js";

const TASK = /^#task-\d+$/;
const SITE = /^(https?:\/\/|mailto:)/i;
const NUMBER = /(?<![\p{L}\p{N}_#/&])#(\d{1,9})(?![\p{L}\p{N}_])/gu;
const InLink = createContext(false);

/** A link to a task, or out of the page; whatever else was meant to be one is only its words. */
export function SafeLink({ href = "", title, children }) {
  const words = h(InLink.Provider, { value: true }, children);
  if (TASK.test(href)) return h("a", { href, className: "task-link" }, words);
  if (SITE.test(href)) return h("a", { href, title, target: "_blank", rel: "noopener noreferrer nofollow" }, words);
  return h("span", null, words);
}

/** A link to the picture that stands here. */
export function PictureLink({ src = "", alt }) {
  const words = h("span", { className: "picture" }, alt || src);
  return useContext(InLink) ? words : h(SafeLink, { href: src }, words);
}

/** What was to be a box that nobody can tick. */
export function Ticked({ checked }) {
  return checked ? "☑ " : "☐ ";
}

/** Code, with a button that copies it. */
export function CodeBlock({ text, children }) {
  const { COPY_CODE: copy, COPIED: copied } = useWords();
  return h(
    "div",
    { className: "code-block" },
    h("pre", { tabIndex: 0 }, h("code", null, text)),
    h(Copy, { text, copy, copied, className: "icon-button small copy-code" }, children),
  );
}

/** The text with a link for each #7 in it. */
const linked = (text) => {
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(NUMBER)) {
    if (found.index > end) pieces.push({ type: "text", value: text.slice(end, found.index) });
    pieces.push({ type: "link", url: `#task-${found[1]}`, children: [{ type: "text", value: found[0] }] });
    end = found.index + found[0].length;
  }
  return end ? [...pieces, ...(end < text.length ? [{ type: "text", value: text.slice(end) }] : [])] : null;
};

const link = (node) => {
  if (node.type === "code" && !node.value) node.value = "\n"; // Reflex would draw the word undefined
  if (!node.children || node.type === "link" || node.type === "linkReference") return;
  node.children = node.children.flatMap((child) => (child.type === "text" && linked(child.value)) || [child]);
  node.children.forEach(link);
};

/** A remark plugin (https://github.com/unifiedjs/unified#plugin) that makes task numbers links, except in code and links. */
export const taskNumbers = () => link;
