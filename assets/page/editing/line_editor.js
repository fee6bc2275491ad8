// A text field that is shown in place of a text while the user edits it.
import { Fragment, createElement as h, useLayoutEffect, useRef } from "react";
import { isCommand, isOfInputMethod } from "../core/keyboard.js";
import { useProblem } from "./edit_refusal.js";
import { whenReleased } from "./pointer_press.js";

/** Keep Ctrl+Z in a field without a change of its own: browsers undo what was typed in another field, and focus that. */
export function keepUndo(event) {
  if (isCommand(event, "z") && event.target.value === event.target.defaultValue) event.preventDefault();
}

/** On Enter call `onClose(value, true)`, on Escape `onClose(null, true)`. */
export function handleEditKeys(event, onClose) {
  if (isOfInputMethod(event.nativeEvent) || !["Enter", "Escape"].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  onClose(event.key === "Enter" ? event.target.value : null, true);
}

/**
 * A text field: Enter, blur and its removal save, Escape cancels. Calls `onClose(value, byKey)` once, with null for the value
 * if it is cancelled; after a press elsewhere, when that is released. `refused` is null or { text, problem }: a text that the
 * server has refused, which stays until it is changed, and why, which the pane shows.
 */
export function LineEditor({ onClose, refused, shown, ...props }) {
  const input = useRef(null);
  const [problemProps, problem] = useProblem(refused?.problem, { className: "sr-only" });
  const isClosed = useRef(false);
  const save = useRef(null); // the function of the latest rendering, for the cleanup below
  save.current = () => {
    if (isClosed.current || input.current.value === refused?.text) return;
    isClosed.current = true;
    const { value } = input.current;
    whenReleased(() => onClose(value, false));
  };
  useLayoutEffect(() => {
    const { activeElement } = document;
    const isFocusElsewhere = activeElement !== document.body && !input.current.closest("li")?.contains(activeElement);
    const hasMovedOn = refused && isFocusElsewhere; // the user, before the refusal came
    if (!hasMovedOn) input.current.focus();
    if (!refused) input.current.select();
    // React calls no onBlur for a field that it removes. Its development build also calls this at once, with nothing typed.
    return () => input.current.value !== input.current.defaultValue && save.current();
  }, []);
  const closeByKey = (value, byKey) => {
    isClosed.current = true;
    onClose(value, byKey);
  };
  const keyDown = (event) => {
    keepUndo(event.nativeEvent);
    handleEditKeys(event, closeByKey);
  };
  const field = { dir: "auto", ...problemProps, ...props, defaultValue: refused?.text ?? shown, ref: input, onKeyDown: keyDown };
  return h(Fragment, null, h("input", { ...field, onBlur: () => save.current() }), problem);
}
