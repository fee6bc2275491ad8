// Reminders: which tab asks for them, and the system's notifications.
import { createElement as h, useEffect, useRef, useState } from "react";

const HIDDEN_WAITS_MS = 1500;
const isVisible = () => document.visibilityState === "visible";

/** Shows a notification of the system, where the person has allowed it. */
function notify({ number, title, text }, open) {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
  try {
    const shown = new Notification(title, { body: text, tag: `reminder-${number}`, icon: "/icon.svg" });
    shown.onclick = () => {
      window.focus();
      open(number);
      shown.close();
    };
  } catch {
    // Chrome on Android knows no notification without a service worker; the page itself shows the reminder.
  }
}

/**
 * Asks what this tab is to show when there is news, when it becomes visible, and again after a while where the server
 * says so. A hidden tab leaves the others the first word. `looked` changes with each answer; `fresh` is shown for the
 * first time by it.
 */
export function Reminders({ news, looked, again, fresh, onLook, onOpen, children, ...props }) {
  const latest = useRef({});
  latest.current = { onLook, onOpen };
  const look = () => latest.current.onLook(isVisible());
  useEffect(() => {
    if (!news) return;
    const timer = setTimeout(look, isVisible() ? 0 : HIDDEN_WAITS_MS);
    return () => clearTimeout(timer);
  }, [news]);
  useEffect(() => {
    const seen = () => { if (isVisible()) look(); };
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, []);
  useEffect(() => {
    if (!looked) return;
    fresh.forEach((one) => notify(one, (number) => latest.current.onOpen(number)));
    if (!again) return;
    const timer = setTimeout(look, again * 1000);
    return () => clearTimeout(timer);
  }, [looked]);
  return h("section", { ...props, role: "status" }, children);
}

/** Offers to allow notifications where nothing was decided yet, and says so where they are blocked. */
export function AllowNotifications({ allow, blocked, ...props }) {
  const [permission, setPermission] = useState("granted");
  useEffect(() => setPermission(typeof Notification === "undefined" ? "granted" : Notification.permission), []);
  if (permission === "denied") return h("span", props, blocked);
  if (permission !== "default") return null;
  const ask = async () => setPermission(await Notification.requestPermission());
  return h("button", { type: "button", className: "undo allow-notifications", onClick: ask }, allow);
}
