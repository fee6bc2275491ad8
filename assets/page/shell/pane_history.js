// The pane that the page opens with, and Back closes the conversations, where they are a pane (phone) or a drawer (tablet).
import { useEffect, useLayoutEffect, useRef } from "react";
import { useLocation } from "react-router";
import { useListener } from "../core/listeners.js";

const DRAWER = "conversations";
const CHAT_PANE = "chat";
const LIST_PANE = "tasks";
const AFTER_NAVIGATION_MS = 300; // a click on a conversation closes the drawer, and then opens that address

const addEntry = () => window.history.pushState({ ...window.history.state, layer: DRAWER }, "");
const keep = (pane, more) => window.history.replaceState({ ...window.history.state, pane, ...more }, "");

/** Return the pane that this history entry showed, the list if its address names a task or a list alone, or undefined. */
function firstPane() {
  const { pane, idx } = window.history.state; // idx: React Router's; 0 if the browser has opened the address
  const { pathname, search } = window.location;
  if (/^\?ask=/.test(search)) return CHAT_PANE; // what another app has shared (chat/composer.js)
  const isForList = /[?&]task=[1-9]/.test(search) || (idx === 0 && pathname === "/" && search);
  return pane ?? (isForList ? LIST_PANE : undefined);
}

/**
 * Stores the pane in the history entry. Adds an entry while the conversations are shown; `isLeft` marks it while the
 * browser goes back from it. Calls `onPane` when the address, a reload, Back or Forward leads to another pane.
 */
export function PaneHistory({ pane, onPane }) {
  const isOpen = pane === DRAWER;
  const isLeaving = useRef(false); // the browser goes back, and the conversations may be opened again before it has
  useLayoutEffect(() => { // before the page can be pressed: a press on a tab would be overridden
    const first = firstPane();
    if (first && first !== pane) onPane(first);
  }, []);
  useEffect(() => {
    const isEntry = () => window.history.state?.layer === DRAWER;
    if (isOpen && !isEntry()) addEntry();
    if (isOpen || !isEntry()) return;
    const leave = () => {
      if (!isEntry()) return;
      keep(pane, { isLeft: true }); // the entry changes later: what is written until then would be left too (see ListAddress)
      isLeaving.current = true;
      window.history.back();
    };
    const timer = setTimeout(leave, AFTER_NAVIGATION_MS);
    return () => clearTimeout(timer);
  }, [isOpen]);
  const location = useLocation();
  useEffect(() => keep(pane), [pane, location]); // React Router drops it from the entries that it writes
  const back = () => {
    const opens = window.history.state?.layer === DRAWER;
    const hasLeft = isLeaving.current && !opens;
    isLeaving.current = false;
    if (opens) keep(DRAWER, { isLeft: undefined });
    if (hasLeft && isOpen) addEntry();
    else if (opens !== isOpen) onPane(opens ? DRAWER : window.history.state?.pane ?? CHAT_PANE);
    else keep(pane);
  };
  useListener("popstate", back, { target: () => window });
  return null;
}
