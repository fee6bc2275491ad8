// A button that becomes a text field for its value, or with `options` a select. Enter, blur or choosing saves a changed value;
// Escape cancels. The button shows the value, a new one at once; with `options` it shows its children. `editor` is its name for
// EditRefusal, which opens it again with a refused text.
import { createElement as h, useEffect, useRef } from "react";
import { onRefusal, useEditor } from "../editing/edit_refusal.js";
import { usePendingValue } from "../pending/pending_input.js";
import { LineEditor, handleEditKeys } from "../editing/line_editor.js";

/** A select element that opens its choices at once. `onClose(value, byKey)` as in LineEditor. */
function SelectEditor({ shown, options, onClose, ...props }) {
  const select = useRef(null);
  useEffect(() => {
    select.current.focus();
    try { select.current.showPicker(); } catch { /* not every browser opens a select by script */ }
  }, []);
  const handlers = {
    onKeyDown: (event) => handleEditKeys(event, onClose),
    onChange: ({ target }) => onClose(target.value, true),
    onBlur: () => onClose(null, false),
  };
  const choices = options.map(([option, text]) => h("option", { key: option, value: option }, text));
  return h("select", { ...props, ...handlers, defaultValue: shown, ref: select }, choices);
}

export function EditInPlace({ editor, onTap, value, label, overlayLabel, options, fieldClass, onSave, children, ...props }) {
  const { open, refused, begin, end, reopen } = useEditor();
  const [shown, setPending, isStored] = usePendingValue(value);
  const button = useRef(null);
  const returnsFocus = useRef(false); // whether the button gets the focus: the field was closed by a key or by choosing
  useEffect(() => {
    if (!open && returnsFocus.current) button.current?.focus();
    returnsFocus.current = false;
  }, [open]);
  const close = (newValue, byKey) => {
    returnsFocus.current = byKey;
    end();
    if (newValue === null || isStored(newValue)) return;
    if (editor) onRefusal(editor, newValue, reopen);
    onSave(newValue);
    setPending(newValue); // after onSave: it is shown until the server has processed the events sent so far
  };
  // On a touch screen `onTap` is called instead, if there is one: editing needs the keyboard, which covers half of it.
  const press = ({ nativeEvent }) => (onTap && nativeEvent.pointerType === "touch" ? onTap() : begin());
  const buttonProps = { type: "button", ref: button, onClick: press };
  // With a name of its own (`overlayLabel`) the button lies over the value, which stays text.
  if (!open && overlayLabel) return h("span", props, children, h("button", { ...buttonProps, className: "cover", "aria-label": overlayLabel }));
  if (!open) return h("button", { ...props, ...buttonProps }, options ? children : shown.trim() || value);
  const shared = { className: fieldClass, "aria-label": label, "data-act": props["data-act"] };
  if (options) return h(SelectEditor, { ...shared, shown, options, onClose: close });
  return h(LineEditor, { ...shared, shown, refused, onClose: close });
}
