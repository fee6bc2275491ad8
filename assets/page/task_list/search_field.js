// A search field that searches during typing.
import { createElement as h, useEffect, useRef } from "react";

const DEBOUNCE_MS = 200;

/** Calls `onSearch` with the typed text; a `value` that it did not send (from the address or Clear) replaces the text. */
export function SearchField({ value, onSearch, ...props }) {
  const field = useRef(null);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const pending = useRef([]); // texts that were sent and have not come back as `value`
  useEffect(() => {
    const index = pending.current.indexOf(value);
    if (index >= 0) {
      pending.current.splice(0, index + 1); // and those sent before it
      return;
    }
    clearTimeout(timer.current);
    pending.current = [];
    field.current.value = value;
  }, [value]);
  const input = ({ target }) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      pending.current.push(target.value);
      onSearch(target.value);
    }, DEBOUNCE_MS);
  };
  return h("input", { dir: "auto", ...props, ref: field, type: "search", defaultValue: value, onInput: input });
}
