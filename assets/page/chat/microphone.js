// The microphone of the composer: records speech, and inserts the text that assistant/agent/dictation.py returns.
import { createElement as h, useEffect, useRef, useState } from "react";
import * as words from "$/utils/words";
import { answerOf } from "../connection/api_requests.js";
import { useGettext } from "../core/language.js";
import { useListener } from "../core/listeners.js";

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const BITS_PER_SECOND = 24_000;
const BYTES_MAX = 740_000; // in Base64 just below the server's limit of 1 MiB; at 24 kbit/s some four minutes
const USER_EVENTS = ["click", "input", "submit", "drop", "paste", "keydown"];

/** The button; with `offline` (no key) it only shows what is missing. Escape cancels a recording. */
export function Microphone({ ready, offline, children, ...props }) {
  const gettext = useGettext();
  const { state, note, setNote, start, stop, cancel } = useDictation();
  const button = useRef(null);
  const click = () => {
    setNote(offline ? gettext(words.DICTATION_NEEDS_KEY) : "");
    if (offline) return;
    if (state === "recording") stop();
    else if (state === "writing") cancel();
    else start();
  };
  const escape = (event) => {
    if (state === "idle" || event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    cancel();
  };
  useListener("keydown", escape, { capture: true });
  useNoteEnd(note, button, () => setNote(""));
  const name = gettext(state === "recording" ? words.STOP_RECORDING : words.DICTATE);
  const status = { recording: gettext(words.RECORDING), writing: gettext(words.WRITING_DOWN) }[state] ?? note;
  const shown = { disabled: !ready, "aria-label": name, title: name, "aria-pressed": state === "recording", "data-state": state };
  return [
    h("button", { key: "button", ...props, ...shown, ref: button, type: "button", onClick: click }, children),
    h("span", { key: "note", role: "status", className: "dictation-note" }, status),
  ];
}

/** Return the `state` of a dictation, the `note` about the last one and its setter, and what starts, ends or cancels it. */
function useDictation() {
  const gettext = useGettext();
  const [state, setState] = useState("idle"); // or "recording" or "writing"
  const [note, setNote] = useState("");
  const running = useRef(null); // the dictation: { request, recorder }, an AbortController and, once it records, the recorder
  const end = (problem = "") => {
    running.current = null;
    setState("idle");
    setNote(problem);
  };
  const refuse = (cause) => { throw new Error(gettext(words.NO_MICROPHONE), { cause }); };
  const dictate = async () => {
    const request = new AbortController();
    running.current = { request };
    try {
      const { recorder, recording } = await startRecorder(request.signal).catch(refuse);
      running.current.recorder = recorder;
      setState("recording");
      const recorded = await recording;
      request.signal.throwIfAborted();
      setState("writing");
      const text = recorded && (await textOf(recorded, gettext(words.DICTATION_FAILED), request.signal));
      if (text) insert(text);
      end(text ? "" : gettext(words.NOTHING_HEARD));
    } catch (error) {
      if (request.signal.aborted) return;
      if (error.cause) console.warn(error.cause);
      end(error.message);
    }
  };
  const cancel = () => {
    running.current?.request.abort();
    end();
  };
  const start = () => {
    if (running.current) return; // the user is being asked for the microphone
    if (navigator.mediaDevices && typeof MediaRecorder !== "undefined") dictate();
    else setNote(gettext(words.NO_MICROPHONE));
  };
  useEffect(() => cancel, []);
  return { state, note, setNote, start, stop: () => running.current.recorder.stop(), cancel };
}

/**
 * Start to record from the microphone, up to BYTES_MAX, until the recorder is stopped or the signal aborts. Return the
 * recorder, and `recording`, a promise of what it has recorded; null if that is nothing.
 */
async function startRecorder(signal) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  try {
    signal.throwIfAborted();
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND });
    const stop = () => { if (recorder.state === "recording") recorder.stop(); };
    const parts = [];
    let size = 0;
    recorder.ondataavailable = ({ data }) => {
      parts.push(data);
      size += data.size;
      if (size > BYTES_MAX) stop();
    };
    const recording = new Promise((resolve) => {
      recorder.onstop = () => {
        release(stream);
        resolve(size ? new Blob(parts, { type: recorder.mimeType }) : null);
      };
    });
    recorder.start(1000);
    signal.addEventListener("abort", stop);
    return { recorder, recording };
  } catch (error) {
    release(stream);
    throw error;
  }
}

const release = (stream) => stream.getTracks().forEach((track) => track.stop());

/** Return the text of a recording. Throws an error with a sentence to show, `failed` if there is no other. */
async function textOf(recording, failed, signal) {
  const params = { audio_base64: await asBase64(recording), mime_type: recording.type };
  const answer = await answerOf("/api/chatkit", failed, {
    method: "POST",
    signal,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ type: "input.transcribe", params }),
  });
  const { text } = await answer.json().catch(() => { throw new Error(failed); });
  return text;
}

const asBase64 = (blob) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });

/** Put the text where the cursor is; the composer then stores its draft. */
function insert(text) {
  const field = document.querySelector(".message-box");
  const before = field.value.slice(0, field.selectionStart);
  field.setRangeText(before && !/\s$/.test(before) ? ` ${text}` : text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

/** Call `clear` as soon as the user goes on after a note: types, sends, adds a file, presses Escape or another button or link. */
function useNoteEnd(note, button, clear) {
  useEffect(() => {
    if (!note) return;
    const endsNote = ({ type, key, target }) => {
      if (type === "keydown") return key === "Escape";
      if (button.current.contains(target)) return false; // the press that shows the note
      return type !== "click" || target.closest?.("button, a");
    };
    const listen = (event) => endsNote(event) && clear();
    USER_EVENTS.forEach((name) => document.addEventListener(name, listen, true));
    return () => USER_EVENTS.forEach((name) => document.removeEventListener(name, listen, true));
  }, [note]);
}
