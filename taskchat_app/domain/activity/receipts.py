"""Summarizes a turn's changes in one line."""

from collections import Counter

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log.effective_changes import changes_of_tasks
from taskchat_app.domain.storage.models import Change
from taskchat_app.i18n.messages import Message, gettext, joined

PARTS = {
    "created": (gettext("Added {tasks}"), gettext("added {tasks}")),
    "imported": (gettext("Imported {tasks}"), gettext("imported {tasks}")),
    "completed": (gettext("Completed {tasks}"), gettext("completed {tasks}")),
    "reopened": (gettext("Reopened {tasks}"), gettext("reopened {tasks}")),
    "updated": (gettext("Changed {tasks}"), gettext("changed {tasks}")),
    "moved": (gettext("Moved {tasks}"), gettext("moved {tasks}")),
    "deleted": (gettext("Deleted {tasks}"), gettext("deleted {tasks}")),
    "restored": (gettext("Restored {tasks}"), gettext("restored {tasks}")),
    "reminder_set": (gettext("Set a reminder for {tasks}"), gettext("set a reminder for {tasks}")),
    "reminder_removed": (gettext("Removed the reminder of {tasks}"), gettext("removed the reminder of {tasks}")),
    "undone": (gettext("Put back {tasks}"), gettext("put back {tasks}")),
}
"""The words for an action, at the beginning of a receipt and within it."""


NUMBERS_SHOWN = 5


NOTHING_CHANGED = gettext("Nothing changed")


async def changes_of_turn(
    session: AsyncSession, user_id: str, turn_id: str, first_change_id: int, limit: int | None = None
) -> list[Change]:
    """Return the turn's task changes, oldest first, undone ones included."""
    in_turn = changes_of_tasks(user_id).where(col(Change.turn_id) == turn_id, col(Change.id) >= first_change_id)
    return list((await session.exec(in_turn.limit(limit))).all())


def receipt(changes: list[Change]) -> Message:
    """Summarize changes in one line, with the access token they were made with: "Added #7, completed #3"."""
    numbers: dict[str, list[int]] = {}
    for change in changes:
        numbers.setdefault(change.action, []).append(change.task_number or 0)
    parts: list[Message] = []
    for action, (first, further) in PARTS.items():
        if action in numbers:
            parts.append((further if parts else first).with_values(tasks=_name_tasks(numbers[action])))
    if not parts:
        return NOTHING_CHANGED
    token = next((change.token_name for change in changes if change.token_name), None)
    summary = joined(parts, ", ")
    return gettext("{changes} with the token “{name}”", changes=summary, name=token) if token else summary


def _name_tasks(numbers: list[int]) -> str:
    unique = list(Counter(numbers))
    if len(unique) > NUMBERS_SHOWN:
        return gettext("{count} tasks", count=len(unique))
    return ", ".join(f"#{number}" for number in unique)
