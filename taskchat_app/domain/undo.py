"""Undo: one change, or all that a turn changed, put back exactly; what was changed again since is left alone and named.

Whether something was changed again is read from the log, not from the values: a later change counts unless it was
itself undone, or undid something later than what is to be undone.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from taskchat_app.domain.changes import Cause, Entry, lock_user, record
from taskchat_app.domain.database import now
from taskchat_app.domain.errors import NotFound
from taskchat_app.domain.models import Change, Task
from taskchat_app.domain.task_views import MOMENTS, PRIORITIES, snapshot
from taskchat_app.domain.task_words import search_vector

CHANGED_SINCE = "#{number} was changed again since, so it was left as it is."


@dataclass(frozen=True, slots=True)
class Conflict:
    """A task that was left alone, and why."""

    number: int
    reason: str


@dataclass(slots=True)
class UndoOutcome:
    """The numbers put back, in order, and the tasks left alone."""

    undone: list[int] = field(default_factory=list[int])
    conflicts: list[Conflict] = field(default_factory=list[Conflict])


async def undo_change(session: AsyncSession, by: Cause, change_id: int) -> UndoOutcome:
    """Put back one change of a task, and what it brought about by itself; a second undo changes nothing.

    Raises NotFound when the person has no such change of a task.
    """
    await lock_user(session, by.user_id)
    change = (await session.exec(_changes_of(by.user_id).where(col(Change.id) == change_id))).one_or_none()
    if change is None:
        raise NotFound("There is no such change to undo.")
    return await _undo(session, by, [change, *await _brought_about_by(session, change)])


async def undo_turn(session: AsyncSession, by: Cause, turn_id: str, first_change_id: int = 0) -> UndoOutcome:
    """Put back all that the turn changed, newest first; a turn that changed nothing, or is undone, changes nothing."""
    await lock_user(session, by.user_id)
    in_turn = _changes_of(by.user_id).where(col(Change.turn_id) == turn_id, col(Change.id) >= first_change_id)
    return await _undo(session, by, (await session.exec(in_turn)).all())


def _changes_of(user_id: str) -> SelectOfScalar[Change]:
    """The person's changes of tasks, oldest first."""
    mine = select(Change).where(Change.user_id == user_id, Change.kind == "task")
    return mine.order_by(col(Change.id))


async def _brought_about_by(session: AsyncSession, change: Change) -> list[Change]:
    """The next task of a series that this completion made."""
    if change.action != "completed":
        return []
    made = _changes_of(change.user_id).where(
        col(Change.id) > change.id,
        col(Change.actor) == "repeat",
        col(Change.action) == "created",
        col(Change.after)["repeats_number"].as_integer() == change.task_number,
    )
    return list((await session.exec(made.limit(1))).all())


async def _undo(session: AsyncSession, by: Cause, wanted: Sequence[Change]) -> UndoOutcome:
    """Put back the wanted changes, task by task, all or nothing for each task."""
    outcome = UndoOutcome()
    if not wanted:
        return outcome
    numbers = {change.task_number for change in wanted}
    since = _changes_of(by.user_id).where(
        col(Change.task_number).in_(numbers), col(Change.id) >= min(change.id for change in wanted)
    )
    histories: dict[int, list[Change]] = defaultdict(list)
    for change in (await session.exec(since)).all():
        histories[change.task_number or 0].append(change)
    wanted_ids = {change.id for change in wanted}
    entries: list[Entry] = []
    for number, history in sorted(histories.items()):
        standing = _standing(history)
        targets = [change for change in history if change.id in wanted_ids and change.id in standing]
        if not targets:
            continue
        if _is_blocked(history, standing, targets):
            outcome.conflicts.append(Conflict(number, CHANGED_SINCE.format(number=number)))
            continue
        entries += await _put_back(session, by.user_id, targets)
        outcome.undone.append(number)
    await record(session, by, entries)
    return outcome


def _standing(history: Sequence[Change]) -> set[int]:
    """The ids of the changes that hold: those that no holding change has undone."""
    standing: set[int] = set()
    undone: set[int] = set()
    for change in reversed(history):
        if change.id in undone:
            continue
        standing.add(change.id)
        if change.undoes is not None:
            undone.add(change.undoes)
    return standing


def _is_blocked(history: Sequence[Change], standing: set[int], targets: Sequence[Change]) -> bool:
    """Whether something else changed the task after the first of the targets, and still holds."""
    first, own = targets[0].id, {change.id for change in targets}
    return any(
        change.id > first
        and change.id in standing
        and change.id not in own
        and not (change.undoes is not None and change.undoes > first)
        for change in history
    )


async def _put_back(session: AsyncSession, user_id: str, targets: Sequence[Change]) -> list[Entry]:
    """Make the task what it was before the targets; each undone change gets an entry of its own in the log."""
    entries: list[Entry] = []
    for change in reversed(targets):
        number = change.task_number or 0
        stored = select(Task).where(Task.user_id == user_id, Task.number == number)
        task = (await session.exec(stored.execution_options(populate_existing=True))).one_or_none()
        before = snapshot(task) if task is not None else None
        after = await _restore(session, user_id, number, change)
        entries.append(Entry("task", "undone", number, before, after, undoes=change.id))
    return entries


async def _restore(session: AsyncSession, user_id: str, number: int, change: Change) -> dict[str, Any] | None:
    """Write the task as it was before the change; one that did not exist is deleted, and its number stays used."""
    kept = change.before
    if kept is None:
        kept = {**(change.after or {}), "deleted_at": now().isoformat()}
    columns = columns_of(kept)
    put = insert(Task).values(user_id=user_id, number=number, **columns)
    await session.exec(put.on_conflict_do_update(index_elements=["user_id", "number"], set_=columns))
    return None if change.before is None else change.before


def columns_of(kept: dict[str, Any]) -> dict[str, Any]:
    """A snapshot as the columns of its row."""
    moments = {name: _moment(kept[name]) for name in (*MOMENTS, "recurrence_start", "deleted_at")}
    plain = {name: kept[name] for name in ("title", "description", "tags", "recurrence", "repeats_number")}
    search = search_vector(kept["title"], kept["description"], kept["tags"])
    return {**plain, **moments, "priority": PRIORITIES[kept["priority"]], "search": search}


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
