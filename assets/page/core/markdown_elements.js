// The components that render Markdown's links, images, checkboxes and code blocks, and a plugin that makes task numbers links.
import { createContext, createElement as h, useContext, useSyncExternalStore } from "react";
import { COPY_CODE } from "$/utils/words";
import { CopyButton } from "./copy.js";
import { useGettext } from "./language.js";
import { listenerSet } from "./listeners.js";

const TASK_ADDRESS = /^#task-(\d+)$/;
const SITE_ADDRESS = /^(https?:\/\/|mailto:)/i;
const TASK_NUMBER = /(?<![\p{L}\p{N}_#/&])#(\d{1,9})(?![\p{L}\p{N}_])/u; // 7 of "Added #7."; not "a#7", "/#7" or "#7th"
const InLink = createContext(false); // whether a component is rendered among the words of a link

const { notify, subscribe } = listenerSet();
let lastNumber = 0; // the highest number of the user's tasks: "#12" in a text is a link only up to this number

export const setLastNumber = (number) => {
  lastNumber = number;
  notify();
};

/** Return whether there is, or was, a task of the user's with this number. */
const useIsOwnTask = (number) => useSyncExternalStore(subscribe, () => number >= 1 && number <= lastNumber, () => false);

const withoutSlash = (address) => address.replace(/\/$/, "");

/** Return the host or mail address of a link whose words do not show it; "" if they do. `words`: React's children. */
const hiddenTarget = (href, words) => {
  const { protocol, host, pathname, username } = new URL(href);
  const target = protocol === "mailto:" ? pathname : host;
  if (username) return target; // it looks like a host, as in https://bank.example@evil.example
  const parts = [words].flat(); // `words` may be a single text
  if (!parts.every((part) => typeof part === "string")) return target;
  const text = withoutSlash(parts.join(""));
  return text === withoutSlash(href) || text === target ? "" : target;
};

/**
 * A link to a task of the user's, a site or a mail address, without its title; any other address is rendered as its words.
 * The words are the model's and may name another site: unless they show the address, its host follows them.
 */
export function SafeLink({ href = "", children }) {
  const words = h(InLink.Provider, { value: true }, children);
  if (useIsOwnTask(Number(TASK_ADDRESS.exec(href)?.[1]))) return h("a", { href, className: "task-link" }, words);
  if (!SITE_ADDRESS.test(href) || !URL.canParse(href)) return h("span", null, words);
  const target = hiddenTarget(href, children);
  // <bdi> isolates both: a direction mark before or in the words would show "moc.bank.example" reversed.
  const host = target && h("bdi", { className: "link-host", dir: "ltr" }, ` (${target})`);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, h("bdi", null, words), host);
}

/** An image as a link to it, so that the page loads nothing from other origins. */
export function ImageLink({ src = "", alt }) {
  const words = h("span", { className: "picture" }, alt || src);
  return useContext(InLink) ? words : h(SafeLink, { href: src }, words);
}

/** The checkbox of a Markdown task list, as a character: it cannot be ticked. */
export const CheckboxCharacter = ({ checked }) => (checked ? "☑ " : "☐ ");

/** A code block with a copy button; `children` are the button's icons. */
export function CodeBlock({ text, children }) {
  const gettext = useGettext();
  return h("div", { className: "code-block" },
    h("pre", { tabIndex: 0 }, h("code", null, text)),
    h(CopyButton, { text, copy: gettext(COPY_CODE), className: "icon-button small copy-code" }, children));
}

const textNode = (value) => ({ type: "text", value });
const taskLink = (number) => ({ type: "link", url: `#task-${number}`, children: [textNode(`#${number}`)] });

/** Split a text node at its task numbers: "Added #7." becomes the text "Added ", a link "#7" and the text ".". */
const linkNumbers = (node) => {
  if (node.type !== "text" || !TASK_NUMBER.test(node.value)) return [node];
  const pieces = node.value.split(TASK_NUMBER); // ["Added ", "7", "."]: each second one is a number
  return pieces.map((piece, index) => (index % 2 ? taskLink(piece) : textNode(piece))).filter(({ value }) => value !== "");
};

const BLOCKS = new Set(["paragraph", "heading", "list", "blockquote", "table"]);
const textOf = (node) => node.value ?? node.children?.map(textOf).join(" ") ?? "";

/** Return the direction of most letters: an answer that begins with a title has the direction of its own sentence. */
const directionOf = (text) => {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const leftwards = text.match(/[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/gu)?.length ?? 0;
  return leftwards > letters / 2 ? "rtl" : "ltr";
};

const setDirection = (block) => { block.data = { ...block.data, hProperties: { dir: directionOf(textOf(block)) } }; };

/** Change the node and all nodes in it as the plugin says. */
const transform = (node) => {
  if (BLOCKS.has(node.type)) setDirection(node);
  if (node.type === "code" && !node.value) node.value = "\n"; // Reflex would render the word "undefined"
  if (!node.children || node.type === "link" || node.type === "linkReference") return;
  node.children = node.children.flatMap(linkNumbers);
  node.children.forEach(transform);
};

/**
 * A remark plugin (https://github.com/unifiedjs/unified#plugin) that makes task numbers links, except in code and links, and
 * gives each block its direction.
 */
export const taskNumbers = () => transform;
