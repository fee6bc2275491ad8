// Service worker: shows the reminders that Web Push delivers, and answers them without an open page.

/** The API's origin, which is another one where the page has a server of its own (page/reminders/push.js). */
const API = new URL(location.href).searchParams.get("api") ?? location.origin;
const UNREADABLE = { title: "taskchat", body: "" };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const read = (data) => {
  try {
    return data.json();
  } catch {
    return UNREADABLE;
  }
};

/** Show the reminder, in place of one of the same task; only another ring of it makes a sound again. */
async function show(reminder) {
  const { title, body, tag, lang, actions, rang } = reminder;
  const shown = tag ? await self.registration.getNotifications({ tag }) : [];
  const renotify = shown.some(({ data }) => data.rang !== rang);
  await self.registration.showNotification(title, { body, tag, lang, actions, renotify, data: reminder, icon: "/icon-192.png", badge: "/icon-192.png" });
}

/** Tell the server the answer; an answer that does not arrive brings the notification back, so that it can be given again. */
async function answer(reminder, action, showAgain) {
  if (!reminder.token) return;
  const request = { method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: reminder.token, action }) };
  const response = await fetch(`${API}/api/push/actions`, request).catch(() => new Response(null, { status: 503 }));
  if (showAgain && response.status >= 500) await show(reminder);
}

/** Open the task in a page that is there, or else in a new one. */
async function open({ number }) {
  const [page] = await self.clients.matchAll({ type: "window" });
  if (!page) return self.clients.openWindow(number ? `/?task=${number}` : "/");
  if (number) page.postMessage({ open: number });
  return page.focus();
}

// Each message must show a notification: without one, browsers take the permission away.
self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));

self.addEventListener("notificationclick", (event) => {
  const { action, notification } = event;
  notification.close();
  const opened = action ? undefined : open(notification.data);
  event.waitUntil(Promise.all([opened, answer(notification.data, action || "seen", Boolean(action))]));
});

self.addEventListener("notificationclose", (event) => event.waitUntil(answer(event.notification.data, "seen", false)));
