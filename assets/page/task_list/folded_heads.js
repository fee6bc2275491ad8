// Folds the heads above the rows (views, search) away in small windows while the list is scrolled, and keeps the heading
// of the topmost rows in view.
import { createElement as h, useEffect, useRef } from "react";

const UNFOLD_PX = 4; // distance to the top at which folded heads come back

/** Folds the heads of the pane (`data-folded`, which small windows style) while the list is scrolled. */
function foldHeads({ currentTarget: box }) {
  const pane = box.closest(".tasks");
  if ("folded" in pane.dataset) {
    if (box.scrollTop <= UNFOLD_PX) delete pane.dataset.folded;
    return;
  }
  const isHeadInUse = pane.contains(document.activeElement) && !box.contains(document.activeElement);
  if (isHeadInUse) return;
  const top = box.getBoundingClientRect().top;
  pane.dataset.folded = "";
  const height = top - box.getBoundingClientRect().top;
  // The rows keep their place on the screen; that needs to be scrolled by more than the height of the heads.
  if (box.scrollTop > height + UNFOLD_PX) box.scrollTop -= height;
  else delete pane.dataset.folded;
}

/** Show the heading of the topmost row while it is scrolled out of sight. */
function showHeading({ currentTarget: box }) {
  const [line, { left, top, width }] = [box.firstElementChild, box.getBoundingClientRect()];
  let row = document.elementsFromPoint(left + width / 2, top + 1).map((one) => one.closest(".task-item")).find(Boolean);
  while (row && !row.firstElementChild.matches(".task-group")) row = row.previousElementSibling;
  const heading = row?.firstElementChild;
  const isShown = heading && heading.getBoundingClientRect().top < top;
  line.textContent = isShown ? heading.textContent : "";
}

/** A box that scrolls to its top when another list is shown. */
export function ScrollToTop({ list, children, ...props }) {
  const box = useRef(null);
  const previous = useRef(list);
  useEffect(() => {
    if (previous.current !== list) box.current.scrollTop = 0;
    previous.current = list;
  }, [list]);
  useEffect(() => {
    const pane = box.current.closest(".tasks");
    return () => { delete pane.dataset.folded; };
  }, []);
  const scroll = (event) => { foldHeads(event); showHeading(event); };
  return h("div", { ...props, ref: box, "data-scrolls": "", onScroll: scroll }, h("div", { className: "group-in-view", "aria-hidden": true }), children);
}
