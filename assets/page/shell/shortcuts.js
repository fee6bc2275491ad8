// Keyboard shortcuts of the whole page.
import { createElement as h, useRef } from "react";
import { activateElement, closeByBackdrop, isCommand, isField, isOfInputMethod, latinKey, shouldIgnoreKey } from "../core/keyboard.js";
import { useListener } from "../core/listeners.js";

/** A link that moves the focus to the element `to`; visible only while it has the focus. */
export function SkipLink({ to, children, ...props }) {
  const follow = (event) => {
    event.preventDefault();
    activateElement(to);
  };
  return h("a", { ...props, href: `#${to}`, onClick: follow }, children);
}

/** Leave the field by Escape, so that the next keys are shortcuts. A search field first clears its text by itself. */
function leaveField(event) {
  const { target } = event;
  if (event.defaultPrevented || isOfInputMethod(event) || (target.type === "search" && target.value)) return;
  event.preventDefault();
  target.blur();
}

/** Handles the keys in `targets`, Escape in their elements, Ctrl+Z outside of text fields, and ?, which opens the list of keys. */
export function Shortcuts({ targets, onReach, onUndo, children, ...props }) {
  const dialog = useRef(null);
  useListener("keydown", (event) => {
    if (event.key === "Escape" && Object.values(targets).includes(event.target.id)) return leaveField(event);
    if (isCommand(event, "z") && !isField(event.target) && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      return onUndo();
    }
    const target = targets[latinKey(event)];
    if (shouldIgnoreKey(event) || (event.key !== "?" && !target)) return;
    event.preventDefault();
    if (event.key === "?") return dialog.current.showModal();
    if (!document.getElementById(target)?.checkVisibility()) onReach(target);
    activateElement(target);
  });
  return h("dialog", { ...props, ref: dialog, onClick: closeByBackdrop }, h("form", { method: "dialog" }, children));
}
