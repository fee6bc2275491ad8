// A moment that is waited for.
import { useEffect } from "react";

/** Says so when the seconds are over; another `at` begins to wait anew. */
export function Moment({ at, seconds, onCome }) {
  useEffect(() => {
    if (!at) return;
    const timer = setTimeout(onCome, seconds * 1000);
    return () => clearTimeout(timer);
  }, [at]);
  return null;
}
