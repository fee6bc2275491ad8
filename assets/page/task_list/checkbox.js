// The checkbox of a task, which shows the user's input until the server has processed it.
import { createElement as h } from "react";
import { storeTick, useTick } from "../pending/ticks.js";
import { cancelLeaving } from "./task_rows.js";

export function Checkbox({ number, checked, ...props }) {
  const shown = useTick(number) ?? checked;
  const change = ({ target }) => {
    if (!target.checked) cancelLeaving(number);
    storeTick(number, target.checked);
  };
  return h("input", { ...props, type: "checkbox", checked: shown, onChange: change });
}
