// The language that the page speaks.
import { useEffect, useSyncExternalStore } from "react";
import { SENTENCES } from "$/utils/sentences";

const COOKIE = "language";
const A_YEAR_SECONDS = 31536000;
const listeners = new Set();

let spoken = "en";
/** Speaks the language that the person chose, as this browser remembers it; else the first of the browser's own that there is. */
const speak = () => {
  spoken = window.wantedLanguage(); // in the head of the page, for its first paint
  document.documentElement.lang = spoken;
  listeners.forEach((listener) => listener());
};
const others = typeof BroadcastChannel === "undefined" || typeof document === "undefined" ? null : new BroadcastChannel(COOKIE);
if (typeof document !== "undefined") {
  speak();
  others.onmessage = speak;
}

const awake = () => delete document.documentElement.dataset.waking;
const subscribe = (listener) => {
  listeners.add(listener);
  // In the frame after this one the page is drawn in the language.
  if ("waking" in document.documentElement.dataset) requestAnimationFrame(() => requestAnimationFrame(awake));
  return () => listeners.delete(listener);
};

/** The sentences by their names. The page was drawn in English, so it wakes in English and changes at once. */
export function useWords() {
  return useSyncExternalStore(subscribe, () => SENTENCES[spoken], () => SENTENCES.en);
}

/** Remembers the person's own choice in this browser, for the pages before signing in too; "" is the browser's language. */
export function Language({ chosen, known }) {
  useEffect(() => {
    if (!known) return;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${COOKIE}=${chosen}; path=/; max-age=${chosen ? A_YEAR_SECONDS : 0}; SameSite=Lax${secure}`;
    speak();
    others.postMessage(chosen);
  }, [chosen, known]);
  return null;
}
