// The language that the page speaks.
import { useEffect, useSyncExternalStore } from "react";
import { SENTENCES } from "$/utils/sentences";

const COOKIE = "language";
const A_YEAR_SECONDS = 31536000;
const listeners = new Set();

/** The language that the person chose, as this browser remembers it; else the first of the browser's own that there is. */
const wanted = () => {
  const chosen = document.cookie.split("; ").find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  const own = navigator.languages.map((tag) => tag.split("-")[0]);
  return [chosen, ...own].find((language) => language in SENTENCES) ?? "en";
};

let spoken = "en";
const speak = () => {
  spoken = wanted();
  document.documentElement.lang = spoken;
  listeners.forEach((listener) => listener());
};
const others = typeof BroadcastChannel === "undefined" || typeof document === "undefined" ? null : new BroadcastChannel(COOKIE);
if (typeof document !== "undefined") {
  speak();
  others.onmessage = speak;
}

const subscribe = (listener) => {
  listeners.add(listener);
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
