// This browser's Web Push subscription, and the service worker that shows its reminders.
import { createElement as h, Fragment, useEffect, useEffectEvent, useState } from "react";
import { PUSH } from "$/utils/words";
import { apiOrigin } from "../connection/api_form.js";
import { answerOf, language } from "../connection/api_requests.js";
import { useGettext } from "../core/language.js";
import { useListener } from "../core/listeners.js";

const SUBSCRIBED = "taskchat:push"; // {account, id}: whose subscription this browser has, and the id of its device
const SYSTEMS = { iPhone: "iPhone", iPad: "iPad", Android: "Android", Windows: "Windows", Mac: "Mac", Linux: "Linux" };
const BROWSERS = { "Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari" };

export const canPush = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const worker = () => {
  const elsewhere = apiOrigin() === location.origin ? "" : `?api=${encodeURIComponent(apiOrigin())}`;
  return navigator.serviceWorker.register(`/service_worker.js${elsewhere}`);
};
const stored = () => JSON.parse(localStorage.getItem(SUBSCRIBED) ?? "null");
const named = (names) => Object.entries(names).find(([part]) => navigator.userAgent.includes(part))?.[1] ?? "";
const deviceName = () => [named(BROWSERS), named(SYSTEMS)].filter(Boolean).join(", ");
const bytesOf = (base64url) => Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));

/** Tell the server this subscription; return the device. */
async function tell(subscription, device, unreachable) {
  const body = JSON.stringify({ ...subscription.toJSON(), device });
  const headers = { ...language(), "Content-Type": "application/json" };
  return (await answerOf("/api/push", unreachable, { method: "POST", headers, body })).json();
}

/** Subscribe this browser for the account, under this name. */
async function subscribe(account, device, unreachable) {
  const { pushManager } = await worker();
  const { key } = await (await answerOf("/api/push/key", unreachable)).json();
  await navigator.serviceWorker.ready;
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  const { id } = await tell(subscription, device, unreachable);
  localStorage.setItem(SUBSCRIBED, JSON.stringify({ account, id }));
}

/** End the subscription of another account, and one that the user removed in Settings; renew one that goes on. */
async function renew(account) {
  const { pushManager } = await worker();
  const subscription = await pushManager.getSubscription();
  const known = stored();
  if (!subscription || !known) return subscription?.unsubscribe();
  if (known.account === account) {
    const { devices } = await (await answerOf("/api/push", "")).json();
    const own = devices.find(({ id }) => id === known.id);
    if (own) return tell(subscription, own.device, "");
  }
  localStorage.removeItem(SUBSCRIBED);
  return subscription.unsubscribe();
}

/**
 * Keeps the subscription that of `account`, whose page this is, and closes notifications of reminders that are not among
 * `shown` any more, once the server has said which are (`polled`). A click on a notification opens its task here.
 */
export function usePush({ account, shown, polled, onOpen }) {
  const open = useEffectEvent(onOpen);
  useEffect(() => {
    if (account && canPush()) renew(account).catch((error) => console.debug(error));
  }, [account]);
  useEffect(() => {
    if (!polled || !canPush()) return;
    const tags = shown.map(({ number }) => `reminder-${number}`);
    const close = (notification) => notification.tag.startsWith("reminder-") && !tags.includes(notification.tag) && notification.close();
    navigator.serviceWorker.getRegistration().then((found) => found?.getNotifications()).then((all) => all?.forEach(close));
  }, [polled, shown]);
  const told = ({ data }) => data.open && open(data.open);
  useListener("message", told, { target: () => navigator.serviceWorker });
}

/** A name and a button that subscribes this browser, or why it cannot be. Calls `onChange` when the list has changed. */
export function PushThisBrowser({ account, onChange, ...props }) {
  const gettext = useGettext();
  const [state, setState] = useState("checking");
  const [error, setError] = useState("");
  useEffect(() => setState(!canPush() ? "impossible" : Notification.permission === "denied" ? "denied" : "ready"), []);
  const submit = async (event) => {
    event.preventDefault();
    const device = new FormData(event.currentTarget).get("push-device");
    setError("");
    setState("busy");
    try {
      if ((await Notification.requestPermission()) !== "granted") return setState("denied");
      await subscribe(account, device, gettext(PUSH.failed));
      onChange();
    } catch (failure) {
      setError(failure.name === "Error" ? failure.message : gettext(PUSH.failed));
    }
    setState("ready");
  };
  if (state === "impossible" || state === "denied") return h("p", { className: "field-hint" }, gettext(PUSH[state]));
  return h(
    Fragment,
    null,
    h(
      "form",
      { ...props, onSubmit: submit },
      h("div", { className: "field" }, h("label", { className: "field-label", htmlFor: "push-device" }, gettext(PUSH.name)), h("input", { id: "push-device", name: "push-device", className: "input", required: true, maxLength: 100, key: state === "checking", defaultValue: state === "checking" ? "" : deviceName() })),
      h("button", { type: "submit", className: "button outline", disabled: state === "checking" || !account, "aria-disabled": state === "busy" }, gettext(PUSH.subscribe)),
    ),
    error && h("p", { role: "alert", className: "field-error" }, error),
  );
}
