"""The address prefix of links to tasks."""

TASK_ADDRESS = "#task-"
"""Followed by the task's number. `assets/page/core/markdown.js` turns task numbers in texts into such links."""
