// The options of the widget.
import { useChatKit } from "@openai/chatkit-react";
import { useState, useSyncExternalStore } from "react";
import { dueText } from "./dates";
import { entityOf, numberOf, previewOf } from "./entities";
import { fetchWithSecret } from "./secret";
import { findTasks, type Task } from "./tasks";
import { LANGUAGE, words } from "./words";

const TASKCHAT_URL = import.meta.env.VITE_TASKCHAT_URL ?? "http://localhost:3000";
const DOMAIN_KEY = import.meta.env.VITE_CHATKIT_DOMAIN_KEY ?? "local-dev";
/** The client effect that taskchat sends after a change of tasks. */
const CHANGED = "taskchat.changed";
/** The key of the open thread in the browser's storage, so that a reload shows it again. */
const THREAD = "taskchat.thread";
const FOUND_MAX = 8;
const DARK = matchMedia("(prefers-color-scheme: dark)");

type List = { tasks: Task[]; timeZone?: string; reload: () => void };

/** Return the widget's control; `onShow` is called with the number of a task that is clicked in the chat. */
export function useChat({ tasks, timeZone, reload }: List, onShow: (number: number) => void) {
  const [initialThread] = useState(() => localStorage.getItem(THREAD));
  const isDark = useSyncExternalStore(onThemeChange, () => DARK.matches);
  return useChatKit({
    api: { url: `${TASKCHAT_URL}/api/chatkit`, domainKey: DOMAIN_KEY, fetch: fetchWithSecret },
    locale: LANGUAGE,
    frameTitle: words.frame,
    theme: {
      colorScheme: isDark ? "dark" : "light",
      radius: "soft",
      color: { accent: { primary: "#5b5bd6", level: 1 } },
    },
    initialThread,
    history: { enabled: true, showDelete: true, showRename: true },
    startScreen: { greeting: words.greeting, prompts: words.prompts.map((prompt) => ({ label: prompt, prompt })) },
    composer: { placeholder: words.placeholder },
    threadItemActions: { feedback: true, retry: true },
    thread: { autoScroll: true },
    entities: {
      showComposerMenu: true,
      onTagSearch: async (query) => (await findTasks(query, FOUND_MAX)).tasks.map(entityOf),
      onClick: (entity) => onShow(numberOf(entity)),
      onRequestPreview: async (entity) => {
        const task = tasks.find(({ number }) => number === numberOf(entity));
        return { preview: task ? previewOf(task, dueText(task, timeZone)) : null };
      },
    },
    onThreadChange: ({ threadId }) => {
      if (threadId) localStorage.setItem(THREAD, threadId);
      else localStorage.removeItem(THREAD);
    },
    onEffect: ({ name }) => {
      if (name === CHANGED) reload();
    },
    onError: ({ error }) => console.error(error),
  });
}

function onThemeChange(listener: () => void): () => void {
  DARK.addEventListener("change", listener);
  return () => DARK.removeEventListener("change", listener);
}
