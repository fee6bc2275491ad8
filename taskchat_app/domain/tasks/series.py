"""Repeating tasks: completing one creates the next, reopening it deletes an untouched next one.

What happens here is recorded as done by "repeat", in the transaction and the turn of the tick that brought it about.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, any_, cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.cooperative_work import in_pieces
from taskchat_app.domain.dates.recurrence import next_occurrence
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.log.effective_changes import change_histories, is_changed_since, repeated_number
from taskchat_app.domain.storage.models import Change, Task, User
from taskchat_app.domain.tasks.positions import POSITION_MAX, gaps_after, position_between
from taskchat_app.domain.tasks.queries import READ_AT_ONCE, tasks_where
from taskchat_app.domain.tasks.reminder_times import reminder_columns
from taskchat_app.domain.tasks.rows import add_rows, write
from taskchat_app.domain.tasks.views import snapshot

COPIED_COLUMNS = ("title", "description", "priority", "recurrence", "recurrence_start")


async def create_next(session: AsyncSession, by: Cause, completed: Sequence[Task], at: datetime) -> list[Task]:
    """Create the next task of each completed repeating task, right after it in the manual order.

    Not where its next one is there already.
    """
    repeating = [task for task in completed if task.recurrence is not None]
    if not repeating:
        return []
    zone = await _zone(session, by.user_id)
    followed = {task.repeats_number for task in await _next_ones(session, by.user_id, repeating)}
    made: list[Task] = []
    async for piece in in_pieces([task for task in repeating if task.number not in followed]):
        # Counting the dates of a series that began years ago takes a while: not on the event loop.
        columns = await asyncio.to_thread(_all_next_columns, piece, zone, at)
        made += await _make_next(session, by, columns, at)
    return made


async def delete_next(session: AsyncSession, by: Cause, reopened: Sequence[Task], at: datetime) -> None:
    """Delete the next tasks that completing these created, unless they were changed since."""
    async for made in in_pieces(await _next_ones(session, by.user_id, reopened)):
        past = await change_histories(session, by.user_id, [task.number for task in made])
        untouched = [task for task in made if _is_untouched(past.get(task.number, []))]
        entries = [Entry("task", "deleted", task.number, before=snapshot(task)) for task in untouched]
        for task in untouched:
            task.deleted_at = at
        await write(session, replace(by, actor="repeat"), entries)


def next_due(task: Task, zone: ZoneInfo, at: datetime) -> datetime | None:
    """When the task falls due next if it is completed at that moment; None when it does not repeat or has ended.

    That is its first date after this one and after now: who is late on a daily task owes the next one, not one for
    each day that was missed. The dates that were skipped count for COUNT, as RFC 5545 counts them.
    """
    start = task.recurrence_start or task.due_at
    if task.recurrence is None or start is None:
        return None
    return next_occurrence(task.recurrence, start=start, after=max(task.due_at or start, at), zone=zone)


async def _make_next(session: AsyncSession, by: Cause, columns: Sequence[dict[str, Any]], at: datetime) -> list[Task]:
    """Store these next tasks, each right after the one that it repeats."""
    made = await add_rows(session, by.user_id, columns, at)
    repeated = [task.repeats_number or 0 for task in made]
    gaps = await gaps_after(session, by.user_id, repeated) if made else {}
    for task in made:
        position = position_between(*gaps[task.repeats_number or 0], task.number)
        # Where the gap has no room left, it stands first, as any new task does.
        task.position = position if len(position) <= POSITION_MAX else task.position
    entries = [Entry("task", "created", task.number, after=snapshot(task)) for task in made]
    await write(session, replace(by, actor="repeat"), entries)
    return made


def _all_next_columns(tasks: Sequence[Task], zone: ZoneInfo, at: datetime) -> list[dict[str, Any]]:
    """The next tasks, as the columns of their rows; none for a series that has ended."""
    dates = [(task, next_due(task, zone, at)) for task in tasks]
    return [
        _next_columns(task, due_at) | reminder_columns(due_at, task.remind_before, zone=zone, at=at)
        for task, due_at in dates
        if due_at is not None
    ]


def _next_columns(task: Task, due_at: datetime) -> dict[str, Any]:
    carried = {name: getattr(task, name) for name in COPIED_COLUMNS}
    return {**carried, "tags": list(task.tags), "due_at": due_at, "repeats_number": task.number}


def _is_untouched(history: Sequence[Change]) -> bool:
    made = [change for change in history if change.action == "created" and repeated_number(change) is not None]
    return bool(made) and not is_changed_since(history, made)


async def _next_ones(session: AsyncSession, user_id: str, tasks: Sequence[Task]) -> list[Task]:
    """The tasks that are there and follow one of these, read anew."""
    found: list[Task] = []
    async for piece in in_pieces([task.number for task in tasks], READ_AT_ONCE):
        follows = col(Task.repeats_number) == any_(cast(piece, ARRAY(Integer)))
        found += (await session.exec(tasks_where(user_id, [col(Task.deleted_at).is_(None), follows]))).all()
    return found


async def _zone(session: AsyncSession, user_id: str) -> ZoneInfo:
    """Where the person lives, as it is under the lock."""
    return ZoneInfo((await session.exec(select(User.timezone).where(User.id == user_id))).one())
