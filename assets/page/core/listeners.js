// Hooks for events of the document, visibility and later rendering; and sets of listeners.
import { useEffectEvent, useLayoutEffect, useState, useSyncExternalStore } from "react";

/**
 * Listen to an event of the document, or of what `target` returns when the component is mounted, if anything.
 * The listener may be another function in each rendering: the latest is called. The other arguments stay the first ones.
 */
export function useListener(name, listener, { target = () => document, capture = false } = {}) {
  const latest = useEffectEvent(listener);
  useLayoutEffect(() => { // with the change of the page: a key pressed right after it would be lost, or call an old listener
    const element = target();
    element?.addEventListener(name, latest, capture);
    return () => element?.removeEventListener(name, latest, capture);
  }, []);
}

/** Return a function that renders the component again after so many milliseconds, and returns one that cancels that. */
export function useLaterRendering() {
  const [, setCount] = useState(0);
  return (ms) => {
    const timer = setTimeout(() => setCount((count) => count + 1), ms);
    return () => clearTimeout(timer);
  };
}

const subscribeVisibility = (listener) => {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
};
/** Return whether the page is visible, and render again when that changes. */
export const useVisible = () => useSyncExternalStore(subscribeVisibility, () => document.visibilityState === "visible", () => false);

/** Return `notify`, which calls all listeners of a set, and `subscribe` for `useSyncExternalStore`, which adds one. */
export function listenerSet() {
  const listeners = new Set();
  return {
    notify: () => listeners.forEach((listener) => listener()),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
