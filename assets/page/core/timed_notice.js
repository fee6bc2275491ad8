// A notice that disappears after a while.
import { createElement as h, useEffect, useRef, useState } from "react";

/** Calls `onGone` after `seconds`, not while the pointer or the focus is on it; a new `token` restarts the time. */
export function TimedNotice({ token, seconds, onGone, children, ...props }) {
  const notice = useRef(null);
  const [isHeld, setHeld] = useState(false);
  // A focused button that the new notice has not causes no blur.
  useEffect(() => setHeld(notice.current.matches(":hover, :focus-within")), [token]);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(onGone, seconds * 1000);
    return () => clearTimeout(timer);
  }, [token, isHeld]);
  const hold = () => setHeld(true);
  const release = () => setHeld(false);
  return h("div", { ...props, ref: notice, onMouseEnter: hold, onMouseLeave: release, onFocus: hold, onBlur: release }, children);
}
