"""The address prefix of links to tasks."""

TASK_ADDRESS = "#task-"
"""A link's address is this and the task's number; `assets/page/core/markdown.js` makes links of the numbers in
texts."""
