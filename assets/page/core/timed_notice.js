// What goes by itself after a while.
import { createElement as h, useEffect, useState } from "react";

/** Something that goes by itself after a while, unless the pointer or the focus is on it; `token` names what is shown. */
export function Passing({ token, seconds, onGone, children, ...props }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(onGone, seconds * 1000);
    return () => clearTimeout(timer);
  }, [token, held]);
  const hold = () => setHeld(true);
  const release = () => setHeld(false);
  return h("div", { ...props, onMouseEnter: hold, onMouseLeave: release, onFocus: hold, onBlur: release }, children);
}
