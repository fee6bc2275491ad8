// A button that becomes a text field for its value, or with `options` a select. Enter, blur or choosing saves a changed value;
// Escape cancels. The button shows the value, a new one at once; with `options` it shows its children.
import { createElement as h, useEffect, useRef } from "react";
import { onRefusal, useEditor } from "../editing/edit_refusal.js";
import { usePendingValue } from "../pending/pending_input.js";
import { LineEditor, handleEditKeys } from "../editing/line_editor.js";

export function EditInPlace({ editor, onTap, value, label, overlayLabel, options, fieldClass, onSave, children, ...props }) {
  const { open, refused, begin, end, reopen } = useEditor();
  const [shown, setPending, isStored] = usePendingValue(value);
  const button = useRef(null);
  const select = useRef(null);
  const returnsFocus = useRef(false); // whether the button gets the focus: the field was closed by a key or by choosing
  useEffect(() => {
    if (!open && returnsFocus.current) button.current?.focus();
    returnsFocus.current = false;
    if (!open || !options) return;
    select.current.focus();
    try { select.current.showPicker(); } catch { /* not every browser opens a select by script */ }
  }, [open]);
  const close = (newValue, byKey) => {
    returnsFocus.current = byKey;
    end();
    if (newValue === null || isStored(newValue)) return;
    if (editor) onRefusal(editor, newValue, reopen);
    onSave(newValue);
    setPending(newValue);
  };
  // On a touch screen `onTap` is called instead, if there is one: editing needs the keyboard, which covers half of it.
  const press = ({ nativeEvent }) => (onTap && nativeEvent.pointerType === "touch" ? onTap() : begin());
  const buttonProps = { type: "button", ref: button, onClick: press };
  // With a name of its own (`overlayLabel`) the button lies over the value, which stays text.
  if (!open && overlayLabel) return h("span", props, children, h("button", { ...buttonProps, className: "cover", "aria-label": overlayLabel }));
  if (!open) return h("button", { ...props, ...buttonProps }, options ? children : shown.trim() || value);
  const shared = { className: fieldClass, "aria-label": label, "data-act": props["data-act"] };
  if (!options) return h(LineEditor, { ...shared, shown, refused, onClose: close });
  const handlers = {
    onKeyDown: (event) => handleEditKeys(event, close),
    onChange: ({ target }) => close(target.value, true),
    onBlur: () => close(null, false),
  };
  const choices = options.map(([option, text]) => h("option", { key: option, value: option }, text));
  return h("select", { ...shared, ...handlers, defaultValue: shown, ref: select }, choices);
}
