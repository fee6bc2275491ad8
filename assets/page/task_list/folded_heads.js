// Folds the heads above the rows (views, add line, search) away in small windows while the list is scrolled.
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

/** A box that scrolls to its top when another list is shown. */
export function ScrollToTop({ list, ...props }) {
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
  return h("div", { ...props, ref: box, "data-scrolls": "", onScroll: foldHeads });
}
