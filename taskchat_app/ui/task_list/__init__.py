"""Components of the task list: rows, filter bar, selection bar, pane. Never state: ui/task_list_state has it."""
