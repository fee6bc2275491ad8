// The checkbox of a task.
import { createElement as h } from "react";
import { usePendingValue } from "../pending/pending_input.js";
import { cancelLeaving } from "./task_rows.js";

/** A checkbox that shows the user's input until the server has processed it. */
export function Checkbox({ number, checked, onTick, ...props }) {
  const [shown, setPending] = usePendingValue(checked);
  const change = ({ target }) => {
    onTick(target.checked);
    if (!target.checked) cancelLeaving(number);
    setPending(target.checked);
  };
  return h("input", { ...props, type: "checkbox", checked: shown, onChange: change });
}
