// Postpones what would move the page while the user presses a control.
const CLICK_MS = 50; // a tap's click follows the release within this
const RELEASES = ["pointerup", "pointercancel", "contextmenu"]; // the menu takes the release of its press
let isPressed = false;
let waiting = [];

const release = () => {
  isPressed = false;
  const actions = waiting;
  waiting = [];
  for (const action of actions) action();
};

if (typeof window !== "undefined") {
  window.addEventListener("pointerdown", () => { isPressed = true; }, true);
  for (const type of RELEASES) window.addEventListener(type, release, true);
  // A release that another window or a native list took: the pointer moves without a button, or the user goes on by keyboard.
  window.addEventListener("pointermove", ({ buttons }) => isPressed && !buttons && release(), true);
  window.addEventListener("keydown", ({ key }) => key === "Tab" && isPressed && release(), true);
  // The window, not a field, lost the focus: its release may go to another window.
  window.addEventListener("blur", ({ target }) => target === window && release());
}

/**
 * Calls `action` at once, or, while a pointer is pressed, when it is released: a click whose control moves between press and
 * release would be lost. That is before the click, so that events are sent in the order of the user's actions.
 */
export const whenReleased = (action) => {
  if (isPressed) waiting.push(action);
  else action();
};

/** Calls `action` at once, or, while a pointer is pressed, after the click of that press. */
export const afterPress = (action) => {
  if (isPressed) waiting.push(() => setTimeout(action, CLICK_MS));
  else action();
};
