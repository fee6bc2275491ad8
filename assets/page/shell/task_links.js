// Handles clicks on links to tasks, anywhere on the page, and that of the page's address; highlights a row of the list.
import { useEffect } from "react";
import { setLastNumber } from "../core/markdown_elements.js";
import { useListener } from "../core/listeners.js";

const TASK = "#task-";
const HIGHLIGHT_MS = 1500;

/** Load the page again with the task that its address names, as `?task=7` does; links of older programs have `#task-7`. */
function openAddressed() {
  const number = new RegExp(`^${TASK}(\\d{1,9})$`).exec(location.hash)?.[1];
  if (number) location.replace(`${location.pathname}?task=${number}`);
}

/** `highlighted` is "7 token", with a new token each time; numbers up to `lastNumber` become links (markdown_elements.js). */
export function TaskLinks({ highlighted, lastNumber, onOpen }) {
  const click = (event) => {
    const link = event.target.closest?.(`a[href^="${TASK}"]`);
    if (!link) return;
    event.preventDefault();
    event.stopPropagation(); // neither does what surrounds the link, such as a row, handle the click
    onOpen(Number(link.getAttribute("href").slice(TASK.length)));
  };
  useListener("click", click, { capture: true });
  useEffect(() => setLastNumber(lastNumber), [lastNumber]);
  useEffect(() => openAddressed(), []);
  useListener("hashchange", openAddressed, { target: () => window });
  useEffect(() => {
    const row = highlighted && document.querySelector(`.task[data-number="${highlighted.split(" ")[0]}"]`);
    if (!row) return;
    const scroll = () => row.scrollIntoView({ block: "nearest" });
    scroll();
    // The rows that come into view get their true height a frame later (content-visibility), which moves this one.
    const frame = requestAnimationFrame(() => requestAnimationFrame(scroll));
    row.setAttribute("data-lit", "true");
    const timer = setTimeout(() => row.removeAttribute("data-lit"), HIGHLIGHT_MS);
    return () => { cancelAnimationFrame(frame); clearTimeout(timer); row.removeAttribute("data-lit"); };
  }, [highlighted]);
  return null;
}
