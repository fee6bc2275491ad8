// Sets of listeners, as `useSyncExternalStore` subscribes to them.

/** Return `notify`, which calls all listeners, and `subscribe`, which adds one and returns its removal. */
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
