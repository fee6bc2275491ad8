// Uploads the files of each draft as soon as they are added, a few at once, and again where the connection broke or the
// server took no more. The draft's message names the uploaded files, which survive a reload.
import { useSyncExternalStore } from "react";
import { FILES_MAX, FILE_MAX_BYTES } from "$/utils/limits";
import { FILE_TOO_LARGE, TOO_MANY_FILES } from "$/utils/words";
import { apiOrigin } from "../connection/api_form.js";
import { uploadRequest } from "../connection/api_requests.js";
import { notify, randomId, subscribe } from "../pending/outbox.js";

const UPLOADS_AT_ONCE = 2; // the server takes 3 at once of an account, which may have other tabs
const TRIES_MAX = 24; // of one file while the server takes no more: about two minutes
const RETRY_SECONDS = 5; // where the page cannot read Retry-After: the API is on another origin
const NONE = [];
const drafts = new Map(); // by the key of a draft: its `files` as last read, and what of them is `stored`: JSON of the uploaded ones
const uploads = new Map(); // the requests by the key of their file, also during the pause before the next try
const keyOf = (account, thread) => `taskchat:${account}:files:${thread}`;

/** Return the path in the API of a file that the server has. */
export const pathOf = (id) => `/api/attachments/${id}`;
export const addressOf = (id) => apiOrigin() + pathOf(id);

/**
 * Return the files of a draft: `{key, name, size, image, status, file, tries, progress, problem, id}`. `status` is
 * "uploading" (queued, or in `uploads`), "waiting" (for the connection), "done" (with `id`) or "failed" (with `problem`).
 */
export const draftFiles = (account, thread) => (account ? filesOf(keyOf(account, thread)) : NONE);

/** Return the files of the draft with this key: the stored ones, read again if a tab changed them, and this tab's others. */
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
function setFiles(draft, files) {
  const done = files.filter(({ status }) => status === "done");
  const stored = JSON.stringify(done);
  drafts.set(draft, { files, stored });
  if (done.length) localStorage.setItem(draft, stored);
  else localStorage.removeItem(draft);
  notify();
}

/** Change the file with this key, in whichever draft it is; one that was removed has none. */
function change(key, changes) {
  const draft = [...drafts.keys()].find((id) => filesOf(id).some((file) => file.key === key));
  if (draft) setFiles(draft, filesOf(draft).map((file) => (file.key === key ? { ...file, ...changes } : file)));
}

const allFiles = () => [...drafts.values()].flatMap(({ files }) => files);

/** Return why a file at this place of its draft cannot be uploaded; "" if it can. */
function problemOf(file, place, gettext) {
  if (file.size > FILE_MAX_BYTES) return gettext(FILE_TOO_LARGE);
  return place >= FILES_MAX ? gettext(TOO_MANY_FILES) : "";
}

/** Add files to a draft and upload them. */
export function addFiles(account, thread, chosen, gettext) {
  const before = draftFiles(account, thread);
  const added = [...chosen].map((file, at) => {
    const problem = problemOf(file, before.length + at, gettext);
    const status = problem ? "failed" : "uploading";
    return { key: randomId(), name: file.name || "file", size: file.size, image: false, file, problem, progress: 0, status };
  });
  setFiles(keyOf(account, thread), [...before, ...added]);
  uploadNext();
}

/** Begin uploads, in the order in which the files were added. */
function uploadNext() {
  const next = allFiles().filter(({ status, key }) => status === "uploading" && !uploads.has(key));
  next.slice(0, UPLOADS_AT_ONCE - uploads.size).forEach(upload);
}

/** Upload a file. If the server takes no more now, the file stays "uploading", and is tried again after a pause. */
function upload({ key, name, file, tries = 1 }) {
  const showProgress = (sent) => change(key, { progress: Math.floor(100 * sent) });
  const request = uploadRequest(`/api/attachments?name=${encodeURIComponent(name)}`, showProgress);
  const end = (changes, pauseSeconds = 0) => {
    change(key, changes);
    setTimeout(() => {
      uploads.delete(key); // only now, so that nothing else takes its place during the pause
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

/** Upload the files again that a broken connection has stopped. */
export function uploadWaiting() {
  for (const { key, status } of allFiles()) if (status === "waiting") change(key, { status: "uploading" });
  uploadNext();
}

/** Remove a file from its draft, and from the server unless a message has it. */
export function removeFile(account, thread, { key, id }) {
  uploads.get(key)?.abort();
  setFiles(keyOf(account, thread), draftFiles(account, thread).filter((file) => file.key !== key));
  if (id) fetch(`${addressOf(id)}?unsent=true`, { method: "DELETE", credentials: "include" }).catch(console.warn);
}

/** Remove the files from a draft whose message is sent, and return them. */
export function takeFiles(account, thread) {
  const files = draftFiles(account, thread).map(({ id, name, size, image }) => ({ id, name, size, image }));
  if (files.length) setFiles(keyOf(account, thread), NONE);
  return files;
}

/** Add files of a message that was not sent to a draft. */
export function returnFiles(account, thread, files) {
  const back = files.map((file) => ({ ...file, key: randomId(), status: "done" }));
  if (back.length) setFiles(keyOf(account, thread), [...draftFiles(account, thread), ...back]);
}

/** Move a draft's files to the draft of another conversation: a new one gets its id. */
export function moveFiles(account, from, to) {
  const files = draftFiles(account, from);
  if (!files.length) return;
  setFiles(keyOf(account, from), NONE);
  setFiles(keyOf(account, to), files);
}
