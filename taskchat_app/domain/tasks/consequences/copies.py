"""Copies of tasks: their columns with other dates, and a task with its steps as a new one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.dates.local_time import Due, Start, at_local_time, check_year
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.fields import shown_values, stored_values
from taskchat_app.domain.tasks.queries import plain_steps
from taskchat_app.domain.tasks.task_dates import DUE, START, reminder_columns
from taskchat_app.domain.tasks.task_rows import add_rows, place_last


def copied_columns(task: Task, due: Due | None, start: Due | None, *, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """Return the columns of an open copy with these dates, which does not repeat. It starts no later than it is due."""
    if due and start and start.at > due.at:
        start = Start.of_instant(due.at, zone)
    return {
        **stored_values(shown_values(task)),
        **DUE.columns(due),
        **START.columns(start),
        **reminder_columns(due, task.remind_before, zone=zone, at=at),
    }


def moved_date(value: Due, days: timedelta, zone: ZoneInfo) -> Due:
    """Return the date, a Due or a Start, so many local days later; a time stays the same on the clock."""
    kind, day = type(value), value.local_day(zone) + days
    if value.day:
        return kind.of_day(day, zone)
    return kind(at_local_time(day, value.at.astimezone(zone).time(), zone))


async def copied_steps(session: AsyncSession, user_id: str, parents: Sequence[int]) -> list[Task]:
    """Return the steps of these tasks that a copy has, by number: of a repeating step only the last of its series."""
    steps = await plain_steps(session, user_id, parents, col(Task.deleted_at).is_(None))
    have_next = {step.repeats_number for step in steps}
    return [step for step in steps if step.number not in have_next]


async def copy_with_steps(
    session: AsyncSession,
    user_id: str,
    task: Task,
    due: Due | None,
    changed: dict[str, Any],
    *,
    zone: ZoneInfo,
    at: datetime,
) -> list[Task]:
    """Insert open copies of the task, with the changed columns, and of its steps, and return them.

    The copy is due at `due`; where that is a day, at the time of the task's own date. The other dates move with it.
    Without `due` dates stay, unless they are past. Nothing repeats. The caller must hold the user's lock.
    """
    steps = sorted(await copied_steps(session, user_id, [task.number]), key=lambda step: step.position)
    days = _days_to(due, task, steps, zone) if due else None
    copied_date = partial(_copied_date, days=days, zone=zone, at=at)

    def columns_of(original: Task, copy_due: Due | None, parent_number: int | None) -> dict[str, Any]:
        numbers = {"copy_of_number": original.number, "parent_number": parent_number}
        return copied_columns(original, copy_due, copied_date(START.of_row(original)), zone=zone, at=at) | numbers

    own_due = DUE.of_row(task)
    is_due_on_day = due is not None and due.day is not None
    has_own_time = own_due is not None and own_due.day is None
    keeps_own_time = is_due_on_day and has_own_time
    copy_due = copied_date(own_due) if due is None or keeps_own_time else due
    [copy] = await add_rows(session, user_id, [columns_of(task, copy_due, task.parent_number) | changed], at)
    columns_of_steps = [columns_of(step, copied_date(DUE.of_row(step)), copy.number) for step in steps]
    rows = [copy, *await add_rows(session, user_id, columns_of_steps, at)]
    await place_last(session, rows)
    return rows


def _copied_date(date: Due | None, *, days: timedelta | None, zone: ZoneInfo, at: datetime) -> Due | None:
    """Return the date of a copy: so many local days later, or with None days the same one, unless it is past."""
    if date is None:
        return None
    if days is None:
        return date if date.at > at else None
    later = moved_date(date, days, zone)
    check_year(later.local_day(zone))
    return later


def _days_to(due: Due, task: Task, steps: Sequence[Task], zone: ZoneInfo) -> timedelta:
    """Return the local days from the task's own due date, or else from the last of all dates, to `due`."""
    begin = DUE.of_row(task)
    if begin is None:
        dates = [date for row in (task, *steps) for date in (DUE.of_row(row), START.of_row(row)) if date is not None]
        begin = max(dates, key=lambda date: date.at, default=due)
    return due.local_day(zone) - begin.local_day(zone)
