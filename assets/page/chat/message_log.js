// The scrolling log of the messages of a conversation (`thread`), which follows its end while the user is there.
import { createElement as h, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { LATEST } from "$/utils/words";
import { useGettext } from "../core/language.js";
import { useListener, useVisible } from "../core/listeners.js";
import { QUEUED } from "./composer.js";

const AT_END_PX = 48; // distance to the end at which the log follows it
const INPUT_MS = 1000; // how long after the user's wheel, touch, key or press a scroll can be caused by it
const LOAD_AHEAD_PX = 500; // distance to the top at which earlier messages are requested
const ANCHORS = ".part[id], .mine[id]"; // elements that keep their place while content above them changes
const SEEN_MS = 400; // how long the end must be visible to count as seen
const HIGHLIGHT_MS = 2500;
const SETTLED_MS = 5000; // a page that opens may show old messages first and then load them again

export function Log({ children, thread, length, older, unread, busy, onOlder, onReach, onSee, ...props }) {
  const gettext = useGettext();
  const requestOlder = useOlder({ thread, older, length, onOlder });
  const { box, inner, away, toEnd, toElement, handlers } = useScrolling(thread, requestOlder);
  const shown = useShown(box);
  useAddressedMessage({ thread, length, busy, box, toElement, onReach });
  useSeen({ thread, unread, seen: shown && !away && !busy, onSee });
  return h("div", { className: "log-frame" },
    h("div", { ...props, ref: box, ...handlers }, h("div", { ref: inner, className: "log-inner" }, children)),
    away && h("button", { type: "button", className: "to-latest", onClick: toEnd }, gettext(LATEST)));
}

/** Return a function that requests earlier messages, if there are any and they are not requested already. */
function useOlder({ thread, older, length, onOlder }) {
  const isRequested = useRef(false);
  useEffect(() => { isRequested.current = false; }, [thread, length, older]);
  return () => {
    if (!older || isRequested.current) return;
    isRequested.current = true;
    onOlder();
  };
}

/**
 * Follows the end while the user is there; otherwise keeps the visible messages in place. Returns the refs of the scrolled
 * `box` and its `inner` content, whether the user is `away` from the end, what scrolls `toEnd` or `toElement`, and the box's handlers.
 */
function useScrolling(thread, requestOlder) {
  const box = useRef(null);
  const inner = useRef(null);
  const [away, setAway] = useState(false); // the opposite of `log.follows`, for rendering
  const { current: log } = useRef({
    follows: true, // whether the log follows its end
    anchor: null, // the element that keeps its place, { id, top }; null while the log follows
    place: { top: 0, height: 0, frame: 0 }, // where the log was scrolled to last
    inputAt: -INPUT_MS, // the time of the user's last input in it
  });
  const setFollows = (follows) => {
    log.follows = follows;
    setAway(!follows);
  };
  const showEnd = () => {
    box.current.scrollTop = box.current.scrollHeight;
    log.place = placeOf(box.current);
  };
  const toEnd = () => {
    setFollows(true);
    log.inputAt = -INPUT_MS; // the press on the button is no scrolling
    if (box.current) showEnd();
  };
  const toElement = (element) => {
    setFollows(false);
    element.scrollIntoView({ block: "center" });
    log.anchor = anchorOf(element);
  };
  const resized = () => {
    if (!box.current) return; // the page is being unmounted
    const anchored = log.anchor && document.getElementById(log.anchor.id);
    if (log.follows) showEnd();
    else if (anchored?.checkVisibility()) box.current.scrollTop += anchored.getBoundingClientRect().top - log.anchor.top;
  };
  useLayoutEffect(toEnd, [thread]);
  useListener(QUEUED, toEnd);
  useEffect(() => {
    const sizes = new ResizeObserver(resized);
    sizes.observe(inner.current);
    sizes.observe(box.current);
    return () => sizes.disconnect();
  }, []);
  const scrolled = ({ currentTarget: element }) => {
    const before = log.place;
    const place = placeOf(element);
    log.place = place;
    const isAtEnd = place.height - place.top - place.frame < AT_END_PX;
    const isUp = !isAtEnd && isScrolledUp(before, place, performance.now() - log.inputAt < INPUT_MS);
    if (isAtEnd) setFollows(true);
    else if (isUp) setFollows(false);
    else if (log.follows) showEnd();
    log.anchor = log.follows ? null : topAnchor(element);
    if (isUp && place.top < LOAD_AHEAD_PX) requestOlder();
  };
  const noteInput = () => { log.inputAt = performance.now(); };
  const handlers = { onScroll: scrolled, onWheel: noteInput, onTouchMove: noteInput, onKeyDown: noteInput, onPointerDown: noteInput };
  return { box, inner, away, toEnd, toElement, handlers };
}

/** Return where the log is scrolled to, and the heights of its content and of itself, in pixels. */
const placeOf = ({ scrollTop: top, scrollHeight: height, clientHeight: frame }) => ({ top, height, frame });

/**
 * Return whether the user has scrolled up. The browser reduces scrollTop as well when the content shrinks or the log grows:
 * if a height has changed, the user has scrolled only if there was an input just before.
 */
function isScrolledUp(before, { top, height, frame }, isAfterInput) {
  const mostByBrowser = Math.max(0, before.height - height) + Math.max(0, frame - before.frame);
  const isUpwards = top < before.top - mostByBrowser - 1; // 1: scrollTop has fractions of pixels
  const isSameSize = height === before.height && frame === before.frame;
  return isUpwards && (isSameSize || isAfterInput);
}

/** Return the topmost visible anchor as `{ id, top }`, or null; one of the first answer only if there is no other. */
function topAnchor(box) {
  const frame = box.getBoundingClientRect();
  // The first answer may be cut: earlier messages bring its beginning, and replace its text.
  const cutAnswer = box.querySelector(".message")?.closest(".answer");
  let ofCutAnswer = null;
  for (let y = 4; y < frame.height; y += 24) {
    const element = document.elementFromPoint(frame.left + frame.width / 2, frame.top + y)?.closest(ANCHORS);
    if (!element || !box.contains(element)) continue;
    if (!cutAnswer?.contains(element)) return anchorOf(element);
    ofCutAnswer ??= element;
  }
  return ofCutAnswer && anchorOf(ofCutAnswer);
}

const anchorOf = (element) => ({ id: element.id, top: element.getBoundingClientRect().top });

/** Return whether the element is visible. Safari's ResizeObserver does not report one that begins hidden. */
function useShown(box) {
  const [shown, setShown] = useState(true);
  useEffect(() => {
    const visibility = new IntersectionObserver((entries) => setShown(entries.at(-1).isIntersecting));
    visibility.observe(box.current);
    return () => visibility.disconnect();
  }, []);
  return shown;
}

/** Scrolls to the message that the address names (…#msg_1); requests it once if it is not loaded. */
function useAddressedMessage({ thread, length, busy, box, toElement, onReach }) {
  const location = useLocation();
  const { current: target } = useRef({});
  useEffect(() => {
    if (target.location !== location) Object.assign(target, {
      location,
      id: /^#[a-z]+_[0-9a-f]{32}$/.test(location.hash) ? location.hash.slice(1) : "", // of the message; "" for none
      isRequested: false, // whether the server is asked for it
      element: null, // the one that was scrolled to: loaded again, the message has another one
      shownAt: 0, // when it was first scrolled to; 0 before
    });
    const isOpen = thread && window.location.pathname === `/c/${thread}`;
    const isSettled = target.shownAt && Date.now() - target.shownAt > SETTLED_MS;
    if (!target.id || !isOpen || isSettled) return;
    const element = document.getElementById(target.id);
    if (box.current.contains(element)) {
      target.isRequested = false; // loaded again, the messages may lack it
      if (element === target.element) return;
      target.element = element;
      target.shownAt ||= Date.now();
      toElement(element);
      highlight(element);
    } else if (length && !target.isRequested) { // without messages the conversation itself is still loading
      target.isRequested = true;
      onReach(thread, target.id);
    }
  }, [location, thread, length, busy]);
}

function highlight(element) {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.setAttribute("data-lit", "true");
  setTimeout(() => element.removeAttribute("data-lit"), HIGHLIGHT_MS);
}

/** Calls `onSee(thread)` once the end was visible for `SEEN_MS` in a visible tab. */
function useSeen({ thread, unread, seen, onSee }) {
  const isVisible = useVisible();
  useEffect(() => {
    if (!unread || !seen || !isVisible) return;
    const timer = setTimeout(() => onSee(thread), SEEN_MS);
    return () => clearTimeout(timer);
  }, [thread, unread, seen, isVisible]);
}
