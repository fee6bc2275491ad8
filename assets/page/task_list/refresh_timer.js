// A timer of the list: calls a handler once, `seconds` after its `at` or they changed, as when the next task falls due.
import { useEffect } from "react";

/** Calls `onCome` after the seconds; a new `at` or number restarts the timer, an empty one stops it. */
export function Timer({ at, seconds, onCome }) {
  useEffect(() => {
    if (!at) return;
    const timer = setTimeout(onCome, seconds * 1000);
    return () => clearTimeout(timer);
  }, [at, seconds]);
  return null;
}
