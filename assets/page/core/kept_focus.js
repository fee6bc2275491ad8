// Keeps the keyboard's place on the page.
import { useEffect } from "react";
import { isField } from "./focus_target.js";

const KEPT = 12; // elements that had the focus before

/**
 * Moves the focus of a control that has disappeared, as an active filter or a notice does, to the one that had it last and
 * is still there. It does so only for the keyboard, and after whoever removed the control has had time to move the focus.
 */
export function KeptFocus() {
  useEffect(() => {
    let trail = []; // the latest first
    let isKeyboard = false;
    const isUsable = (element) => element.isConnected && !element.disabled && element.checkVisibility();
    const isLost = () => document.activeElement === document.body && trail.length > 0 && !trail[0].isConnected;
    const track = ({ target }) => {
      trail = [target, ...trail.filter((element) => element !== target)].slice(0, KEPT);
      isKeyboard = target.matches(":focus-visible") && !isField(target);
    };
    const opensKeyboard = (element) => isField(element) && matchMedia("(pointer: coarse)").matches;
    const restore = () => {
      if (isKeyboard && isLost()) trail.find((element) => isUsable(element) && !opensKeyboard(element))?.focus({ preventScroll: true });
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
