// Attaching files: the button, the files above the composer, dropping and pasting; and files in messages.
import { createElement as h, Fragment, useEffect, useRef } from "react";
import * as words from "$/utils/words";
import { useConnection } from "../connection/connection.js";
import { DownloadError, useDownload } from "../connection/download.js";
import { useGettext, useLanguage } from "../core/language.js";
import { useListener } from "../core/listeners.js";
import { addFiles, addressOf, pathOf, removeFile, uploadWaiting, useDraftFiles } from "./file_uploads.js";
import { useThread } from "./current_thread.js";

// For the file chooser only: the server decides by content. Without image/heic, a phone converts its photos to JPEG.
const ACCEPTED = "image/png,image/jpeg,image/webp,image/gif,application/pdf,text/plain,text/markdown,text/csv,.txt,.md,.csv";
/** The DOM event after the user tried to send a message whose files are not all uploaded. */
export const NOT_READY = "taskchat:files-not-ready";

function sizeText(bytes, language) {
  const format = (value, unit) => value.toLocaleString(language, { style: "unit", unit, maximumFractionDigits: 1 });
  return bytes < 100_000 ? format(Math.ceil(bytes / 1000), "kilobyte") : format(bytes / 1_000_000, "megabyte");
}

export function AttachButton({ account, thread: serverThread, children, ...props }) {
  const gettext = useGettext();
  const thread = useThread(serverThread);
  const input = useRef(null);
  const choose = ({ target }) => {
    addFiles(account, thread, target.files, gettext);
    target.value = ""; // so that the same file can be chosen again
    document.querySelector(".message-box")?.focus();
  };
  return [
    h("input", { key: "input", ref: input, type: "file", multiple: true, accept: ACCEPTED, hidden: true, onChange: choose, "data-files": true }),
    h("button", { key: "button", ...props, type: "button", disabled: !account, onClick: () => input.current.click() }, children),
  ];
}

/** Add the files that are dropped on the chat or pasted in its composer. */
function useDroppedFiles(account, thread, chat) {
  const gettext = useGettext();
  const add = (event, list) => {
    event.preventDefault();
    addFiles(account, thread, list, gettext);
  };
  const hasFiles = (event) => account && event.dataTransfer?.types.includes("Files");
  const over = (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    chat().dataset.dropping = "";
  };
  const leave = (event) => {
    if (!chat().contains(event.relatedTarget)) delete chat().dataset.dropping;
  };
  const drop = (event) => {
    delete chat().dataset.dropping;
    if (hasFiles(event)) add(event, event.dataTransfer.files);
  };
  const paste = (event) => {
    const isForDraft = account && event.clipboardData?.files.length && event.target.closest(".composer");
    if (isForDraft) add(event, event.clipboardData.files);
  };
  useListener("dragover", over, { target: chat });
  useListener("dragenter", over, { target: chat });
  useListener("dragleave", leave, { target: chat });
  useListener("drop", drop, { target: chat });
  useListener("paste", paste, { target: chat });
}

function FileChip({ account, thread, file }) {
  const gettext = useGettext();
  const language = useLanguage();
  const { id, name, size, image, status, progress, problem } = file;
  const remove = gettext(words.REMOVE_WAITING);
  const discard = () => {
    removeFile(account, thread, file);
    document.querySelector(".message-box")?.focus();
  };
  const state = () => {
    if (status === "uploading") return progress < 100 ? `${progress} %` : gettext(words.READING_FILE);
    if (status === "waiting") return gettext(words.WAITS_FOR_CONNECTION);
    return status === "failed" ? problem : sizeText(size, language);
  };
  const picture = () => h("img", { src: `${addressOf(id)}?preview=true`, alt: "", crossOrigin: "use-credentials" });
  return h("li", { className: "file-chip", "data-status": status },
    image ? picture() : h("span", { className: "file-mark", "aria-hidden": true }),
    h("span", { className: "file-name", dir: "auto" }, name),
    h("span", { className: "file-state", role: status === "failed" ? "alert" : undefined }, state()),
    h("button", { type: "button", className: "icon-button small", "aria-label": `${remove}: ${name}`, title: remove, onClick: discard }, "×"));
}

/** The draft's files, and a note while they keep its message from being sent. */
export function DraftFiles({ account, thread: serverThread, offline }) {
  const gettext = useGettext();
  const thread = useThread(serverThread);
  const connected = useConnection() === "connected";
  const files = useDraftFiles(account, thread);
  const region = useRef(null);
  const note = useRef(null);
  useEffect(() => { if (connected) uploadWaiting(); }, [connected]);
  useDroppedFiles(account, thread, () => region.current.closest(".chat"));
  useListener(NOT_READY, () => (note.current.textContent = gettext(words.FILES_NOT_READY)));
  useEffect(() => {
    if (files.every(({ status }) => status === "done")) note.current.textContent = "";
  }, [files]);
  return h("div", { ref: region, className: "draft-files" },
    files.length > 0 && h("ul", { "aria-label": gettext(words.DRAFT_FILES) }, files.map((file) => h(FileChip, { key: file.key, account, thread, file }))),
    h("p", { ref: note, role: "status", className: "files-note" }),
    offline && files.some(({ image }) => image) && h("p", { className: "files-note", role: "status" }, gettext(words.PICTURES_NEED_KEY)),
    h("p", { className: "drop-hint", "aria-hidden": true }, gettext(words.DROP_HINT)));
}

/** A file of a message, which opens in a new tab. */
export function MessageFile({ fileId: id, name, image, size }) {
  const language = useLanguage();
  const address = addressOf(id);
  const { download, error } = useDownload(pathOf(id), name);
  // On another site, the login's cookie goes with this page's requests but not with a new tab.
  const save = (event) => {
    if (new URL(address).origin === location.origin) return;
    event.preventDefault();
    download();
  };
  const shown = image
    ? h("img", { src: `${address}?preview=true`, alt: name, crossOrigin: "use-credentials" })
    : [
        h("span", { key: "mark", className: "file-mark", "aria-hidden": true }),
        h("span", { key: "name", className: "file-name", dir: "auto" }, name),
        h("span", { key: "size", className: "file-state" }, sizeText(size, language)),
      ];
  const link = h("a", { href: address, target: "_blank", rel: "noopener", className: image ? "message-picture" : "message-file", onClick: save }, shown);
  return h(Fragment, null, link, h(DownloadError, { error }));
}
