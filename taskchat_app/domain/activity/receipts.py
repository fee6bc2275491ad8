"""Summarizes a turn's changes in one line."""

from collections import Counter

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log.effective_changes import changes_of_tasks
from taskchat_app.domain.storage.models import Change

VERBS = {
    "created": "added",
    "completed": "completed",
    "reopened": "reopened",
    "updated": "changed",
    "moved": "moved",
    "deleted": "deleted",
    "restored": "restored",
    "reminder_set": "set a reminder for",
    "reminder_removed": "removed the reminder of",
    "undone": "put back",
}


NUMBERS_SHOWN = 5


NOTHING_CHANGED = "Nothing changed"


async def changes_of_turn(session: AsyncSession, user_id: str, turn_id: str, first_change_id: int) -> list[Change]:
    """Return the turn's task changes, oldest first, undone ones included."""
    in_turn = changes_of_tasks(user_id).where(col(Change.turn_id) == turn_id, col(Change.id) >= first_change_id)
    return list((await session.exec(in_turn)).all())


def receipt(changes: list[Change]) -> str:
    """Summarize changes in one line: "Added #7, completed #3"."""
    numbers: dict[str, list[int]] = {}
    for change in changes:
        numbers.setdefault(change.action, []).append(change.task_number or 0)
    parts = [f"{words} {_named(numbers[action])}" for action, words in VERBS.items() if action in numbers]
    text = ", ".join(parts) or NOTHING_CHANGED
    return text[0].upper() + text[1:]


def _named(numbers: list[int]) -> str:
    once = list(Counter(numbers))
    if len(once) > NUMBERS_SHOWN:
        return f"{len(once)} tasks"
    return ", ".join(f"#{number}" for number in once)
