// Uploads the files of each draft as soon as they are added, some at once and again after failures; the draft's message
// names them. Uploaded ones survive a reload.
import { useSyncExternalStore } from "react";
import { FILES_MAX, FILE_MAX_BYTES } from "$/utils/limits";
import { FILE_TOO_LARGE, TOO_MANY_FILES } from "$/utils/words";
import { apiOrigin } from "../connection/api_form.js";
import { uploadRequest } from "../connection/api_requests.js";
import { notify, randomId, subscribe } from "../pending/outbox.js";

const UPLOADS_AT_ONCE = 2; // the server takes 3 of an account, and its other tabs may upload as well
const TRIES_MAX = 24; // of a file for which the server has no place: about two minutes
const RETRY_SECONDS = 5; // if the API is on another origin, where the page cannot read Retry-After
const NONE = [];
// By the key of each draft: its `files`, and the uploaded ones among them as they are `stored`, which is as JSON.
const drafts = new Map();
// The requests by the key of their file. While an entry is here, its file is not uploaded again.
const uploads = new Map();
const keyOf = (account, thread) => `taskchat:${account}:files:${thread}`;

/** Return the path in the API, and the address, of a file that the server has. */
export const pathOf = (id) => `/api/attachments/${id}`;
export const addressOf = (id) => apiOrigin() + pathOf(id);

/**
 * Return the files of a draft: `{key, name, size, image, status, progress, problem, id}`. `status` is "uploading",
 * "waiting" (for the connection), "done" (then with `id`) or "failed" (then with `problem`).
 */
export const draftFiles = (account, thread) => (account ? filesOf(keyOf(account, thread)) : NONE);

/** Return the files of a draft: the uploaded ones of all tabs, as they are stored, and this tab's others. */
function filesOf(draft) {
  const stored = localStorage.getItem(draft) ?? "[]";
  const known = drafts.get(draft) ?? { files: NONE };
  if (known.stored === stored) return known.files; // the same array, so that React sees no change
  const files = [...JSON.parse(stored), ...known.files.filter(({ status }) => status !== "done")];
  drafts.set(draft, { files, stored });
  return files;
}

export const useDraftFiles = (account, thread) =>
  useSyncExternalStore(subscribe, () => draftFiles(account, thread), () => NONE);

/** Replace the files of a draft, and store the uploaded ones. */
function set(draft, files) {
  const done = files.filter(({ status }) => status === "done");
  const stored = JSON.stringify(done);
  drafts.set(draft, { files, stored });
  if (done.length) localStorage.setItem(draft, stored);
  else localStorage.removeItem(draft);
  notify();
}

/** Change one file of any draft. */
function change(key, changes) {
  for (const draft of drafts.keys()) {
    const files = filesOf(draft);
    const changed = files.map((file) => (file.key === key ? { ...file, ...changes } : file));
    if (files.some((file) => file.key === key)) set(draft, changed);
  }
}

const allFiles = () => [...drafts.values()].flatMap(({ files }) => files);

/** Return why a file cannot go, which is at this place in its draft; "" if it can. */
function problemOf(file, place, gettext) {
  if (file.size > FILE_MAX_BYTES) return gettext(FILE_TOO_LARGE);
  return place >= FILES_MAX ? gettext(TOO_MANY_FILES) : "";
}

/** Add files to a draft and upload them; `gettext` says why some cannot go. */
export function addFiles(account, thread, chosen, gettext) {
  const before = draftFiles(account, thread);
  const added = [...chosen].map((file, at) => {
    const problem = problemOf(file, before.length + at, gettext);
    return { key: randomId(), name: file.name || "file", size: file.size, image: false, file, problem, progress: 0, status: problem ? "failed" : "uploading" };
  });
  set(keyOf(account, thread), [...before, ...added]);
  uploadNext();
}

/** Begin uploads, in the order in which the files were added. */
function uploadNext() {
  const next = allFiles().filter(({ status, key }) => status === "uploading" && !uploads.has(key));
  next.slice(0, UPLOADS_AT_ONCE - uploads.size).forEach(upload);
}

/** Upload a file. One that the server has no place for stays "uploading": after a pause it is the next one again. */
function upload({ key, name, file, tries = 1 }) {
  const showProgress = (sent) => change(key, { progress: Math.floor(100 * sent) });
  const request = uploadRequest(`/api/attachments?name=${encodeURIComponent(name)}`, showProgress);
  const end = (changes, pauseSeconds = 0) => {
    change(key, changes);
    setTimeout(() => {
      uploads.delete(key);
      uploadNext();
    }, 1000 * pauseSeconds);
  };
  request.onload = () => {
    const { id, name, size, type, code, detail = String(request.status) } = request.response ?? {};
    const pauseSeconds = Number(request.getResponseHeader("Retry-After")) || RETRY_SECONDS;
    if (request.status === 201) end({ status: "done", id, name, size, image: type === "image", file: undefined });
    else if (code === "too_many_open" && tries < TRIES_MAX) end({ progress: 0, tries: tries + 1 }, pauseSeconds);
    else end({ status: "failed", problem: detail });
  };
  request.onerror = () => end({ status: "waiting", progress: 0 });
  request.onabort = () => end({}); // the file was removed
  uploads.set(key, request);
  request.send(file);
}

/** Upload the files again whose upload the network has broken off. */
export function uploadWaiting() {
  for (const { key, status } of allFiles()) if (status === "waiting") change(key, { status: "uploading" });
  uploadNext();
}

/** Remove a file from its draft, and from the server unless a message has it; what stays there goes after a day. */
export function removeFile(account, thread, { key, id }) {
  uploads.get(key)?.abort();
  set(keyOf(account, thread), draftFiles(account, thread).filter((file) => file.key !== key));
  if (id) fetch(`${addressOf(id)}?unsent=true`, { method: "DELETE", credentials: "include" }).catch(console.warn);
}

/** Take the files out of a draft whose message is sent. */
export function takeFiles(account, thread) {
  const files = draftFiles(account, thread).map(({ id, name, size, image }) => ({ id, name, size, image }));
  if (files.length) set(keyOf(account, thread), NONE);
  return files;
}

/** Add files of a message that was not sent to a draft. */
export function returnFiles(account, thread, files) {
  const back = files.map((file) => ({ ...file, key: randomId(), status: "done" }));
  if (back.length) set(keyOf(account, thread), [...draftFiles(account, thread), ...back]);
}

/** Move a draft's files to a conversation that has got its id. */
export function moveFiles(account, from, to) {
  const files = draftFiles(account, from);
  if (!files.length) return;
  set(keyOf(account, from), NONE);
  set(keyOf(account, to), files);
}
