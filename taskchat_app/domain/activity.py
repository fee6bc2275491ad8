"""What happened to tasks, newest first: the change log as people read it, and the receipt of a turn."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import false
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.errors import Invalid
from taskchat_app.domain.history import changes_of_tasks
from taskchat_app.domain.models import Change
from taskchat_app.domain.numbers import task_numbers
from taskchat_app.domain.task_fields import checked_text, naming

PAGE_MOST = 200
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


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """Changes of tasks, newest first; `next` is the cursor of the following page, None on the last one."""

    changes: list[Change]
    next: str | None


async def list_activity(
    session: AsyncSession,
    user_id: str,
    *,
    task: int | None = None,
    turn: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> ActivityPage:
    """One page of what happened to the person's tasks; Invalid names the part that will not do."""
    if not 1 <= limit <= PAGE_MOST:
        raise Invalid(f"The limit is a number from 1 to {PAGE_MOST}.", field="limit")
    query = changes_of_tasks(user_id).order_by(None)
    if task is not None:
        query = query.where(col(Change.task_number) == task if task_numbers([task]) else false())
    if turn is not None:
        with naming("turn"):
            query = query.where(col(Change.turn_id) == checked_text(turn, "turn"))
    if cursor is not None:
        query = query.where(col(Change.id) < _place(cursor))
    found = (await session.exec(query.order_by(col(Change.id).desc()).limit(limit + 1))).all()
    shown = list(found[:limit])
    return ActivityPage(shown, str(shown[-1].id) if len(found) > limit else None)


async def changes_of_turn(session: AsyncSession, user_id: str, turn_id: str, first_change_id: int) -> list[Change]:
    """What the turn changed of tasks, oldest first, whether undone meanwhile or not."""
    in_turn = changes_of_tasks(user_id).where(col(Change.turn_id) == turn_id, col(Change.id) >= first_change_id)
    return list((await session.exec(in_turn)).all())


def receipt(changes: list[Change]) -> str:
    """What changes did, in one line: Added #7, completed #3."""
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


def _place(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise Invalid("This cursor is not one of ours. Start again without it.", field="cursor")
    return int(cursor)
