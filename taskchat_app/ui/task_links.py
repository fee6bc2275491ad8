"""Task numbers in text as links: the page takes a click on one to the task itself."""

import re

TASK_ADDRESS = "#task-"
"""A link's address is this and the task's number."""
_TASK = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|!?\[[^\]\n]*\]\([^)\n]*\)|(?<![\w#/&\[])#(\d{1,9})\b", re.DOTALL)
_LINK = re.compile(rf"\[(#\d+)\]\({TASK_ADDRESS}\d+\)")


def with_task_links(markdown: str) -> str:
    """Markdown in which each #7 is a link to that task; code and links stay as they are."""
    return _TASK.sub(lambda found: f"[#{found[1]}]({TASK_ADDRESS}{found[1]})" if found[1] else found[0], markdown)


def without_task_links(markdown: str) -> str:
    """What `with_task_links` was given."""
    return _LINK.sub(r"\1", markdown)
