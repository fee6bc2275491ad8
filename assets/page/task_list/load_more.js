// Paging: loads more rows near the end of a list, and scrolls a new list to its top.
import { createElement as h, useEffect, useEffectEvent, useRef } from "react";
import { lastPatch } from "./task_rows.js";

const UNFOLD_PX = 4; // distance to the top at which folded heads come back
const LOAD_AHEAD = "600px"; // distance to the end at which the next page is requested

/** A button that requests the next page, also by itself near the end; `list` identifies the list. */
export function LoadMore({ list, length, onNear, children, ...props }) {
  const end = useRef(null);
  const request = () => onNear(lastPatch());
  const requestLatest = useEffectEvent(request);
  useEffect(() => {
    const root = end.current.closest("[data-scrolls]");
    const seen = (entries) => entries.some((entry) => entry.isIntersecting) && requestLatest();
    const observer = new IntersectionObserver(seen, { root, rootMargin: LOAD_AHEAD });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [list, length]); // observe again after each page: one page may not push the end out of sight
  return h("button", { ...props, type: "button", ref: end, onClick: request }, children);
}

/** What stands below the rows on paper while the list has more of them: only what is loaded can be printed. */
export function PrintedPart({ sentence, length, found, ...props }) {
  return h("p", props, sentence.replace("{count}", length).replace("{total}", found));
}

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
