"""Copies of tasks: their columns with other dates, and a task with its steps as a new one."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.dates.local_time import Due, Start, at_local_time, check_year
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.field_tables.plain_fields import copied_values
from taskchat_app.domain.tasks.queries import plain_steps
from taskchat_app.domain.tasks.task_dates import DUE, START, reminder_columns
from taskchat_app.domain.tasks.task_rows import add_rows, place_last


def copied_columns(task: Task, due: Due | None, start: Due | None, *, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """Return the columns of an open copy with these dates, which does not repeat. It starts no later than it is due."""
    if due and start and start.at > due.at:
        start = Start.of_instant(due.at, zone)
    return {
        **copied_values(task),
        **DUE.columns(due),
        **START.columns(start),
        **reminder_columns(due, task.remind_before, zone=zone, at=at),
    }


def moved_date(value: Due, days: timedelta, zone: ZoneInfo) -> Due:
    """Return the date so many local days later; a time stays the same on the clock."""
    day = value.local_day(zone) + days
    if value.day:
        return type(value).of_day(day, zone)
    return type(value)(at_local_time(day, value.at.astimezone(zone).time(), zone))


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

    The copy is due at `due`; where that is a day, at the time of the task's own date. The other dates move with it, see
    _date_mover. Nothing repeats. The caller must hold the user's lock.
    """
    steps = sorted(await copied_steps(session, user_id, [task.number]), key=lambda step: step.position)
    move = _date_mover(task, steps, due, zone, at)
    former = DUE.of_row(task)
    keeps_time = due and due.day and former and not former.day
    copy_due = due if due and not keeps_time else move(former)
    columns = copied_columns(task, copy_due, move(START.of_row(task)), zone=zone, at=at)
    columns |= {"copy_of_number": task.number, "parent_number": task.parent_number}
    [copy] = await add_rows(session, user_id, [columns | changed], at)
    copies = [
        copied_columns(step, move(DUE.of_row(step)), move(START.of_row(step)), zone=zone, at=at)
        | {"copy_of_number": step.number, "parent_number": copy.number}
        for step in steps
    ]
    rows = [copy, *await add_rows(session, user_id, copies, at)]
    await place_last(session, rows)
    return rows


def _date_mover(
    task: Task, steps: Sequence[Task], due: Due | None, zone: ZoneInfo, at: datetime
) -> Callable[[Due | None], Due | None]:
    """Return the function that makes a date of the copy from a date of the task or of a step.

    It moves the date by the local days from the task's own due date, or else from the last of all dates, to `due`.
    Without `due` a date stays, unless it is past.
    """
    if due is None:
        return lambda value: value if value and value.at > at else None
    dates = [date for one in (task, *steps) for pair in (DUE, START) if (date := pair.of_row(one))]
    anchor = DUE.of_row(task) or max(dates, key=lambda date: date.at, default=due)
    days = due.local_day(zone) - anchor.local_day(zone)

    def move(value: Due | None) -> Due | None:
        if value is None:
            return None
        moved = moved_date(value, days, zone)
        check_year(moved.local_day(zone))
        return moved

    return move
