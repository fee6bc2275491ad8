"""Moves the dates of tasks into another time zone of their user: whole days, and times that keep their local clock."""

from datetime import datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.dates.due_dates import due_of, other_reading
from taskchat_app.domain.dates.local_time import Due, OtherReading, at_local_time
from taskchat_app.domain.dates.recurrence.rrule import with_moved_until
from taskchat_app.domain.log.announcements import REMINDERS, announce
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.storage.database import execute
from taskchat_app.domain.storage.models import Task, is_open
from taskchat_app.domain.tasks.queries import tasks_where
from taskchat_app.domain.tasks.task_dates import ALL_USERS, DATE_PAIRS, compute_remind_at, reminder_columns
from taskchat_app.domain.tasks.task_rows import flush_and_record, now_in_milliseconds
from taskchat_app.domain.tasks.task_view import snapshot
from taskchat_app.runtime.event_loop import in_pieces

DAYS_AT_ONCE = 200
# `day` and `at` are the columns of a DatePair.
_DAYS = "SELECT DISTINCT {day} FROM tasks WHERE user_id = :user_id AND {day} IS NOT NULL"
_MOVE_DAYS = """
    UPDATE tasks SET {at} = moved.moment
    FROM unnest(CAST(:days AS date[]), CAST(:moments AS timestamptz[])) AS moved (day, moment)
    WHERE user_id = :user_id AND {day} = moved.day
"""
"""Sets the instants of whole days."""
_REMINDERS = text("""
    SELECT DISTINCT due_day, remind_before FROM tasks
    WHERE user_id = :user_id AND due_day IS NOT NULL AND remind_before >= 0
""")
_MOVE_REMINDERS = text("""
    UPDATE tasks SET remind_at = moved.after
    FROM unnest(
        CAST(:days AS date[]), CAST(:minutes AS smallint[]),
        CAST(:before AS timestamptz[]), CAST(:after AS timestamptz[])
    ) AS moved (day, minutes, before, after)
    WHERE user_id = :user_id AND due_day = moved.day AND remind_before = moved.minutes AND remind_at = moved.before
    AND (rung_until IS NULL OR rung_until < remind_at)
""")
"""Sets the times of whole days' reminders, unless one rang or was put off."""


class TimedTasks(NamedTuple):
    """How many open tasks are due at a time, not on a whole day: those that repeat, and those with a single date."""

    repeating: int
    single: int


async def count_timed(session: AsyncSession, user_id: str) -> TimedTasks:
    """Return how many open tasks of the user a change of the time zone can move."""
    counts = select(func.count(col(Task.recurrence)), func.count()).where(Task.user_id == user_id, *_timed())
    repeating, timed = (await session.exec(counts)).one()
    return TimedTasks(repeating, timed - repeating)


async def follow_time_zone(session: AsyncSession, user_id: str, old: ZoneInfo, new: ZoneInfo) -> None:
    """Recompute the instants of the user's whole-day tasks, deleted ones included, under the user's lock.

    `updated_at` and the log stay as they are: the days do not change. A reminder that rang or was put off stays too.
    """
    whose = {"user_id": user_id}
    for pair in DATE_PAIRS:
        days = (await execute(session, text(_DAYS.format(day=pair.day)), whose)).scalars().all()
        move = text(_MOVE_DAYS.format(at=pair.at, day=pair.day))
        async for piece in in_pieces(days, DAYS_AT_ONCE):
            moments = [pair.kind.of_day(day, new).at for day in piece]
            await execute(session, move, whose | {"days": piece, "moments": moments})
    choices = (await execute(session, _REMINDERS, whose)).all()
    async for piece in in_pieces(choices, DAYS_AT_ONCE):
        before = [compute_remind_at(Due.of_day(day, old), minutes, old) for day, minutes in piece]
        after = [compute_remind_at(Due.of_day(day, new), minutes, new) for day, minutes in piece]
        given = {"days": [day for day, _ in piece], "minutes": [minutes for _, minutes in piece]}
        await execute(session, _MOVE_REMINDERS, whose | given | {"before": before, "after": after})
    await announce(session, REMINDERS, ALL_USERS)


async def keep_clock(session: AsyncSession, by: Cause, old: ZoneInfo, new: ZoneInfo, *, singles: bool) -> list[int]:
    """Move open repeating tasks with a time, and with `singles` those with a single date, to their clock time in `new`.

    The caller holds the user's lock. Returns the ids of the recorded changes. A reminder that was put off stays.
    """
    conditions = _timed()
    if not singles:
        conditions.append(col(Task.recurrence).is_not(None))
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


def _timed() -> list[ColumnElement[bool]]:
    """Conditions: open tasks that are due at a time, not on a whole day."""
    return [is_open(), col(Task.due_at).is_not(None), col(Task.due_day).is_(None)]


def _move(task: Task, old: ZoneInfo, new: ZoneInfo, at: datetime) -> None:
    """Move all times of a task that is due at a time to their clock time in `new`; its whole days stay."""
    assert task.due_at is not None
    at_same_clock = partial(_at_same_clock, old=old, new=new)
    due = Due(at_same_clock(task.due_at))
    is_put_off = task.remind_at != compute_remind_at(Due(task.due_at), task.remind_before, old)
    if not is_put_off:
        for name, value in reminder_columns(due, task.remind_before, zone=new, at=at).items():
            setattr(task, name, value)
    task.due_at, task.updated_at = due.at, at
    if task.due_reading:
        others = [_other_at_same_clock(other, old, new) for other in task.due_reading["others"]]
        task.due_reading = task.due_reading | {"others": others}
    if task.start_at is not None and task.start_day is None:
        # A start in an hour that the clocks skip moves later: not beyond the due date.
        task.start_at = min(at_same_clock(task.start_at), due.at)
    if task.recurrence_start is not None and task.recurrence_start_day is None:
        task.recurrence_start = at_same_clock(task.recurrence_start)
    if task.recurrence is not None:
        task.recurrence = with_moved_until(task.recurrence, at_same_clock)


def _other_at_same_clock(other: OtherReading, old: ZoneInfo, new: ZoneInfo) -> OtherReading:
    if other["all_day"]:
        return other
    return other_reading(Due(_at_same_clock(due_of(other, old).at, old, new)), other["meaning"])


def _at_same_clock(moment: datetime, old: ZoneInfo, new: ZoneInfo) -> datetime:
    local = moment.astimezone(old)
    return at_local_time(local.date(), local.time(), new)
