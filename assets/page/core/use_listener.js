// A listener outside of a component's own elements.
import { useEffect, useEffectEvent } from "react";

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
