// Tells what a key event is (a shortcut, for a field, of an input method or another alphabet), and activates elements by their id.
const TIMEOUT_MS = 3000; // after that the user is doing something else

/** As soon as the element with this id exists, open it (dialog), click it (button) or focus it (field). */
export function activateElement(id) {
  const deadline = performance.now() + TIMEOUT_MS;
  const tryActivate = () => {
    const element = document.getElementById(id);
    if (element?.matches("dialog")) element.open || element.showModal();
    else if (element?.matches("button")) element.click();
    else if (element?.checkVisibility()) element.focus();
    else if (performance.now() < deadline) requestAnimationFrame(tryActivate);
  };
  tryActivate();
}

/** Close a dialog by a click beside it, which is one on its backdrop: the handler of the dialog's clicks. */
export const closeByBackdrop = ({ target, currentTarget }) => target === currentTarget && currentTarget.close();

/** Whether the element is for typing or choosing; a checkbox is not. */
export const isField = (element) =>
  !!element.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

/** Whether a DOM key event belongs to an input method. In Safari the key that ends a composition has only the code. */
export const isOfInputMethod = ({ isComposing, keyCode }) => isComposing || keyCode === 229;

/** Whether a key event is already handled, belongs to an input method, or to an open dialog. */
export const isForOthers = (event) => event.defaultPrevented || isOfInputMethod(event) || !!document.querySelector("dialog[open]");

/** Whether a key event belongs to a field, an open dialog or the browser, and is no shortcut of the page. */
export const shouldIgnoreKey = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || isForOthers(event) ||
  // A hidden field keeps the focus until the next frame.
  (isField(event.target) && event.target.checkVisibility());

/** The key of an event; for a letter of another script, such as "л", the Latin one at its place on the keyboard, "k". */
export const latinKey = ({ key, code, shiftKey }) => {
  const letter = /^(?!\p{Script=Latin})[\p{L}\p{M}]$/u.test(key) && /^Key([A-Z])$/.exec(code)?.[1];
  if (!letter) return key;
  return shiftKey ? letter : letter.toLowerCase();
};

/** Whether the user presses this Latin letter with Ctrl or ⌘, and with no other such key. */
export const isCommand = (event, letter) => (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && latinKey(event).toLowerCase() === letter;
