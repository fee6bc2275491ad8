"""Components of the task list: rows, filter bar, selection bar, pane. Never state of its own: see ui/tasks."""
