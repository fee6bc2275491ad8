// Service worker: shows the reminders that Web Push delivers, and answers them without an open page; shows the last list
// where there is no connection.

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
  if (overdue !== undefined) await self.navigator.setAppBadge?.(overdue).catch(() => {});
  const shown = tag ? await self.registration.getNotifications({ tag }) : [];
  const renotify = shown.some(({ data }) => data.rang !== rang);
  await self.registration.showNotification(title, { body, tag, lang, actions, renotify, data: reminder, icon: "/icon-192.png", badge: "/icon-192.png" });
}

/** Send the answer to the server; if it does not arrive, show the notification again. */
async function answer(reminder, action, showAgain) {
  if (!reminder.token) return;
  const request = { method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: reminder.token, action }) };
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

/**
 * The script of the page without a connection, in which it runs: it uses nothing of this file. Shows the copy of the list
 * that page/connection/offline_copy.js has stored, and stores what is written for page/pending/outbox.js.
 */
function offlinePage() {
  const copy = JSON.parse(localStorage.getItem("taskchat:offline") ?? "null");
  const words = copy?.words ?? { nothing: "No connection, and no list is stored on this device.", retry: "Retry" };
  const element = (name, text = "", attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  };
  const randomId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
  let count = 0;
  const store = (kind, entry) => {
    const order = Date.now().toString(36) + String((count += 1)).padStart(4, "0");
    localStorage.setItem(`taskchat:${copy.account}:${kind}:${order}-${randomId()}`, JSON.stringify({ ...entry, tab: "offline", at: Date.now() }));
  };
  const place = `new-${randomId()}`; // one conversation for all messages of this page
  const send = {
    adding: (text) => store("adding", { key: randomId(), text }),
    waiting: (text) => store("waiting", { key: randomId(), name: randomId(), place, text }),
  };
  const prefixes = ["adding", "waiting"].map((kind) => `taskchat:${copy?.account}:${kind}:`);
  const orderOf = (id) => id.slice(id.lastIndexOf(":"));
  const stored = Object.keys(localStorage).filter((id) => prefixes.some((prefix) => id.startsWith(prefix)));
  stored.sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  const waiting = element("ul", "", { "aria-live": "polite" });
  waiting.append(...stored.map((id) => element("li", JSON.parse(localStorage.getItem(id)).text, { dir: "auto" })));
  const form = (kind, label, field) => {
    const made = element("form");
    made.append(element("label", label, { for: kind }), field, element("button", words.send, { type: "submit" }));
    made.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trim();
      if (!text) return;
      send[kind](text);
      field.value = "";
      waiting.append(element("li", text, { dir: "auto" }));
    });
    return made;
  };
  const list = () => {
    const made = element("ul", "", { "aria-label": words.tasks });
    made.append(...copy.tasks.map(({ number, title, due, done }) => {
      const row = element("li", [`#${number} ${title}`, due, done && words.done].filter(Boolean).join(" · "), { dir: "auto" });
      row.toggleAttribute("data-done", done);
      return row;
    }));
    return made;
  };
  const retry = element("button", words.retry, { type: "button" });
  retry.addEventListener("click", () => location.reload());
  if (!copy) return document.querySelector("main").append(element("p", words.nothing, { role: "status" }), retry);
  document.documentElement.lang = copy.lang;
  const time = new Date(copy.at).toLocaleString(copy.locale ?? copy.lang, { dateStyle: "medium", timeStyle: "short" });
  document.querySelector("main").append(
    element("p", words.offline.replace("{time}", time), { role: "status" }),
    retry,
    form("adding", words.add, element("input", "", { id: "adding", maxlength: 10000, autocomplete: "off" })),
    form("waiting", words.message, element("textarea", "", { id: "waiting", rows: 2, maxlength: 10000 })),
    element("p", words.waits),
    waiting,
    list(),
  );
  const shared = new URLSearchParams(location.search);
  const text = ["title", "text", "url", "add", "ask"].map((name) => shared.get(name)).filter(Boolean).join(" ");
  const isMessage = shared.has("ask") || text.trim().includes("\n") || text.length > 255; // as in page_paths.py
  document.getElementById(isMessage ? "waiting" : "adding").value = text;
  const isWriting = () => [...document.querySelectorAll("input, textarea")].some((field) => field.value.trim());
  const reloadIfReachable = () => fetch("/api/health", { cache: "no-store" }).then(() => isWriting() || location.reload()).catch(() => {});
  addEventListener("online", reloadIfReachable);
  setInterval(reloadIfReachable, 5000); // the server may have been down
}

const STYLE = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif } body { max-width: 40rem; margin: 0 auto; padding: 1rem }
form { display: grid; gap: .25rem; margin: 1rem 0 } input, textarea, button { font: inherit; min-height: 2.75rem; padding: .25rem .75rem }
button { justify-self: start } ul { padding: 0; list-style: none } li { padding: .5rem 0; overflow-wrap: anywhere } li[data-done] { text-decoration: line-through }`;
const HEAD = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>taskchat</title>`;
const OFFLINE_PAGE = `<!doctype html><html lang="en"><head>${HEAD}<style>${STYLE}</style></head><body><main><h1>taskchat</h1></main><script>(${offlinePage})();</script></body></html>`;
const OFFLINE_POLICY = "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const OF_SERVER = /^\/(api|auth|mcp)\b/; // answers that are no pages of ours

const withoutConnection = () => new Response(OFFLINE_PAGE, {
  headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": OFFLINE_POLICY },
});

const ADD = "/add";
const SHARED = "taskchat:shared"; // the cache in which page/pending/shared_text.js finds the files

/** Take what another app shares (the manifest's share_target): keep its files, and open /add with its texts. */
async function receiveShared(request) {
  const form = await request.formData();
  const texts = ["title", "text", "url"].map((name) => [name, form.get(name)]).filter(([, text]) => text);
  const files = form.getAll("files").filter(({ size }) => size);
  await caches.delete(SHARED); // of a share that was not opened
  const cache = files.length && (await caches.open(SHARED));
  await Promise.all(files.map((file, at) => cache.put(`/shared/${at}?name=${encodeURIComponent(file.name)}`, new Response(file))));
  return Response.redirect(`${ADD}?${new URLSearchParams([...texts, ...(files.length ? [["files", files.length]] : [])])}`, 303);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "POST" && new URL(request.url).pathname === ADD) return event.respondWith(receiveShared(request));
  if (request.mode !== "navigate" || request.method !== "GET" || OF_SERVER.test(new URL(request.url).pathname)) return;
  event.respondWith(fetch(request).catch(withoutConnection));
});
