// A timer of the list, as until the next task falls due: a new `at` or number restarts it, an empty `at` stops it.
import { useEffect } from "react";

export function Timer({ at, seconds, onCome }) {
  useEffect(() => {
    if (!at) return;
    const timer = setTimeout(onCome, seconds * 1000);
    return () => clearTimeout(timer);
  }, [at, seconds]);
  return null;
}
