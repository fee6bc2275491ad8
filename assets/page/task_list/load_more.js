// Paging: loads more rows near the end of a list.
import { createElement as h, useEffect, useEffectEvent, useRef } from "react";
import { PRINTED_PART } from "$/utils/words";
import { useOpening } from "../connection/connection.js";
import { useGettext } from "../core/language.js";
import { lastPatch } from "./task_rows.js";

const LOAD_AHEAD = "600px"; // distance to the end at which the next page is requested

/** A button that requests the next page, also by itself near the end of the list, and once more after a lost connection. */
export function LoadMore({ list, length, onNear, children, ...props }) {
  const end = useRef(null);
  const opening = useOpening();
  const request = () => onNear(lastPatch());
  const requestLatest = useEffectEvent(request);
  useEffect(() => {
    if (!opening) return;
    const root = end.current.closest("[data-scrolls]");
    const seen = (entries) => entries.some((entry) => entry.isIntersecting) && requestLatest();
    const observer = new IntersectionObserver(seen, { root, rootMargin: LOAD_AHEAD });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [list, length, opening]); // observe again after each page: one page may not push the end out of sight
  return h("button", { ...props, type: "button", ref: end, onClick: request }, children);
}

/** What stands below the rows on paper while the list has more of them: only what is loaded can be printed. */
export function PrintedPart({ length, found, ...props }) {
  return h("p", props, useGettext()(PRINTED_PART).replace("{count}", length).replace("{total}", found));
}
