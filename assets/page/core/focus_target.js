// The way to a part of the page that may have to be brought onto it first.
const LATEST_MS = 3000; // whoever waits longer has begun something else

/** Acts on the element of this id as soon as it is there: opens a dialog, presses a button, gives a field the focus. */
export function leadTo(id) {
  const until = performance.now() + LATEST_MS;
  const look = () => {
    const element = document.getElementById(id);
    if (element?.matches("dialog")) element.open || element.showModal();
    else if (element?.matches("button")) element.click();
    else if (element?.checkVisibility()) element.focus();
    else if (performance.now() < until) requestAnimationFrame(look);
  };
  look();
}

/** Whether it is written in, or chosen from: a tick box is neither. */
export const isField = (element) =>
  !!element.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

/** Whether a key is meant for what is written in, or for an open dialog, and not for the page. */
export const isTaken = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented ||
  // A field that is hidden keeps the focus until the next frame.
  (isField(event.target) && event.target.checkVisibility()) ||
  !!document.querySelector("dialog[open]");
