// Swipes on the rows of the list: to the right completes or reopens the task, to the left opens its date.
import { useRef } from "react";
import { useListener } from "../core/listeners.js";

const BEGIN_PX = 12; // a finger that moves less is a tap
const ACT_PX = 72;
const MOST_PX = 112;

/** Handles swipes on the rows in `list`, a ref; `openDate` opens the date of a row. Up and down scrolls (touch-action in touch.css). */
export function useRowSwipes(list, openDate) {
  // The row under the finger: { row, x, distance, hasBegun }, with where the finger came down, how far it has moved, and whether
  // that is more than a tap.
  const swiped = useRef(null);
  const end = (mayAct) => {
    if (!swiped.current) return;
    const { row, distance } = swiped.current;
    swiped.current = null;
    row.style.transform = "";
    for (const name of ["data-swipe", "data-acts"]) row.parentElement.removeAttribute(name);
    if (!mayAct || Math.abs(distance) < ACT_PX) return;
    if (distance > 0) row.querySelector(".tick").click();
    else openDate(row);
  };
  const target = () => list.current;
  useListener("pointerdown", (event) => {
    end(false); // a second finger ends a swipe
    const row = event.target.closest(".task[data-number]");
    const isFree = event.pointerType === "touch" && event.isPrimary && row && !event.target.closest("dialog, input:not(.tick), .drag-handle");
    swiped.current = isFree && row.querySelector(".tick") ? { row, x: event.clientX, distance: 0, hasBegun: false } : null;
  }, { target });
  useListener("pointermove", (event) => {
    const swipe = swiped.current;
    if (!swipe) return;
    const distance = event.clientX - swipe.x;
    swipe.hasBegun ||= Math.abs(distance) >= BEGIN_PX;
    if (!swipe.hasBegun) return;
    swipe.distance = Math.max(-MOST_PX, Math.min(MOST_PX, distance));
    swipe.row.style.transform = `translateX(${swipe.distance}px)`;
    swipe.row.parentElement.dataset.swipe = swipe.distance > 0 ? "done" : "date";
    swipe.row.parentElement.toggleAttribute("data-acts", Math.abs(swipe.distance) >= ACT_PX);
  }, { target });
  useListener("pointerup", () => end(true), { target });
  useListener("pointercancel", () => end(false), { target });
}
