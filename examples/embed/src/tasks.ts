// The open tasks, kept up to date by taskchat's events.
import { useCallback, useEffect, useRef, useState } from "react";

/** The fields of a task in GET /api/tasks that this page shows. */
export type Task = {
  number: number;
  title: string;
  priority: "low" | "medium" | "high";
  /** ISO 8601 in UTC; for an all-day task the end of that day in the account's time zone. */
  due_at: string | null;
  all_day: boolean;
  overdue: boolean;
};

type TaskPage = { tasks: Task[]; next: string | null };

const SHOWN_MAX = 100;
const RETRY_MS = 3_000;

/** Return open tasks that contain these words; all of them if there are none. */
export async function findTasks(query: string, limit: number): Promise<TaskPage> {
  return get<TaskPage>(`/backend/tasks?${new URLSearchParams({ ...(query && { q: query }), limit: String(limit) })}`);
}

/** Return the open tasks, soonest first, and a function that reads them again. */
export function useTasks() {
  const [page, setPage] = useState<TaskPage>({ tasks: [], next: null });
  const [timeZone, setTimeZone] = useState<string>();
  const [isAway, setAway] = useState(false);
  const reading = useRef<Promise<void> | null>(null);
  const isStale = useRef(false);

  const reload = useCallback(() => {
    isStale.current = true;
    reading.current ??= (async () => {
      try {
        while (isStale.current) {
          isStale.current = false; // a change during the request leads to another one
          setPage(await get<TaskPage>(`/backend/tasks?sort=due&limit=${SHOWN_MAX}`));
        }
        setAway(false);
      } catch (error) {
        console.warn(error);
        setAway(true);
      } finally {
        reading.current = null;
      }
    })();
  }, []);

  useEffect(() => {
    get<{ user: { timezone: string } }>("/backend/me").then(({ user }) => setTimeZone(user.timezone), console.warn);
    reload();
    return follow(reload);
  }, [reload]);

  return { ...page, timeZone, isAway, reload };
}

/** Call `onChange` after each connection and each change of a task; return a function that ends it. */
function follow(onChange: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let events: EventSource;
  const open = () => {
    events = new EventSource("/backend/events");
    events.onopen = onChange;
    events.addEventListener("resync", onChange);
    events.addEventListener("change", ({ data }: MessageEvent<string>) => {
      if ((JSON.parse(data) as { kind: string }).kind === "task") onChange();
    });
    events.onerror = () => {
      // The browser reconnects after a lost connection, but not after an error status.
      if (events.readyState === EventSource.CLOSED) timer = setTimeout(reopen, RETRY_MS);
    };
  };
  const reopen = () => {
    onChange(); // the server may answer requests again, or say why not
    open();
  };
  open();
  return () => {
    clearTimeout(timer);
    events.close();
  };
}

async function get<Body>(path: string): Promise<Body> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json() as Promise<Body>;
}
