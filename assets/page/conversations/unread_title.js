// The number of unread conversations in the tab's title.
import { useEffect } from "react";
import { useVisible } from "../core/listeners.js";

const TITLE_DELAY_MS = 1000; // by then another tab that shows the answer has marked it as seen
const plain = () => document.title.replace(/^\(\d+\) /, "");

export function UnreadTitle({ count }) {
  const isVisible = useVisible();
  useEffect(() => {
    if (!count || isVisible) {
      document.title = plain();
      return;
    }
    const timer = setTimeout(() => { document.title = `(${count}) ${plain()}`; }, TITLE_DELAY_MS);
    return () => clearTimeout(timer);
  }, [count, isVisible]);
  return null;
}
