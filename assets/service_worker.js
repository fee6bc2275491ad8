// Service worker, in three parts: shows the reminders that Web Push delivers, and answers them without an open page; shows
// the last list where there is no connection; receives what other apps share.

/** The API's origin, which is another one where the page has a server of its own (page/reminders/push.js). */
const API = new URL(location.href).searchParams.get("api") ?? location.origin;
const UNREADABLE = { title: "taskchat", body: "" };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const parsed = (data) => {
  try {
    return data.json();
  } catch {
    return UNREADABLE;
  }
};

/** Show the reminder in place of an earlier one of its task; it makes a sound only for another ring. */
async function show(reminder) {
  const { title, body, tag, lang, actions, rang, overdue } = reminder;
  if (overdue != null) await self.navigator.setAppBadge?.(overdue).catch(() => {});
  const shown = tag ? await self.registration.getNotifications({ tag }) : [];
  const renotify = shown.some(({ data }) => data.rang !== rang);
  await self.registration.showNotification(title, { body, tag, lang, actions, renotify, data: reminder, icon: "/icon-192.png", badge: "/icon-192.png" });
}

/** Send the answer to the server; if it does not arrive, show the notification again. */
async function answer(reminder, action, showAgain) {
  if (!reminder.token) return;
  const body = JSON.stringify({ token: reminder.token, action });
  const request = { method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" }, body };
  const response = await fetch(`${API}/api/push/actions`, request).catch(() => new Response(null, { status: 503 }));
  if (showAgain && response.status >= 500) await show(reminder);
}

/** Open the task in an open page of the app, or else in a new one. */
async function open({ number }) {
  const [page] = await self.clients.matchAll({ type: "window" });
  if (!page) return self.clients.openWindow(number ? `/?task=${number}` : "/");
  if (number) page.postMessage({ open: number });
  return page.focus();
}

// Each message must show a notification: without one, browsers take the permission away.
self.addEventListener("push", (event) => event.waitUntil(show(parsed(event.data))));

self.addEventListener("notificationclick", (event) => {
  const { action, notification } = event;
  notification.close();
  const opened = action ? undefined : open(notification.data);
  event.waitUntil(Promise.all([opened, answer(notification.data, action || "seen", Boolean(action))]));
});

self.addEventListener("notificationclose", (event) => event.waitUntil(answer(event.notification.data, "seen", false)));

// The page without a connection shows the copy of the list that page/connection/offline_copy.js has stored, and stores
// what is written for page/pending/outbox.js. Its script is made of the functions up to offlinePage (OFFLINE_SCRIPT), which
// run in the page and use nothing else of this file.

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

/** Return the entries of these kinds that wait to be sent, oldest first. */
function waitingEntries(account, kinds) {
  const prefixes = kinds.map((kind) => `taskchat:${account}:${kind}:`);
  const ids = Object.keys(localStorage).filter((id) => prefixes.some((prefix) => id.startsWith(prefix)));
  return ids.map((id) => JSON.parse(localStorage.getItem(id))).sort((one, other) => one.at - other.at);
}

/** Return a form whose text becomes an entry of this kind and place, and an item of the list `unsent`; `kind` is the field's id. */
function entryForm({ account, kind, place, label, send, field, unsent }) {
  const form = element("form");
  field.id = kind;
  form.append(element("label", label, { for: kind }), field, element("button", send, { type: "submit" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    // The key is sent as the Idempotency-Key; the name is that of the draft that a message was, here of none.
    const entry = { key: crypto.randomUUID(), name: crypto.randomUUID(), place, text, tab: "offline", at: Date.now() };
    localStorage.setItem(`taskchat:${account}:${kind}:${entry.at.toString(36)}-${crypto.randomUUID()}`, JSON.stringify(entry));
    field.value = "";
    unsent.append(element("li", text, { dir: "auto" }));
  });
  return form;
}

/** Return the list of the copy, with what was ticked since (page/pending/ticks.js); `ticks` has that by the task's number. */
function taskList({ tasks, words }, ticks) {
  const list = element("ul", "", { "aria-label": words.tasks });
  for (const { number, title, due, done: wasDone } of tasks) {
    const done = ticks.get(number) ?? wasDone;
    const row = element("li", [`#${number} ${title}`, due, done && words.done].filter(Boolean).join(" · "), { dir: "auto" });
    row.toggleAttribute("data-done", done);
    list.append(row);
  }
  return list;
}

/** Put what another app has shared into the field of a task, or of the message if it has lines or is too long for a title. */
function takeShared() {
  const shared = new URLSearchParams(location.search);
  const text = ["title", "text", "url", "add", "ask"].map((name) => shared.get(name)).filter(Boolean).join(" ");
  const isMessage = shared.has("ask") || text.trim().includes("\n") || text.length > 255;
  document.getElementById(isMessage ? "waiting" : "adding").value = text;
}

/** Load the page again as soon as the server can be reached, unless something is being written. */
function reloadWhenReachable() {
  const isWriting = () => [...document.querySelectorAll("input, textarea")].some((field) => field.value.trim());
  const attempt = () => fetch("/api/health", { cache: "no-store" }).then(({ status }) => status < 500 && !isWriting() && location.reload()).catch(() => {});
  addEventListener("online", attempt);
  setInterval(attempt, 5000); // the server may have been down, and is while a proxy answers 502
}

function offlinePage() {
  const copy = JSON.parse(localStorage.getItem("taskchat:offline") ?? "null");
  const words = copy?.words ?? { nothing: "No connection, and no list is stored on this device.", retry: "Retry" };
  const main = document.querySelector("main");
  const theme = localStorage.getItem("theme"); // as Reflex stores it; the system's is that of the style
  if (["light", "dark"].includes(theme)) document.documentElement.style.colorScheme = theme;
  const retry = element("button", words.retry, { type: "button" });
  retry.addEventListener("click", () => location.reload());
  reloadWhenReachable();
  if (!copy) return main.append(element("p", words.nothing, { role: "status" }), retry);
  const { account, at, lang, locale = lang } = copy;
  document.documentElement.lang = lang;
  const time = new Date(at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  const unsent = element("ul", "", { "aria-live": "polite" });
  unsent.append(...waitingEntries(account, ["adding", "waiting"]).map(({ text }) => element("li", text, { dir: "auto" })));
  const ticks = new Map(waitingEntries(account, ["ticks"]).map(({ number, done }) => [number, done]));
  const common = { account, send: words.send, unsent };
  const place = `new-${crypto.randomUUID()}`; // one conversation for all messages of this page
  main.append(
    element("p", words.offline.replace("{time}", time), { role: "status" }),
    retry,
    entryForm({ ...common, kind: "adding", label: words.add, field: element("input", "", { maxlength: 10000, autocomplete: "off" }) }),
    entryForm({ ...common, kind: "waiting", place, label: words.message, field: element("textarea", "", { rows: 2, maxlength: 10000 }) }),
    element("p", words.waits),
    unsent,
    taskList(copy, ticks),
  );
  takeShared();
}

const OFFLINE_SCRIPT = [element, waitingEntries, entryForm, taskList, takeShared, reloadWhenReachable, offlinePage].join("\n");
const STYLE = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif } body { max-width: 40rem; margin: 0 auto; padding: 1rem }
form { display: grid; gap: .25rem; margin: 1rem 0 } input, textarea, button { font: inherit; min-height: 2.75rem; padding: .25rem .75rem }
button { justify-self: start } ul { padding: 0; list-style: none } li { padding: .5rem 0; overflow-wrap: anywhere } li[data-done] { text-decoration: line-through }`;
const HEAD = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>taskchat</title>`;
const OFFLINE_PAGE = `<!doctype html><html lang="en"><head>${HEAD}<style>${STYLE}</style></head><body><main><h1>taskchat</h1></main><script>${OFFLINE_SCRIPT} offlinePage();</script></body></html>`;
const OFFLINE_POLICY = "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const OF_SERVER = /^\/(api|auth|mcp)\b/; // answers that are no pages of ours
const PROXY_ERRORS = [502, 503, 504]; // of a proxy that does not reach the server

const withoutConnection = () => new Response(OFFLINE_PAGE, {
  headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": OFFLINE_POLICY },
});

const ADD = "/add";
const SHARED = "taskchat:shared"; // the cache in which page/pending/shared_text.js finds the files

/** Take what another app shares (the manifest's share_target): keep its files, and open /add with its texts. */
async function receiveShared(request) {
  const form = await request.formData();
  const texts = ["title", "text", "url"].map((name) => [name, form.get(name)]).filter(([, text]) => text);
  const query = new URLSearchParams(texts);
  const files = form.getAll("files").filter(({ size }) => size);
  await caches.delete(SHARED); // of a share that was not opened
  if (files.length) {
    query.set("files", files.length);
    const cache = await caches.open(SHARED);
    await Promise.all(files.map((file, at) => cache.put(`/shared/${at}?name=${encodeURIComponent(file.name)}`, new Response(file))));
  }
  return Response.redirect(`${ADD}?${query}`, 303);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "POST" && new URL(request.url).pathname === ADD) return event.respondWith(receiveShared(request));
  if (request.mode !== "navigate" || request.method !== "GET" || OF_SERVER.test(new URL(request.url).pathname)) return;
  event.respondWith(fetch(request).then((response) => (PROXY_ERRORS.includes(response.status) ? withoutConnection() : response), withoutConnection));
});
