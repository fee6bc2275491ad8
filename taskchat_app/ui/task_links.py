"""Links to tasks: the page takes a click on one to the task itself."""

TASK_ADDRESS = "#task-"
"""A link's address is this and the task's number; `assets/page/markdown.js` makes links of the numbers in texts."""
