// Paging: loads more rows near the end of a list, and scrolls a new list to its top.
import { createElement as h, useEffect, useRef } from "react";
import { lastPatch } from "./task_rows.js";

const LOAD_AHEAD = "600px"; // distance to the end at which the next page is requested

/** A button that requests the next page, also by itself near the end; `list` identifies the list. */
export function LoadMore({ list, length, onNear, children, ...props }) {
  const end = useRef(null);
  const near = useRef(onNear);
  near.current = onNear;
  const request = () => near.current(lastPatch());
  useEffect(() => {
    const root = end.current.closest("[data-scrolls]");
    const seen = (entries) => entries.some((entry) => entry.isIntersecting) && request();
    const observer = new IntersectionObserver(seen, { root, rootMargin: LOAD_AHEAD });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [list, length]); // observe again after each page: one page may not push the end out of sight
  return h("button", { ...props, type: "button", ref: end, onClick: request }, children);
}

/** A box that scrolls to its top when another list is shown. */
export function ScrollToTop({ list, ...props }) {
  const box = useRef(null);
  const previous = useRef(list);
  useEffect(() => {
    if (previous.current !== list) box.current.scrollTop = 0;
    previous.current = list;
  }, [list]);
  return h("div", { ...props, ref: box, "data-scrolls": "" });
}
