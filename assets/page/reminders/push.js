// This browser's Web Push subscription, and the service worker that shows its reminders.
import { createElement as h, Fragment, useEffect, useEffectEvent, useState } from "react";
import { PUSH } from "$/utils/words";
import { apiOrigin } from "../connection/api_form.js";
import { answerOf } from "../connection/api_requests.js";
import { useGettext } from "../core/language.js";
import { useListener } from "../core/listeners.js";

// Where { account, id } is stored: the account of this browser's subscription, and the id that the server gave it.
const SUBSCRIBED = "taskchat:push";
const SYSTEMS = { iPhone: "iPhone", iPad: "iPad", Android: "Android", Windows: "Windows", Mac: "Mac", Linux: "Linux" };
const BROWSERS = { "Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari" };

/**
 * Renews the subscription of `account`, and closes the notifications of reminders that are not in `shown` (known once
 * `polled`). A click on a notification calls `onOpen` with the number of its task.
 */
export function usePush({ account, shown, polled, onOpen }) {
  const open = useEffectEvent(onOpen);
  useEffect(() => {
    if (account && canPush()) renew(account).catch((error) => console.debug(error));
  }, [account]);
  useEffect(() => {
    if (!polled || !canPush()) return;
    const tags = shown.map(({ number }) => `reminder-${number}`);
    const isOutdated = ({ tag }) => tag.startsWith("reminder-") && !tags.includes(tag);
    const closeOutdated = (all) => all?.filter(isOutdated).forEach((notification) => notification.close());
    navigator.serviceWorker.getRegistration().then((found) => found?.getNotifications()).then(closeOutdated);
  }, [polled, shown]);
  const openTask = ({ data }) => data.open && open(data.open); // a message of service_worker.js
  useListener("message", openTask, { target: () => navigator.serviceWorker });
}

const canPush = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const worker = () => {
  const query = apiOrigin() === location.origin ? "" : `?api=${encodeURIComponent(apiOrigin())}`;
  return navigator.serviceWorker.register(`/service_worker.js${query}`);
};
const storedSubscription = () => JSON.parse(localStorage.getItem(SUBSCRIBED) ?? "null");
const nameIn = (names) => Object.entries(names).find(([part]) => navigator.userAgent.includes(part))?.[1] ?? "";
/** Return a name for this browser, such as "Firefox, Linux". */
const deviceName = () => [nameIn(BROWSERS), nameIn(SYSTEMS)].filter(Boolean).join(", ");
const bytesOf = (base64url) => Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));

/** Renew the subscription, or end it if it is another account's or was removed in Settings. */
async function renew(account) {
  const { pushManager } = await worker();
  const subscription = await pushManager.getSubscription();
  if (!subscription) return;
  const stored = storedSubscription();
  if (stored?.account === account) {
    const { devices } = await (await answerOf("/api/push", "")).json();
    const own = devices.find(({ id }) => id === stored.id);
    if (own) return register(subscription, own.device, "");
  }
  localStorage.removeItem(SUBSCRIBED);
  await subscription.unsubscribe();
}

/** Send the subscription to the server; return the device. */
async function register(subscription, device, unreachable) {
  const body = JSON.stringify({ ...subscription.toJSON(), device });
  const headers = { "Content-Type": "application/json" };
  return (await answerOf("/api/push", unreachable, { method: "POST", headers, body })).json();
}

/** A form that subscribes this browser under a name, or why that is impossible. Calls `onChange` after it. */
export function PushThisBrowser({ account, onChange, ...props }) {
  const gettext = useGettext();
  const [state, setState] = useState("checking"); // then "ready" or "busy", or why it cannot be done: "impossible" or "denied"
  const [error, setError] = useState("");
  useEffect(() => {
    if (!canPush()) setState("impossible");
    else setState(Notification.permission === "denied" ? "denied" : "ready");
  }, []);
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
  const isChecking = state === "checking";
  const name = isChecking ? "" : deviceName();
  const field = h("div", { className: "field" },
    h("label", { className: "field-label", htmlFor: "push-device" }, gettext(PUSH.name)),
    h("input", { key: isChecking, id: "push-device", name: "push-device", className: "input", required: true, maxLength: 100, defaultValue: name }));
  const disabled = isChecking || !account;
  const button = h("button", { type: "submit", className: "button outline", disabled, "aria-disabled": state === "busy" }, gettext(PUSH.subscribe));
  return h(Fragment, null,
    h("form", { ...props, onSubmit: submit }, field, button),
    error && h("p", { role: "alert", className: "field-error" }, error));
}

/** Subscribe this browser for the account, under this name. */
async function subscribe(account, device, unreachable) {
  const { pushManager } = await worker();
  const { key } = await (await answerOf("/api/push/key", unreachable)).json();
  await navigator.serviceWorker.ready;
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  const { id } = await register(subscription, device, unreachable);
  localStorage.setItem(SUBSCRIBED, JSON.stringify({ account, id }));
}
