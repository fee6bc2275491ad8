// The conversations pane. In a window of medium width it is a drawer, which gets the focus when it opens, and which Escape
// closes. The choice of a conversation in a drawer moves the focus into the composer, except on touch screens, where that would
// open the keyboard. A pane that closes gives the focus, if it had it or nothing has it, to its button (`opener`).
import { createElement as h, useEffect, useRef } from "react";
import { isForOthers } from "../core/keyboard.js";
import { useListener } from "../core/listeners.js";

const CONTROLS = "a[href], button, input";
const CONVERSATIONS = "a.conversation, a.found";

const focus = (element) => element?.focus({ preventScroll: true });
const isFilledSearch = ({ type, value }) => type === "search" && !!value; // Escape clears it

export function Drawer({ isOpen, opener, composerId, onClose, children, ...props }) {
  const pane = useRef(null);
  const wasOpen = useRef(false);
  const isDrawer = () => getComputedStyle(pane.current).position === "fixed";
  useEffect(() => {
    const { activeElement } = document;
    if (isOpen && isDrawer()) focus(pane.current.querySelector(CONTROLS));
    const hasFocus = activeElement === document.body || pane.current.contains(activeElement);
    if (wasOpen.current && !isOpen && hasFocus) focus(document.getElementById(opener));
    wasOpen.current = isOpen;
  }, [isOpen]);
  useListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen || !isDrawer() || isForOthers(event) || isFilledSearch(event.target)) return;
    event.preventDefault();
    onClose();
  });
  const click = ({ target, ctrlKey, metaKey, shiftKey }) => {
    if (ctrlKey || metaKey || shiftKey) return; // opens another tab or window
    const isChoice = isOpen && isDrawer() && target.closest(CONVERSATIONS);
    if (isChoice && window.matchMedia("(pointer: fine)").matches) focus(document.getElementById(composerId));
  };
  return h("aside", { ...props, ref: pane, onClick: click }, children);
}
