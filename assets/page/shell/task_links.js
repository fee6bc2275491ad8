// Links to tasks, and the row that they light up.
import { createElement as h, useEffect, useRef } from "react";

const TASK = "#task-";

/** Takes clicks on links to tasks, wherever they are, and lights up the row that `lit` names ("7 …"). */
export function TaskLinks({ lit, onOpen }) {
  const open = useRef(onOpen);
  open.current = onOpen;
  useEffect(() => {
    const click = (event) => {
      const link = event.target.closest?.(`a[href^="${TASK}"]`);
      if (!link) return;
      event.preventDefault();
      event.stopPropagation();
      open.current(Number(link.getAttribute("href").slice(TASK.length)));
    };
    document.addEventListener("click", click, true);
    return () => document.removeEventListener("click", click, true);
  }, []);
  useEffect(() => {
    const row = lit && document.querySelector(`.task[data-number="${lit.split(" ")[0]}"]`);
    if (!row) return;
    row.scrollIntoView({ block: "nearest" });
    row.setAttribute("data-lit", "true");
    const timer = setTimeout(() => row.removeAttribute("data-lit"), 1500);
    return () => { clearTimeout(timer); row.removeAttribute("data-lit"); };
  }, [lit]);
  return null;
}
