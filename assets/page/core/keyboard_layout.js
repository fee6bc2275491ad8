// Keys on keyboards of other scripts, such as Russian or Greek ones.

/** The key of an event; for a letter of another script, such as "л", the Latin one at its place on the keyboard, "k". */
export const latinKey = ({ key, code, shiftKey }) => {
  const letter = /^(?!\p{Script=Latin})[\p{L}\p{M}]$/u.test(key) && /^Key([A-Z])$/.exec(code)?.[1];
  if (!letter) return key;
  return shiftKey ? letter : letter.toLowerCase();
};

/** Return whether the event is Ctrl+Z, or ⌘Z. */
export const isUndo = (event) => (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && latinKey(event).toLowerCase() === "z";
