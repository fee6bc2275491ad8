// Restores keyboard focus when the focused control disappears.
import { useEffect } from "react";
import { isField } from "./keyboard.js";

const KEPT = 12; // elements that had the focus before

/**
 * Moves the focus of a control that has disappeared, as an active filter or a notice does, to the one that had it last and
 * is still there. Only for keyboard users, and two frames later, so that the code that removed the control can move the focus first.
 */
export function KeptFocus() {
  useEffect(() => {
    let recentFocus = []; // the latest first
    let isKeyboard = false;
    const isUsable = (element) => element.isConnected && !element.disabled && element.checkVisibility();
    const isLost = () => document.activeElement === document.body && recentFocus.length > 0 && !recentFocus[0].isConnected;
    const track = ({ target }) => {
      recentFocus = [target, ...recentFocus.filter((element) => element !== target)].slice(0, KEPT);
      isKeyboard = target.matches(":focus-visible") && !isField(target);
    };
    const opensKeyboard = (element) => isField(element) && matchMedia("(pointer: coarse)").matches;
    const restore = () => {
      if (isKeyboard && isLost()) recentFocus.find((element) => isUsable(element) && !opensKeyboard(element))?.focus({ preventScroll: true });
    };
    const leaveKeyboard = () => { isKeyboard = false; };
    const observer = new MutationObserver(() => {
      if (isKeyboard && isLost()) requestAnimationFrame(() => requestAnimationFrame(restore));
    });
    document.addEventListener("focusin", track);
    document.addEventListener("pointerdown", leaveKeyboard, true);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", track);
      document.removeEventListener("pointerdown", leaveKeyboard, true);
      observer.disconnect();
    };
  }, []);
  return null;
}
