// The scrolling log of a conversation.
import { createElement as h, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { SENT } from "./composer.js";

const NEAR = 48; // so close to the end counts as being there
const AHEAD = 500; // so close to the top earlier messages are asked for
const PIECES = ".part[id], .mine[id]"; // what stays where it is while something above it comes or goes
const SEEN_MS = 400; // so long the end must be in front of the person
const LIT_MS = 2500;
const SETTLED_MS = 5000; // a page that opens may show old messages first, and read them again

/** What the person looks at: the topmost piece in the box, and where it stands. */
function place(box) {
  const frame = box.getBoundingClientRect();
  for (let y = 4; y < frame.height; y += 24) {
    const piece = document.elementFromPoint(frame.left + frame.width / 2, frame.top + y)?.closest(PIECES);
    if (piece && box.contains(piece)) return { id: piece.id, top: piece.getBoundingClientRect().top };
  }
  return null;
}

/** Follows the end only while the person is there; elsewhere, what they look at stays in its place. */
function useScrolling({ thread, older, length, onOlder }) {
  const box = useRef(null);
  const inner = useRef(null);
  const follows = useRef(true);
  const last = useRef({ top: 0, height: 0 });
  const held = useRef(null);
  const asked = useRef(false);
  const latest = useRef({});
  const [away, setAway] = useState(false);
  const [shown, setShown] = useState(true);
  latest.current = { older, onOlder };
  const toEnd = () => {
    follows.current = true;
    setAway(false);
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  const toPiece = (piece) => {
    follows.current = false;
    setAway(true);
    piece.scrollIntoView({ block: "center" });
    held.current = { id: piece.id, top: piece.getBoundingClientRect().top };
  };
  useLayoutEffect(toEnd, [thread]);
  useEffect(() => { asked.current = false; }, [thread, length, older]);
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      const element = box.current;
      if (!element) return; // the page is just leaving
      setShown(element.clientHeight > 0);
      const piece = held.current && document.getElementById(held.current.id);
      if (follows.current) element.scrollTop = element.scrollHeight;
      else if (piece) element.scrollTop += piece.getBoundingClientRect().top - held.current.top;
    });
    observer.observe(inner.current);
    observer.observe(box.current);
    document.addEventListener(SENT, toEnd);
    return () => {
      observer.disconnect();
      document.removeEventListener(SENT, toEnd);
    };
  }, []);
  const scrolled = ({ currentTarget: element }) => {
    const { scrollTop: top, scrollHeight: height } = element;
    const near = height - top - element.clientHeight < NEAR;
    // Only a move upwards leaves the end: while words arrive, the end also moves away by itself. What became shorter
    // moves the place up as well, by as much.
    const movedUp = top < last.current.top - Math.max(0, last.current.height - height) - 1;
    last.current = { top, height };
    if (near || movedUp) follows.current = near;
    setAway(!follows.current);
    held.current = follows.current ? null : place(element);
    if (top < AHEAD && movedUp && !follows.current && latest.current.older && !asked.current) {
      asked.current = true;
      latest.current.onOlder();
    }
  };
  return { box, inner, away, shown, toEnd, toPiece, scrolled };
}

/** Leads to the message that the address names (…#msg_1); one that is not loaded yet is asked for, once. */
function useNamed({ thread, length, busy, box, toPiece, onReach }) {
  const location = useLocation();
  const named = useRef("");
  const asked = useRef("");
  const led = useRef({ piece: null, at: 0 });
  useEffect(() => {
    led.current = { piece: null, at: 0 };
    named.current = /^#[a-z]+_[0-9a-f]{32}$/.test(location.hash) ? location.hash.slice(1) : "";
    asked.current = "";
  }, [location]);
  useEffect(() => {
    if (!named.current || !thread || window.location.pathname !== `/c/${thread}`) return;
    if (led.current.at && Date.now() - led.current.at > SETTLED_MS) return;
    const piece = document.getElementById(named.current);
    if (!piece || !box.current.contains(piece)) {
      if (asked.current === named.current || length === 0) return;
      asked.current = named.current;
      onReach(thread, named.current);
      return;
    }
    asked.current = "";
    if (piece === led.current.piece) return;
    led.current = { piece, at: led.current.at || Date.now() };
    toPiece(piece);
    piece.tabIndex = -1;
    piece.focus({ preventScroll: true });
    piece.setAttribute("data-lit", "true");
    setTimeout(() => piece.removeAttribute("data-lit"), LIT_MS);
  }, [location, thread, length, busy]);
}

/** Says that the end was seen, once it is in front of the person for a moment, in a tab that is not hidden. */
function useSeen({ thread, unread, seen, onSee }) {
  useEffect(() => {
    if (!unread || !seen) return;
    let timer;
    const look = () => {
      clearTimeout(timer);
      if (document.visibilityState === "visible") timer = setTimeout(() => onSee(thread), SEEN_MS);
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [thread, unread, seen]);
}

/** A scrolling log that follows its end only while the person is there; `thread` names what is shown. */
export function Log({ children, thread, length, older, unread, busy, onOlder, onReach, onSee, latest, ...props }) {
  const { box, inner, away, shown, toEnd, toPiece, scrolled } = useScrolling({ thread, older, length, onOlder });
  useNamed({ thread, length, busy, box, toPiece, onReach });
  useSeen({ thread, unread, seen: shown && !away && !busy, onSee });
  return h(
    "div",
    { className: "log-frame" },
    h("div", { ...props, ref: box, onScroll: scrolled }, h("div", { ref: inner, className: "log-inner" }, children)),
    away && h("button", { type: "button", className: "to-latest", onClick: toEnd }, latest),
  );
}
