// The checkbox of a task.
import { createElement as h, useEffect, useState } from "react";

/** A checkbox that answers at once and takes the server's word when it comes; `version` changes with each word. */
export function Tick({ checked, version, onTick, ...props }) {
  const [shown, setShown] = useState(checked);
  useEffect(() => setShown(checked), [checked, version]);
  const change = ({ target }) => {
    setShown(target.checked);
    onTick(target.checked);
  };
  return h("input", { ...props, type: "checkbox", checked: shown, onChange: change });
}
