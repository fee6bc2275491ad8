"""Computes which log entries are still in effect (not undone).

Computed from the log's column `undoes`, not from values: an entry is undone if an entry that is not undone itself
undoes it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Protocol

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from taskchat_app.domain.storage.models import Change, is_any

NOTICES = ("reminded", "snoozed", "seen")
"""Actions recorded only to announce them: they change no field of a task that undo restores."""
IMPORTED = "imported"
"""The action of a task that came with its history in an account file: the history says how the task became so."""
READ_AT_ONCE = 50


def changes_of_tasks(user_id: str) -> SelectOfScalar[Change]:
    """Return a query for the user's changes of tasks, oldest first, without NOTICES."""
    changes = select(Change).where(Change.user_id == user_id, Change.kind == "task", col(Change.action).not_in(NOTICES))
    return changes.order_by(col(Change.id))


async def read_changes(session: AsyncSession, query: SelectOfScalar[Change]) -> list[Change]:
    """Return all changes of a changes_of_tasks query, read in pieces: each change contains two task snapshots."""
    changes: list[Change] = []
    while True:
        after = col(Change.id) > (changes[-1].id if changes else 0)
        page = (await session.exec(query.where(after).limit(READ_AT_ONCE))).all()
        changes += page
        if len(page) < READ_AT_ONCE:
            return changes


async def change_histories(
    session: AsyncSession, user_id: str, numbers: Collection[int], since: int = 0
) -> dict[int, list[Change]]:
    """Return the changes of each task with ids from `since` on, oldest first, by task number."""
    of_tasks = is_any(col(Change.task_number), sorted(numbers))
    histories: dict[int, list[Change]] = defaultdict(list)
    for change in await read_changes(session, changes_of_tasks(user_id).where(of_tasks, col(Change.id) >= since)):
        histories[change.task_number or 0].append(change)
    return dict(sorted(histories.items()))


class Undoable(Protocol):
    """The fields of a change that tell whether it is in effect."""

    @property
    def id(self) -> int: ...
    @property
    def undoes(self) -> int | None: ...


def effective_changes(history: Sequence[Undoable]) -> set[int]:
    """Return the ids of changes in effect: those that no effective change has undone."""
    effective: set[int] = set()
    undone: set[int] = set()
    for change in reversed(history):
        if change.id in undone:
            continue
        effective.add(change.id)
        if change.undoes is not None:
            undone.add(change.undoes)
    return effective


def is_changed_since(history: Sequence[Change], targets: Sequence[Change]) -> bool:
    """Return whether the task has changed after the first of the targets, other than by the targets.

    A later change that is undone does not count, nor does its undo: both together left the task unchanged. IMPORTED
    does not count either, but its undo does, which deletes the task.
    """
    later = [change for change in history if change.id > targets[0].id and change.action != IMPORTED]
    later_ids, target_ids = {change.id for change in later}, {target.id for target in targets}
    in_effect = effective_changes(history)
    for change in later:
        undoes_later_change = change.undoes in later_ids
        if change.id in in_effect and not undoes_later_change and change.id not in target_ids:
            return True
    return False


def cause_number(change: Change) -> int | None:
    """Return the number of the task from whose change this change of its step or next task followed, else None."""
    if change.cause_number is None and change.actor == "repeat":  # a next task: its snapshot names the one before it
        return (change.after or change.before or {}).get("repeats_number")
    return change.cause_number


def is_caused_by(numbers: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that cause_number() is one of these numbers."""
    repeated = func.coalesce(Change.after, Change.before)["repeats_number"].as_integer()
    is_next_task = and_(col(Change.actor) == "repeat", is_any(repeated, numbers))
    return or_(is_any(col(Change.cause_number), numbers), is_next_task)
