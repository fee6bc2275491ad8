// The end of a list that goes on.
import { createElement as h, useEffect, useRef } from "react";
import { lastPatch } from "./task_rows.js";

const AHEAD = "600px"; // so far before the end the next page is asked for

/** A button that asks for the next page, and does so by itself when the end comes near; `list` names what is listed. */
export function NearEnd({ list, length, onNear, children, ...props }) {
  const end = useRef(null);
  const near = useRef(onNear);
  near.current = onNear;
  const ask = () => near.current(lastPatch());
  useEffect(() => {
    const root = end.current.closest("[data-scrolls]");
    const seen = (entries) => entries.some((entry) => entry.isIntersecting) && ask();
    const observer = new IntersectionObserver(seen, { root, rootMargin: AHEAD });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [list, length]); // observed anew after each page: one page does not always push the end out of sight
  return h("button", { ...props, type: "button", ref: end, onClick: ask }, children);
}

/** Goes back to the top when another list is shown. */
export function FromTheTop({ list, ...props }) {
  const box = useRef(null);
  const before = useRef(list);
  useEffect(() => {
    if (before.current !== list) box.current.scrollTop = 0;
    before.current = list;
  }, [list]);
  return h("div", { ...props, ref: box, "data-scrolls": "" });
}
