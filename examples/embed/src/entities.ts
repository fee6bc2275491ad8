// Tasks as entities of the widget: in the @-menu, as tags of a message, and as sources of an answer.
import type { Entity, Widgets } from "@openai/chatkit";
import type { Task } from "./tasks";
import { words } from "./words";

/** The group is a heading in the @-menu; by "Tasks", in English or German, taskchat knows that the tag is a task. */
export function entityOf(task: Task): Entity {
  const number = String(task.number);
  const data = { number };
  return { id: number, title: task.title, icon: "check-circle", group: words.tasks, interactive: true, data };
}

export function numberOf(entity: Entity): number {
  return Number(entity.data?.number);
}

/** Return what the widget shows while the pointer is over a task. */
export function previewOf(task: Task, due: string): Widgets.BasicRoot {
  const facts = [`#${task.number}`, due].filter(Boolean).join(" · ");
  return {
    type: "Basic",
    gap: 1,
    padding: 3,
    children: [
      { type: "Title", value: task.title, size: "sm" },
      { type: "Caption", value: facts },
    ],
  };
}
