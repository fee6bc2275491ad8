// Calls a handler once, some seconds after its `at` changed.
import { useEffect } from "react";

/** Calls `onCome` after the seconds; a new `at` restarts the timer, an empty one stops it. */
export function Timer({ at, seconds, onCome }) {
  useEffect(() => {
    if (!at) return;
    const timer = setTimeout(onCome, seconds * 1000);
    return () => clearTimeout(timer);
  }, [at]);
  return null;
}
