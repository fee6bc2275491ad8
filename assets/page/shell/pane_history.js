// Stores the shown pane in the browser's history entry, so that a reload shows it again. While the conversations are open there
// is an additional entry, so that Back closes them. Calls `onPane` where the address, a reload, Back or Forward leads to another pane.
import { useEffect, useLayoutEffect, useRef } from "react";
import { useLocation } from "react-router";
import { useListener } from "../core/listeners.js";

const DRAWER = "conversations"; // a pane on phones, a drawer on tablets
const CHAT_PANE = "chat";
const LIST_PANE = "tasks";
const AFTER_NAVIGATION_MS = 300; // a click on a conversation closes the drawer, and then opens that address

// The state of a history entry: { pane, layer, isLeft }. `layer` is DRAWER in the additional entry of the open conversations.
// `isLeft` is true there while the browser goes back from it: ListAddress then writes nothing into it.
const addDrawerEntry = () => window.history.pushState({ ...window.history.state, layer: DRAWER }, "");
const isDrawerEntry = () => window.history.state?.layer === DRAWER;
const store = (pane, more) => window.history.replaceState({ ...window.history.state, pane, ...more }, "");

/** Return the pane that this history entry showed, or that its address is for; undefined for none. */
function firstPane() {
  const { pane, idx } = window.history.state; // idx: React Router's; 0 if the browser has opened the address
  const { pathname, search } = window.location;
  if (/^\?ask=/.test(search)) return CHAT_PANE; // what another app has shared (chat/composer.js)
  if (pane) return pane;
  const isForList = /[?&]task=[1-9]/.test(search) || (idx === 0 && pathname === "/" && search);
  return isForList ? LIST_PANE : undefined;
}

export function PaneHistory({ pane, onPane }) {
  const isOpen = pane === DRAWER;
  const isLeaving = useRef(false); // whether `leave` has called history.back(), which takes a moment
  useLayoutEffect(() => { // before the page can be pressed: a press on a tab would be overridden
    const first = firstPane();
    if (first && first !== pane) onPane(first);
  }, []);
  useEffect(() => {
    if (isOpen === isDrawerEntry()) return;
    if (isOpen) return addDrawerEntry();
    const leave = () => {
      if (!isDrawerEntry()) return; // the click that closed the conversations has opened an address
      store(pane, { isLeft: true });
      isLeaving.current = true;
      window.history.back();
    };
    const timer = setTimeout(leave, AFTER_NAVIGATION_MS);
    return () => clearTimeout(timer);
  }, [isOpen]);
  const location = useLocation();
  useEffect(() => store(pane), [pane, location]); // React Router drops it from the entries that it writes
  const entryChanged = () => { // by the user's Back or Forward, or by `leave`
    const hasLeft = isLeaving.current;
    isLeaving.current = false;
    if (isDrawerEntry()) { // by Forward
      store(DRAWER, { isLeft: undefined });
      if (!isOpen) onPane(DRAWER);
    } else if (!isOpen) store(pane); // the same pane in another entry
    else if (hasLeft) addDrawerEntry(); // the user has opened the conversations again meanwhile
    else onPane(window.history.state?.pane ?? CHAT_PANE); // Back closes them
  };
  useListener("popstate", entryChanged, { target: () => window });
  return null;
}
