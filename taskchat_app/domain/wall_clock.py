"""Timed due dates of open tasks, and how those that keep their local clock time follow the user's time zone."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.dates.local_time import Due, OtherReading, at_local_time
from taskchat_app.domain.dates.meanings import due_of, other_reading
from taskchat_app.domain.dates.recurrence.rrule import with_moved_until
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.storage.models import Task, is_open
from taskchat_app.domain.tasks.queries import tasks_where
from taskchat_app.domain.tasks.task_dates import compute_remind_at, reminder_columns
from taskchat_app.domain.tasks.task_rows import flush_and_record, now_in_milliseconds
from taskchat_app.domain.tasks.task_view import snapshot
from taskchat_app.runtime.event_loop import in_pieces


class TimedTasks(NamedTuple):
    """How many open tasks are due at a time: those that repeat, and those with a single date."""

    repeating: int
    single: int


async def count_timed(session: AsyncSession, user_id: str) -> TimedTasks:
    """Return how many open tasks of the user a change of the time zone can move."""
    counts = select(func.count(col(Task.recurrence)), func.count()).where(Task.user_id == user_id, *_timed())
    repeating, timed = (await session.exec(counts)).one()
    return TimedTasks(repeating, timed - repeating)


async def keep_clock(session: AsyncSession, by: Cause, old: ZoneInfo, new: ZoneInfo, *, singles: bool) -> list[int]:
    """Move open repeating tasks with a time, and with `singles` those with a single date, to their clock time in `new`.

    The caller holds the user's lock. Returns the ids of the recorded changes. A reminder that was put off stays.
    """
    conditions = [*_timed(), *([] if singles else [col(Task.recurrence).is_not(None)])]
    tasks = (await session.exec(tasks_where(by.user_id, conditions).order_by(col(Task.number)))).all()
    at = now_in_milliseconds()
    entries: list[Entry] = []
    async for piece in in_pieces(tasks):
        for task in piece:
            before = snapshot(task)
            _move(task, old, new, at)
            entries.append(Entry("task", "updated", task.number, before, snapshot(task)))
        await session.flush()
    return await flush_and_record(session, by, entries)


def _timed() -> tuple[ColumnElement[bool], ...]:
    return is_open(), col(Task.due_at).is_not(None), col(Task.due_day).is_(None)


def _move(task: Task, old: ZoneInfo, new: ZoneInfo, at: datetime) -> None:
    if task.due_at is None:
        return
    due = Due(_at_same_clock(task.due_at, old, new))
    if task.remind_at == compute_remind_at(Due(task.due_at), task.remind_before, old):
        for name, value in reminder_columns(due, task.remind_before, zone=new, at=at).items():
            setattr(task, name, value)
    task.due_at, task.updated_at = due.at, at
    if task.due_reading:
        others = [_other_at_same_clock(other, old, new) for other in task.due_reading["others"]]
        task.due_reading = task.due_reading | {"others": others}
    if task.start_at is not None and task.start_day is None:
        task.start_at = min(_at_same_clock(task.start_at, old, new), due.at)
    if task.recurrence_start is not None and task.recurrence_start_day is None:
        task.recurrence_start = _at_same_clock(task.recurrence_start, old, new)
    if task.recurrence is not None:
        task.recurrence = with_moved_until(task.recurrence, lambda until: _at_same_clock(until, old, new))


def _other_at_same_clock(other: OtherReading, old: ZoneInfo, new: ZoneInfo) -> OtherReading:
    moved = Due(_at_same_clock(due_of(other, old).at, old, new))
    return other if other["all_day"] else other_reading(moved, other["meaning"])


def _at_same_clock(moment: datetime, old: ZoneInfo, new: ZoneInfo) -> datetime:
    local = moment.astimezone(old)
    return at_local_time(local.date(), local.time(), new)
