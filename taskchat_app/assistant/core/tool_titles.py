"""Titles of tool calls, while they run and afterwards."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from chatkit.icons import IconName

from taskchat_app.domain.activity import receipts
from taskchat_app.domain.tasks.fields import Q_MAX_CHARACTERS, TITLE_MAX_CHARACTERS
from taskchat_app.i18n.messages import Message, gettext, joined

ICONS: dict[str, IconName] = {
    "create_task": "plus",
    "list_tasks": "search",
    "update_task": "write",
    "complete_task": "check",
    "delete_task": "lucide:trash-2",
    "bulk_complete_tasks": "check-circle",
    "bulk_delete_tasks": "lucide:trash-2",
}
SUMMARY_PARTS = {
    **{name: receipts.PARTS[name] for name in ("created", "updated", "completed", "reopened", "deleted", "restored")},
    "reminder_set": (gettext("Reminders set {tasks}"), gettext("reminders set {tasks}")),
    "reminder_removed": (gettext("Reminders removed {tasks}"), gettext("reminders removed {tasks}")),
    "proposed": (gettext("Asked to delete {tasks}"), gettext("asked to delete {tasks}")),
}
"""The words for an action, at the beginning of a summary and within it; `tasks` is how many."""
NUMBERS_NAMED = 20
NUMBER_MAX_CHARACTERS = 20
"""Maximal length of a task number in a title, since the model may send any text."""


def running_title(tool: str, arguments: dict[str, Any]) -> Message:
    """Return the title of a running call, such as: Adding “Buy milk”."""
    number = str(arguments.get("task_id"))[:NUMBER_MAX_CHARACTERS]
    match tool:
        case "create_task":
            title = str(arguments.get("title") or "")[:TITLE_MAX_CHARACTERS]
            return gettext("Adding “{title}”", title=title) if title else gettext("Adding a task")
        case "list_tasks":
            words = str(arguments.get("search") or "")[:Q_MAX_CHARACTERS]
            return gettext("Looking for “{words}”", words=words) if words else gettext("Looking at your tasks")
        case "update_task":
            return gettext("Changing #{number}", number=number)
        case "complete_task":
            if arguments.get("completed") is False:
                return gettext("Reopening #{number}", number=number)
            return gettext("Completing #{number}", number=number)
        case "delete_task":
            return gettext("Deleting #{number}", number=number)
        case "bulk_complete_tasks":
            return gettext("Completing tasks")
        case "bulk_delete_tasks":
            return gettext("Collecting tasks to delete")
        case _:
            return gettext("Trying something that taskchat cannot do")


def failed_title(tool: str, arguments: dict[str, Any], reason: Message) -> Message:
    """Return the title of a call that was not carried out: Adding “Buy milk”: There is no such day."""
    return joined([running_title(tool, arguments), reason], ": ")


def task_names(numbers: Sequence[int]) -> str:
    """Return the tasks' numbers as text, or their count if there are more than NUMBERS_NAMED."""
    if len(numbers) > NUMBERS_NAMED:
        return gettext("{count} tasks", count=len(numbers))
    return ", ".join(f"#{number}" for number in numbers)


def summary(tally: Counter[str]) -> Message:
    """Return the summary of recorded changes, such as: Added 2, completed 1."""
    parts: list[Message] = []
    for action, (first, further) in SUMMARY_PARTS.items():
        if tally[action]:
            parts.append((further if parts else first).with_values(tasks=tally[action]))
    return joined(parts, ", ") if parts else receipts.NOTHING_CHANGED
