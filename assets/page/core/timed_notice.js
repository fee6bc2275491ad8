// A notice that disappears after a while, not while the pointer or the focus is on it; a new `token` restarts the time.
import { createElement as h, useEffect, useRef, useState } from "react";

// Without hover on a touch screen, where what was tapped matches :hover until the next tap.
const holding = () => (window.matchMedia("(hover: hover)").matches ? ":hover, :focus-within" : ":focus-within");

export function TimedNotice({ token, seconds, onGone, children, ...props }) {
  const notice = useRef(null);
  const [isHeld, setHeld] = useState(false);
  // A focused button of the former notice, which the new one lacks, causes no blur.
  useEffect(() => setHeld(notice.current.matches(holding())), [token]);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(onGone, seconds * 1000);
    return () => clearTimeout(timer);
  }, [token, isHeld]);
  const hold = () => setHeld(true);
  const release = () => setHeld(false);
  const onPointerEnter = ({ pointerType }) => pointerType === "mouse" && hold();
  const onPointerLeave = ({ pointerType }) => pointerType === "mouse" && release();
  return h("div", { ...props, ref: notice, onPointerEnter, onPointerLeave, onFocus: hold, onBlur: release }, children);
}
