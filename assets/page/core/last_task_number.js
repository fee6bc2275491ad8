// The highest number of the user's tasks: "#12" in a text is a link only up to this number.
import { useSyncExternalStore } from "react";
import { listenerSet } from "./listeners.js";

const { notify, subscribe } = listenerSet();
let last = 0;

export const setLastNumber = (number) => {
  last = number;
  notify();
};

/** Return whether there is, or was, a task of the user's with this number. */
export const useIsOwnTask = (number) => useSyncExternalStore(subscribe, () => number >= 1 && number <= last, () => false);
