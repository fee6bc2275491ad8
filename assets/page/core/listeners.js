// Listeners outside of a component's own elements, and sets of them.
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";

/**
 * Listen to an event of the document, or of what `target` returns when the component is mounted, if anything.
 * The listener may be another function in each rendering: the latest is called.
 */
export function useListener(name, listener, { target = () => document, capture = false } = {}) {
  const latest = useEffectEvent(listener);
  useEffect(() => {
    const element = target();
    element?.addEventListener(name, latest, capture);
    return () => element?.removeEventListener(name, latest, capture);
  }, []);
}

const subscribeVisibility = (listener) => {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
};
/** Return whether the user can see this tab. */
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
