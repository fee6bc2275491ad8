// The scrolling log of a conversation.
import { createElement as h, useEffect, useLayoutEffect, useRef, useState } from "react";
import { SENT } from "./composer.js";

const NEAR = 48; // so close to the end counts as being there

/** A scrolling log that follows its end only while the person is there; `thread` names what is shown. */
export function Log({ children, thread, latest, ...props }) {
  const box = useRef(null);
  const inner = useRef(null);
  const follows = useRef(true);
  const last = useRef({ top: 0, height: 0 });
  const [away, setAway] = useState(false);
  const toEnd = () => {
    follows.current = true;
    setAway(false);
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(toEnd, [thread]);
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
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
  };
  return h(
    "div",
    { className: "log-frame" },
    h("div", { ...props, ref: box, onScroll: scrolled }, h("div", { ref: inner, className: "log-inner" }, children)),
    away && h("button", { type: "button", className: "to-latest", onClick: toEnd }, latest),
  );
}
