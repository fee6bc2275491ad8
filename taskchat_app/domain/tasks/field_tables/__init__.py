"""Words for fields of a task: its priority, and the task that it is a step of."""
