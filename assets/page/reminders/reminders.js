// Reminders: asks the server which ones are shown, and shows system notifications.
import { createElement as h, useEffect, useEffectEvent, useState } from "react";
import * as words from "$/utils/words";
import { useGettext } from "../core/language.js";
import { useListener } from "../core/listeners.js";
import { usePush } from "./push.js";

/** Show a system notification if the user has allowed it. */
function notify({ number, title, text }, open) {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
  try {
    const notification = new Notification(title, { body: text, tag: `reminder-${number}`, icon: "/icon.svg" });
    notification.onclick = () => {
      window.focus();
      open(number);
      notification.close();
    };
  } catch {
    // Chrome on Android needs a service worker for notifications; the page itself shows the reminder.
  }
}

/** Asks which reminders are shown: when `pollRequest` changes, the tab becomes visible, and `again` seconds after an answer. */
export function Reminders({ pollRequest, polled, again, fresh, shown, account, onPoll, onOpen, children, ...props }) {
  const poll = useEffectEvent(() => onPoll());
  const open = useEffectEvent(onOpen);
  useEffect(() => { if (pollRequest) poll(); }, [pollRequest]);
  useListener("visibilitychange", () => document.visibilityState === "visible" && poll());
  usePush({ account, shown, polled, onOpen });
  useEffect(() => {
    if (!polled) return;
    fresh.forEach((reminder) => notify(reminder, open));
    if (!again) return;
    const timer = setTimeout(poll, again * 1000);
    return () => clearTimeout(timer);
  }, [polled]);
  return h("section", { ...props, role: "status" }, children);
}

/** A button that asks for the permission to notify; after a refusal, a text that says so; after consent, nothing. */
export function AllowNotifications(props) {
  const gettext = useGettext();
  const [permission, setPermission] = useState("granted");
  useEffect(() => setPermission(typeof Notification === "undefined" ? "granted" : Notification.permission), []);
  if (permission === "denied") return h("span", props, gettext(words.NOTIFICATIONS_BLOCKED));
  if (permission !== "default") return null;
  const ask = async () => setPermission(await Notification.requestPermission());
  return h("button", { type: "button", className: "undo allow-notifications", onClick: ask }, gettext(words.ALLOW_NOTIFICATIONS));
}
