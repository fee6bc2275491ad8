// The options of the ChatKit widget on the app's own origin: requests with the login's cookie. Typed by @openai/chatkit
// (a test checks them).
const ACCENT = "#5b5bd6"; // iris 9 of Radix: the widget's frame does not see the page's tokens
const FOUND_MAX = 8;

/** @typedef {{ number: number, title: string }} Task A task of GET /api/tasks. */

/**
 * Return the options; `onSignedOut` is called when the API refuses the login.
 *
 * @param {object} page
 * @param {string} page.origin The API's origin
 * @param {string} page.domainKey
 * @param {"en" | "de"} page.language
 * @param {"light" | "dark"} page.colours
 * @param {{ title: string, greeting: string, placeholder: string, tasks: string }} page.sentences
 * @param {string[]} page.prompts
 * @param {() => void} page.onSignedOut
 * @returns {import("@openai/chatkit-react").UseChatKitOptions}
 */
export function widgetOptions({ origin, domainKey, language, colours, sentences, prompts, onSignedOut }) {
  /** @type {typeof fetch} */
  const fetchSignedIn = async (input, init) => {
    const answer = await fetch(input, { ...init, credentials: "include" });
    if (answer.status === 401) onSignedOut();
    return answer;
  };
  return {
    api: { url: `${origin}/api/chatkit`, domainKey, fetch: fetchSignedIn },
    locale: language,
    frameTitle: sentences.title,
    theme: { colorScheme: colours, radius: "soft", color: { accent: { primary: ACCENT, level: 1 } } },
    history: { enabled: true, showDelete: true, showRename: true },
    startScreen: { greeting: sentences.greeting, prompts: prompts.map((prompt) => ({ label: prompt, prompt })) },
    composer: { placeholder: sentences.placeholder },
    threadItemActions: { feedback: true, retry: true },
    thread: { autoScroll: true },
    entities: {
      showComposerMenu: true,
      onTagSearch: async (query) => {
        const parameters = new URLSearchParams({ ...(query && { q: query }), limit: String(FOUND_MAX) });
        const answer = await fetchSignedIn(`${origin}/api/tasks?${parameters}`);
        if (!answer.ok) return [];
        /** @type {{ tasks: Task[] }} */
        const { tasks } = await answer.json();
        return tasks.map(({ number, title }) => {
          return { id: String(number), title, icon: "check-circle", group: sentences.tasks, interactive: true, data: { number: String(number) } };
        });
      },
      onClick: ({ data }) => void open(`/?task=${data?.number}`, "_top"), // no other page may be in a frame
    },
    onError: ({ error }) => console.warn(error),
  };
}
