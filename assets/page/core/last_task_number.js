// The highest number of the user's tasks: "#12" in a text is a link only up to this number.
import { useSyncExternalStore } from "react";

const listeners = new Set();
let last = 0;

export const setLastNumber = (number) => {
  last = number;
  listeners.forEach((listener) => listener());
};

const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Return whether there is, or was, a task of the user's with this number. */
export const useIsOwnTask = (number) => useSyncExternalStore(subscribe, () => number >= 1 && number <= last, () => false);
