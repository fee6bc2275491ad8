// A notice that disappears after a while.
import { createElement as h, useEffect, useState } from "react";

/** Calls `onGone` after `seconds`, not while the pointer or the focus is on it; a new `token` restarts the time. */
export function TimedNotice({ token, seconds, onGone, children, ...props }) {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(onGone, seconds * 1000);
    return () => clearTimeout(timer);
  }, [token, isHeld]);
  const hold = () => setHeld(true);
  const release = () => setHeld(false);
  return h("div", { ...props, onMouseEnter: hold, onMouseLeave: release, onFocus: hold, onBlur: release }, children);
}
