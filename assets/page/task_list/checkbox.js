// The checkbox of a task, which shows the user's input until the server has processed it.
import { createElement as h } from "react";
import { usePendingValue } from "../pending/pending_input.js";
import { cancelLeaving } from "./task_rows.js";

export function Checkbox({ number, checked, onTick, ...props }) {
  const [shown, setPending] = usePendingValue(checked);
  const change = ({ target }) => {
    onTick(target.checked);
    if (!target.checked) cancelLeaving(number);
    setPending(target.checked);
  };
  return h("input", { ...props, type: "checkbox", checked: shown, onChange: change });
}
