// Due dates in words.
import type { Task } from "./tasks";
import { LOCALE } from "./words";

/** Return the date, and the time unless the task is due all day; "" without a date. `timeZone` is the account's. */
export function dueText(task: Task, timeZone?: string): string {
  if (!task.due_at) return "";
  const day: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short", timeZone };
  const time: Intl.DateTimeFormatOptions = task.all_day ? {} : { hour: "numeric", minute: "2-digit" };
  return new Intl.DateTimeFormat(LOCALE, { ...day, ...time }).format(new Date(task.due_at));
}
