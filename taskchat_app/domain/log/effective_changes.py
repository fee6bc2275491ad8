"""Computes which log entries are still in effect (not undone).

It is read from the log, not from the values: a change stands until a standing change undoes it, and what was undone
again counts as never done.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import Integer, any_, cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from taskchat_app.domain.storage.models import Change

TOLD = ("reminded", "snoozed")
"""What is recorded so that everybody hears of it, and changes nothing that a task is."""

READ_AT_ONCE = 50


def changes_of_tasks(user_id: str) -> SelectOfScalar[Change]:
    """The person's changes of tasks, oldest first."""
    mine = select(Change).where(Change.user_id == user_id, Change.kind == "task", col(Change.action).not_in(TOLD))
    return mine.order_by(col(Change.id))


async def read_changes(session: AsyncSession, query: SelectOfScalar[Change]) -> list[Change]:
    """All changes that a query of changes_of_tasks finds, read in pieces: each holds a task twice."""
    found: list[Change] = []
    while True:
        after = col(Change.id) > (found[-1].id if found else 0)
        page = (await session.exec(query.where(after).limit(READ_AT_ONCE))).all()
        found += page
        if len(page) < READ_AT_ONCE:
            return found


async def change_histories(
    session: AsyncSession, user_id: str, numbers: Collection[int], since: int = 0
) -> dict[int, list[Change]]:
    """Return the changes of each task from that one on, oldest first, by task number."""
    named = col(Change.task_number) == any_(cast(sorted(numbers), ARRAY(Integer)))
    found: dict[int, list[Change]] = defaultdict(list)
    for change in await read_changes(session, changes_of_tasks(user_id).where(named, col(Change.id) >= since)):
        found[change.task_number or 0].append(change)
    return dict(sorted(found.items()))


def effective_changes(history: Sequence[Change]) -> set[int]:
    """Return the ids of changes in effect: those that no effective change has undone."""
    held: set[int] = set()
    undone: set[int] = set()
    for change in reversed(history):
        if change.id in undone:
            continue
        held.add(change.id)
        if change.undoes is not None:
            undone.add(change.undoes)
    return held


def is_changed_since(history: Sequence[Change], targets: Sequence[Change]) -> bool:
    """Return whether another effective change followed the first of the targets.

    What only undid something later than that first one leaves the task as if neither had been.
    """
    held, first, own = effective_changes(history), targets[0].id, {change.id for change in targets}
    return any(
        change.id > first
        and change.id in held
        and change.id not in own
        and not (change.undoes is not None and change.undoes > first)
        for change in history
    )


def repeated_number(change: Change) -> int | None:
    """Return the task whose completion caused this change of its next task; None for a direct change."""
    if change.actor != "repeat":
        return None
    return (change.after or change.before or {}).get("repeats_number")
