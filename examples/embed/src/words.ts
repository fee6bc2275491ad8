// The page's own words in the browser's language; the widget and taskchat bring theirs.

const ENGLISH = {
  title: "My week",
  subtitle: "taskchat in a page of its own, with the ChatKit widget",
  tasks: "Tasks",
  noTasks: "No open tasks. Ask the chat to add one.",
  tasksAway: "The list cannot be read just now. It is tried again.",
  onlyFirst: (count: number) => `These are the first ${count}.`,
  overdue: "overdue",
  priorities: { low: "Low", medium: "Medium", high: "High" },
  scriptFailed: "The chat could not be loaded from cdn.platform.openai.com. Check the network, then try again.",
  retry: "Retry",
  frame: "Chat",
  greeting: "What is there to do?",
  placeholder: "Message taskchat",
  prompts: ["What is due today?", "Add buy milk tomorrow", "What have I done this week?"],
};

const GERMAN: typeof ENGLISH = {
  title: "Meine Woche",
  subtitle: "taskchat in einer eigenen Seite, mit dem ChatKit-Widget",
  tasks: "Aufgaben",
  noTasks: "Keine offenen Aufgaben. Bitte den Chat, eine hinzuzufügen.",
  tasksAway: "Die Liste lässt sich gerade nicht lesen. Es wird wieder versucht.",
  onlyFirst: (count) => `Das sind die ersten ${count}.`,
  overdue: "überfällig",
  priorities: { low: "Niedrig", medium: "Mittel", high: "Hoch" },
  scriptFailed:
    "Der Chat konnte nicht von cdn.platform.openai.com geladen werden. Prüfe das Netz und versuche es noch einmal.",
  retry: "Noch einmal",
  frame: "Chat",
  greeting: "Was gibt es zu tun?",
  placeholder: "Nachricht an taskchat",
  prompts: ["Was ist heute fällig?", "Milch kaufen morgen hinzufügen", "Was habe ich diese Woche erledigt?"],
};

export const LANGUAGE = navigator.language.startsWith("de") ? "de" : "en";
/** For dates: the browser's region where it is one of the language. */
export const LOCALE = navigator.language.startsWith(LANGUAGE) ? navigator.language : LANGUAGE;
export const words = LANGUAGE === "de" ? GERMAN : ENGLISH;
