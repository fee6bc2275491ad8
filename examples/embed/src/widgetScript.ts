// Loads the script that defines the element <openai-chatkit>.
import { useEffect, useState } from "react";

const SCRIPT = "https://cdn.platform.openai.com/deployments/chatkit/chatkit.js";

/** Return whether the script is loaded, and a function that tries again. */
export function useWidgetScript(): ["loading" | "loaded" | "failed", () => void] {
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<"loading" | "loaded" | "failed">("loading");
  useEffect(() => {
    const script = document.createElement("script");
    script.src = SCRIPT;
    script.onload = () => setState("loaded");
    script.onerror = () => setState("failed");
    setState("loading");
    document.head.append(script);
    return () => script.remove();
  }, [attempt]);
  return [state, () => setAttempt(attempt + 1)];
}
