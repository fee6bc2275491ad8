// Keeps a copy of the shown list on this device, which the service worker's page shows without a connection, and the number
// of tasks that are due on the icon.
import { useEffect, useRef } from "react";
import { OFFLINE_PAGE } from "$/utils/words";
import { dateLocale, useGettext, useLanguage } from "../core/language.js";
import { copiedAccount, forgetCopy, keepCopy, showBadge } from "../connection/offline_copy.js";
import { useListener } from "../core/listeners.js";
import { useTaskRows } from "./task_rows.js";

const DELAY_MS = 500;
const ROWS_MAX = 300;

export function OfflineList({ account, due, patches }) {
  const rows = useTaskRows(patches);
  const gettext = useGettext();
  const lang = useLanguage();
  const isSignedOut = useRef(false); // whether the user is signing out: no copy is kept any more
  useEffect(() => {
    if (!account || isSignedOut.current) return;
    if (copiedAccount() && copiedAccount() !== account) forgetCopy();
    const keep = () => {
      const tasks = rows.slice(0, ROWS_MAX).map(({ number, row }) => ({ number, title: row.title, due: row.due, done: row.done }));
      const words = Object.fromEntries(Object.entries(OFFLINE_PAGE).map(([name, id]) => [name, gettext(id)]));
      if (!isSignedOut.current) keepCopy({ account, at: Date.now(), lang, locale: dateLocale(), words, tasks });
    };
    const timer = setTimeout(keep, DELAY_MS);
    return () => clearTimeout(timer);
  }, [account, rows, lang]);
  useEffect(() => { if (account) showBadge(due); }, [account, due]);
  useListener("submit", ({ target }) => {
    if (!target.action?.endsWith?.("/auth/logout")) return;
    isSignedOut.current = true;
    forgetCopy();
  });
  return null;
}
