// The box of the rows: scrolls to its top when another list is shown, folds the heads above it (views, search) away in small
// windows while it is scrolled, and keeps the heading of the topmost rows in view.
import { createElement as h, useEffect, useRef } from "react";

const UNFOLD_PX = 4; // distance to the top at which folded heads come back

export function ScrollToTop({ list, children, ...props }) {
  const box = useRef(null);
  const line = useRef(null);
  const previous = useRef(list);
  useEffect(() => {
    if (previous.current !== list) box.current.scrollTop = 0;
    previous.current = list;
  }, [list]);
  useEffect(() => {
    const pane = box.current.closest(".tasks");
    return () => { delete pane.dataset.folded; };
  }, []);
  const scroll = () => {
    foldHeads(box.current.closest(".tasks"), box.current);
    showHeading(line.current, box.current);
  };
  const headingLine = h("div", { ref: line, className: "group-in-view", "aria-hidden": true });
  return h("div", { ...props, ref: box, "data-scrolls": "", onScroll: scroll }, headingLine, children);
}

/** Fold the heads of the pane (`data-folded`, which small windows style) once the list is scrolled, until it is at its top. */
function foldHeads(pane, box) {
  const isHeadInUse = pane.contains(document.activeElement) && !box.contains(document.activeElement);
  if ("folded" in pane.dataset) {
    if (box.scrollTop <= UNFOLD_PX) delete pane.dataset.folded;
  } else if (!isHeadInUse) {
    const top = topOf(box);
    pane.dataset.folded = "";
    const height = top - topOf(box); // of the heads
    // The rows keep their place on the screen; that needs to be scrolled by more than the height of the heads.
    if (box.scrollTop > height + UNFOLD_PX) box.scrollTop -= height;
    else delete pane.dataset.folded;
  }
}

const topOf = (element) => element.getBoundingClientRect().top;

/** Show the heading of the topmost row in the line above the rows while it is scrolled out of sight. */
function showHeading(line, box) {
  const heading = [...box.querySelectorAll(".task-group")].findLast((one) => topOf(one) <= topOf(box));
  line.textContent = heading && topOf(heading) < topOf(box) ? heading.textContent : "";
}
