// The page's language, and how it writes dates.
import { useEffect, useSyncExternalStore } from "react";
import { SENTENCES } from "$/utils/sentences";
import { listenerSet } from "./listeners.js";

const COOKIE = "language";
const A_YEAR_SECONDS = 31536000;
const CONTEXT_END = "\u0004"; // as in gettext: "task\u0004Open" is the sentence "Open" in the context "task"
const isBrowser = typeof document !== "undefined"; // false while pages are prerendered
const { notify, subscribe: listen } = listenerSet();

let current = "en";
/** Set the language chosen by the user, stored in this browser, or else the browser's first one that is available. */
const updateLanguage = () => {
  current = window.wantedLanguage(); // from initial_language.js, in the head of the page
  document.documentElement.lang = current;
  notify();
};
const otherTabs = isBrowser ? new BroadcastChannel(COOKIE) : null;
if (isBrowser) {
  updateLanguage();
  otherTabs.onmessage = updateLanguage;
}

/** Show the page, which shell/initial_language.js has hidden (data-waking), after the next frame: that renders its language. */
const reveal = () => requestAnimationFrame(() => requestAnimationFrame(() => delete document.documentElement.dataset.waking));
const subscribe = (listener) => {
  if ("waking" in document.documentElement.dataset) reveal();
  return listen(listener);
};

/** Return the function that translates an English sentence, which may have a context before it, into this language. */
const gettextOf = (language) => (id) => SENTENCES[language][id] ?? id.slice(id.indexOf(CONTEXT_END) + 1);
const gettexts = Object.fromEntries(Object.keys(SENTENCES).map((language) => [language, gettextOf(language)]));

/** Return the reader's gettext. The page was prerendered in English, so it hydrates in English and then changes. */
export const useGettext = () => useSyncExternalStore(subscribe, () => gettexts[current], () => gettexts.en);

/** Return the code of the reader's language; English while the page hydrates. */
export const useLanguage = () => useSyncExternalStore(subscribe, () => current, () => "en");

/** Return the tag by which to write dates. */
export const dateLocale = () => document.documentElement.dataset.locale || document.documentElement.lang;

/** Return what `format` returns for this IANA zone, the user's, or for the browser's own if the browser does not know it. */
export function inZone(zone, format) {
  try {
    return format(zone || undefined);
  } catch {
    return format(undefined);
  }
}

/** Stores the user's choice in this browser, for anonymous pages too; "" is the browser's language. */
export function Language({ chosen, known, locale }) {
  useEffect(() => {
    if (!known) return;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${COOKIE}=${chosen}; path=/; max-age=${chosen ? A_YEAR_SECONDS : 0}; SameSite=Lax${secure}`;
    updateLanguage();
    otherTabs.postMessage(chosen);
  }, [chosen, known]);
  useEffect(() => { document.documentElement.dataset.locale = locale; }, [locale]);
  return null;
}
