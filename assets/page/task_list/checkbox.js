// The checkbox of a task.
import { createElement as h } from "react";
import { useHeld } from "../core/pending_input.js";
import { stayRow } from "./task_rows.js";

/** A checkbox that shows at once what the person did, until the server's word on it is there. */
export function Tick({ number, checked, onTick, ...props }) {
  const [shown, hold] = useHeld(checked);
  const change = ({ target }) => {
    onTick(target.checked);
    if (!target.checked) stayRow(number);
    hold(target.checked);
  };
  return h("input", { ...props, type: "checkbox", checked: shown, onChange: change });
}
