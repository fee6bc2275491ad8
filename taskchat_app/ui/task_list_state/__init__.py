"""State of the task list: filters, rows, patches, adding, bulk changes. Never a component: see ui/task_list."""
