// Back closes the conversations, where they are a pane (phone) or a drawer (tablet).
import { useEffect } from "react";
import { useListener } from "../core/use_listener.js";

const DRAWER = "conversations";
const CHAT_PANE = "chat";
const AFTER_NAVIGATION_MS = 300; // a click on a conversation closes the drawer, and then opens that address

/** Adds a history entry while the conversations are shown; calls `onPane` when Back or Forward leads to another pane. */
export function PaneHistory({ pane, onPane }) {
  const isOpen = pane === DRAWER;
  useEffect(() => {
    const isEntry = () => window.history.state?.layer === DRAWER;
    if (isOpen && !isEntry()) window.history.pushState({ ...window.history.state, layer: DRAWER }, "");
    if (isOpen || !isEntry()) return;
    const timer = setTimeout(() => isEntry() && window.history.back(), AFTER_NAVIGATION_MS);
    return () => clearTimeout(timer);
  }, [isOpen]);
  const back = () => {
    const opens = window.history.state?.layer === DRAWER;
    if (opens !== isOpen) onPane(opens ? DRAWER : CHAT_PANE);
  };
  useListener("popstate", back, { target: () => window });
  return null;
}
