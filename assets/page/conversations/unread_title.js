// The number of unread conversations in the tab's title.
import { useEffect } from "react";

const TITLE_DELAY_MS = 1000; // by then another tab that shows the answer has marked it as seen

/** Shows the number of unread conversations in the title of a hidden tab. */
export function UnreadTitle({ count }) {
  useEffect(() => {
    let timer;
    const plain = () => document.title.replace(/^\(\d+\) /, "");
    const update = () => {
      clearTimeout(timer);
      if (!count || document.visibilityState === "visible") document.title = plain();
      else timer = setTimeout(() => { document.title = `(${count}) ${plain()}`; }, TITLE_DELAY_MS);
    };
    update();
    document.addEventListener("visibilitychange", update);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", update);
    };
  }, [count]);
  return null;
}
