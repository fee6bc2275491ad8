// The field that searches while one types.
import { createElement as h, useEffect, useRef } from "react";

const PAUSE_MS = 200; // only the last of a quick row of keys is asked for

/** A field that asks for what is typed, and takes another value (of an address, of Clear) when one comes. */
export function SearchField({ value, onSearch, ...props }) {
  const field = useRef(null);
  const timer = useRef(0);
  const asked = useRef([]); // what was asked and has not come back yet
  useEffect(() => {
    const place = asked.current.indexOf(value);
    if (place >= 0) {
      asked.current.splice(0, place + 1);
      return;
    }
    clearTimeout(timer.current);
    asked.current = [];
    field.current.value = value;
  }, [value]);
  const input = ({ target }) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      asked.current.push(target.value);
      onSearch(target.value);
    }, PAUSE_MS);
  };
  return h("input", { ...props, ref: field, type: "search", defaultValue: value, onInput: input });
}
