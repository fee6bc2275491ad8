// The list of tasks beside the chat.
import { useEffect, useRef } from "react";
import { dueText } from "./dates";
import type { Task } from "./tasks";
import { words } from "./words";

type Props = { tasks: Task[]; next: string | null; timeZone?: string; isAway: boolean; lit?: number };

export function TaskList({ tasks, next, timeZone, isAway, lit }: Props) {
  return (
    <aside aria-labelledby="tasks">
      <h2 id="tasks">{words.tasks}</h2>
      <p role="status" className="quiet">
        {isAway ? words.tasksAway : ""}
      </p>
      {tasks.length === 0 && !isAway && <p className="quiet">{words.noTasks}</p>}
      <ul aria-labelledby="tasks">
        {tasks.map((task) => (
          <Row key={task.number} task={task} timeZone={timeZone} isLit={task.number === lit} />
        ))}
      </ul>
      {next && <p className="quiet">{words.onlyFirst(tasks.length)}</p>}
    </aside>
  );
}

function Row({ task, timeZone, isLit }: { task: Task; timeZone?: string; isLit: boolean }) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isLit) row.current?.scrollIntoView({ block: "nearest" });
  }, [isLit]);
  const due = dueText(task, timeZone);
  return (
    <li ref={row} aria-current={isLit || undefined}>
      <span className="number">#{task.number}</span>
      <span className="title">{task.title}</span>
      <span className="facts">
        {task.priority === "high" && <span>{words.priorities.high}</span>}
        {due && <span className={task.overdue ? "overdue" : ""}>{task.overdue ? `${due}, ${words.overdue}` : due}</span>}
      </span>
    </li>
  );
}
