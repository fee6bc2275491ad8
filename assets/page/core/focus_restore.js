// When the focused control disappears, as an active filter or a notice does, moves the focus to the control that had it before
// and is still there. Only for keyboard users, and two frames later: the code that removed the control can move it first.
import { useEffect, useRef } from "react";
import { isField } from "./keyboard.js";
import { useListener } from "./listeners.js";

const KEPT = 12; // elements that had the focus before

export function KeptFocus() {
  const { current: focus } = useRef({ recent: [], isByKeyboard: false }); // `recent`: the elements, the latest first
  useListener("focusin", ({ target }) => {
    focus.recent = [target, ...focus.recent.filter((element) => element !== target)].slice(0, KEPT);
    focus.isByKeyboard = target.matches(":focus-visible") && !isField(target);
  });
  useListener("pointerdown", () => { focus.isByKeyboard = false; }, { capture: true });
  useEffect(() => {
    const isLost = () => focus.isByKeyboard && document.activeElement === document.body && focus.recent[0]?.isConnected === false;
    const opensKeyboard = (element) => isField(element) && matchMedia("(pointer: coarse)").matches;
    const isUsable = (element) => element.isConnected && !element.disabled && element.checkVisibility() && !opensKeyboard(element);
    const restore = () => isLost() && focus.recent.find(isUsable)?.focus({ preventScroll: true });
    const observer = new MutationObserver(() => isLost() && requestAnimationFrame(() => requestAnimationFrame(restore)));
    observer.observe(document.body, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
  return null;
}
