// The scrolling messages of a conversation.
import { createElement as h, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { LATEST } from "$/utils/words";
import { useGettext } from "../core/language.js";
import { QUEUED } from "./composer.js";

const AT_END_PX = 48; // distance to the end that counts as being there
const INPUT_MS = 1000; // how long after a wheel, touch, key or press in the log a scroll may be the user's
const LOAD_AHEAD_PX = 500; // distance to the top at which earlier messages are requested
const ANCHORS = ".part[id], .mine[id]"; // elements that keep their place while content above them changes
const SEEN_MS = 400; // how long the end must be visible to count as seen
const HIGHLIGHT_MS = 2500;
const SETTLED_MS = 5000; // a page that opens may show old messages first and then load them again

/**
 * Return the topmost visible anchor, as its id and position: `{ id, top }`, or null. Not of an answer that comes first, if
 * there is another one: earlier messages may bring the beginning of that answer, whose rows replace its text.
 */
function topAnchor(box) {
  const frame = box.getBoundingClientRect();
  const first = box.querySelector(".message");
  let found = null;
  for (let y = 4; y < frame.height; y += 24) {
    const element = document.elementFromPoint(frame.left + frame.width / 2, frame.top + y)?.closest(ANCHORS);
    if (!element || !box.contains(element)) continue;
    found ??= element;
    if (element.closest(".message") === first && first.matches(".answer")) continue;
    found = element;
    break;
  }
  return found && { id: found.id, top: found.getBoundingClientRect().top };
}

/** Where the log is scrolled to, and the heights of its content and of itself, in pixels. */
const placeOf = ({ scrollTop: top, scrollHeight: height, clientHeight: frame }) => ({ top, height, frame });

/**
 * Return whether the user has scrolled up. The browser also reduces scrollTop where the content shrinks or the log grows, as it
 * does when a message of several lines is sent, and both may have changed back before the scroll is told. So where a height has
 * changed, only a scroll after an input of the user counts.
 */
function isMovedUp(before, { top, height, frame }, isAfterInput) {
  const byBrowser = Math.max(0, before.height - height) + Math.max(0, frame - before.frame);
  const isSameSize = height === before.height && frame === before.frame;
  return top < before.top - byBrowser - 1 && (isSameSize || isAfterInput);
}

/** Follows the end while the user is there; elsewhere keeps the visible messages in place. */
function useScrolling({ thread, older, length, onOlder }) {
  const box = useRef(null);
  const inner = useRef(null);
  const follows = useRef(true);
  const last = useRef({ top: 0, height: 0, frame: 0 });
  const inputAt = useRef(-INPUT_MS);
  const anchor = useRef(null);
  const isLoading = useRef(false);
  const [away, setAway] = useState(false);
  const [shown, setShown] = useState(true);
  const stick = () => {
    box.current.scrollTop = box.current.scrollHeight;
    last.current = placeOf(box.current);
  };
  const toEnd = () => {
    follows.current = true;
    inputAt.current = -INPUT_MS;
    setAway(false);
    if (box.current) stick();
  };
  const toElement = (element) => {
    follows.current = false;
    setAway(true);
    element.scrollIntoView({ block: "center" });
    anchor.current = { id: element.id, top: element.getBoundingClientRect().top };
  };
  useLayoutEffect(toEnd, [thread]);
  useEffect(() => { isLoading.current = false; }, [thread, length, older]);
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      const element = box.current;
      if (!element) return; // the page is being unmounted
      const anchored = anchor.current && document.getElementById(anchor.current.id);
      if (follows.current) stick();
      else if (anchored?.checkVisibility()) element.scrollTop += anchored.getBoundingClientRect().top - anchor.current.top;
    });
    observer.observe(inner.current);
    observer.observe(box.current);
    // Safari's ResizeObserver does not report an element that begins hidden; this one reports each at first.
    const visibility = new IntersectionObserver((entries) => setShown(entries.at(-1).isIntersecting));
    visibility.observe(box.current);
    document.addEventListener(QUEUED, toEnd);
    return () => {
      observer.disconnect();
      visibility.disconnect();
      document.removeEventListener(QUEUED, toEnd);
    };
  }, []);
  const scrolled = ({ currentTarget: element }) => {
    const place = placeOf(element);
    const { top, height, frame } = place;
    const atEnd = height - top - frame < AT_END_PX;
    const movedUp = isMovedUp(last.current, place, performance.now() - inputAt.current < INPUT_MS);
    last.current = place;
    if (atEnd || movedUp) follows.current = atEnd;
    if (follows.current && !atEnd) stick();
    setAway(!follows.current);
    anchor.current = follows.current ? null : topAnchor(element);
    if (top < LOAD_AHEAD_PX && movedUp && !follows.current && older && !isLoading.current) {
      isLoading.current = true;
      onOlder();
    }
  };
  const noteInput = () => { inputAt.current = performance.now(); };
  const handlers = { onScroll: scrolled, onWheel: noteInput, onTouchMove: noteInput, onKeyDown: noteInput, onPointerDown: noteInput };
  return { box, inner, away, shown, toEnd, toElement, handlers };
}

/** Scrolls to the message that the address names (…#msg_1); requests it once if it is not loaded. */
function useAddressedMessage({ thread, length, busy, box, toElement, onReach }) {
  const location = useLocation();
  const itemId = useRef("");
  const requestedId = useRef("");
  const shown = useRef({ element: null, at: 0 });
  useEffect(() => {
    shown.current = { element: null, at: 0 };
    itemId.current = /^#[a-z]+_[0-9a-f]{32}$/.test(location.hash) ? location.hash.slice(1) : "";
    requestedId.current = "";
  }, [location]);
  useEffect(() => {
    if (!itemId.current || !thread || window.location.pathname !== `/c/${thread}`) return;
    if (shown.current.at && Date.now() - shown.current.at > SETTLED_MS) return;
    const element = document.getElementById(itemId.current);
    if (!element || !box.current.contains(element)) {
      if (requestedId.current === itemId.current || length === 0) return;
      requestedId.current = itemId.current;
      onReach(thread, itemId.current);
      return;
    }
    requestedId.current = "";
    if (element === shown.current.element) return;
    shown.current = { element, at: shown.current.at || Date.now() };
    toElement(element);
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
    element.setAttribute("data-lit", "true");
    setTimeout(() => element.removeAttribute("data-lit"), HIGHLIGHT_MS);
  }, [location, thread, length, busy]);
}

/** Calls `onSee(thread)` once the end was visible for `SEEN_MS` in a visible tab. */
function useSeen({ thread, unread, seen, onSee }) {
  useEffect(() => {
    if (!unread || !seen) return;
    let timer;
    const restartTimer = () => {
      clearTimeout(timer);
      if (document.visibilityState === "visible") timer = setTimeout(() => onSee(thread), SEEN_MS);
    };
    restartTimer();
    document.addEventListener("visibilitychange", restartTimer);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", restartTimer);
    };
  }, [thread, unread, seen]);
}

/** A scrolling log of the messages of `thread` that follows its end while the user is there. */
export function Log({ children, thread, length, older, unread, busy, onOlder, onReach, onSee, ...props }) {
  const gettext = useGettext();
  const { box, inner, away, shown, toEnd, toElement, handlers } = useScrolling({ thread, older, length, onOlder });
  useAddressedMessage({ thread, length, busy, box, toElement, onReach });
  useSeen({ thread, unread, seen: shown && !away && !busy, onSee });
  return h(
    "div",
    { className: "log-frame" },
    h("div", { ...props, ref: box, ...handlers }, h("div", { ref: inner, className: "log-inner" }, children)),
    away && h("button", { type: "button", className: "to-latest", onClick: toEnd }, gettext(LATEST)),
  );
}
