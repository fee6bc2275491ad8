"""Repeating tasks: completing one creates the next, with copies of its steps; reopening it deletes an untouched next.

These changes are recorded with the actor "repeat", in the same transaction and turn as the completion or reopening.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.dates.recurrence.recurrence import next_occurrence
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.log.effective_changes import cause_number, change_histories, is_changed_since
from taskchat_app.domain.storage.models import Change, Task, is_any
from taskchat_app.domain.tasks.all_day import zone_of
from taskchat_app.domain.tasks.consequences.copies import copied_columns, copied_steps, moved_date
from taskchat_app.domain.tasks.field_tables.date_pairs import DUE, SERIES_START, START
from taskchat_app.domain.tasks.numbered_rows import add_rows, flush_and_record
from taskchat_app.domain.tasks.positions import POSITION_MAX, gaps_after, position_between
from taskchat_app.domain.tasks.queries import READ_AT_ONCE, tasks_where
from taskchat_app.domain.tasks.snapshots import in_zone
from taskchat_app.domain.tasks.task_view import snapshot
from taskchat_app.runtime.event_loop import in_pieces

COPIED_COLUMNS = ("recurrence", "parent_number", SERIES_START.at, SERIES_START.day)
"""Besides those of copied_columns."""


async def create_next(session: AsyncSession, by: Cause, completed: Sequence[Task], at: datetime) -> list[Task]:
    """Create the next task of each completed repeating task, right after it in the manual order.

    Skips tasks whose next task already exists.
    """
    repeating = [task for task in completed if task.recurrence is not None]
    if not repeating:
        return []
    zone = await zone_of(session, by.user_id)
    have_next = {task.repeats_number for task in await _next_tasks(session, by.user_id, repeating)}
    created: list[Task] = []
    async for piece in in_pieces([task for task in repeating if task.number not in have_next]):
        made_for = await dates_made_for(session, by.user_id, piece, zone)
        # Enumerating a series that began years ago is slow: not on the event loop.
        columns = await asyncio.to_thread(_all_next_columns, piece, made_for, zone, at)
        next_tasks = await _insert_after(session, by, columns, [one["repeats_number"] for one in columns], at)
        await _copy_steps(session, by, piece, next_tasks, zone, at)
        created += next_tasks
    return created


async def delete_next(session: AsyncSession, by: Cause, reopened: Sequence[Task], at: datetime) -> None:
    """Delete the next tasks that completing these created, unless they were changed since."""
    async for piece in in_pieces(await _next_tasks(session, by.user_id, reopened)):
        numbers = [task.number for task in piece]
        is_step = (col(Task.deleted_at).is_(None), is_any(col(Task.parent_number), numbers))
        steps = (await session.exec(tasks_where(by.user_id, is_step))).all()
        histories = await change_histories(session, by.user_id, [*numbers, *(step.number for step in steps)])
        changed = {
            one.parent_number if one.parent_number in numbers else one.number
            for one in [*piece, *steps]
            if not _is_unchanged(histories.get(one.number, []))
        }
        causes = {task.number: task.repeats_number for task in piece if task.number not in changed}
        unchanged = [task for task in piece if task.number in causes]
        entries = [Entry("task", "deleted", task.number, before=snapshot(task)) for task in unchanged]
        entries += [
            Entry("task", "deleted", step.number, before=snapshot(step), cause_number=causes[step.parent_number])
            for step in steps
            if step.parent_number in causes
        ]
        for task in [*piece, *steps]:
            if task.number in causes or task.parent_number in causes:
                task.deleted_at = at
        await flush_and_record(session, replace(by, actor="repeat"), entries)


async def dates_made_for(
    session: AsyncSession, user_id: str, tasks: Sequence[Task], zone: ZoneInfo
) -> dict[int, datetime]:
    """Return the due dates with which the later tasks of series were created, by number; `zone` is the user's.

    Without tasks whose rule was changed since: a new rule begins with the task's own date.
    """
    later = {task.number: task for task in tasks if task.recurrence is not None and task.repeats_number is not None}
    found: dict[int, datetime] = {}
    async for piece in in_pieces(list(later), READ_AT_ONCE):
        of_tasks = is_any(col(Change.task_number), piece)
        creations = select(Change).where(Change.user_id == user_id, of_tasks, Change.kind == "task")
        creations = creations.where(Change.action == "created", Change.actor == "repeat")
        for creation in (await session.exec(creations)).all():
            task, created = later[creation.task_number or 0], in_zone(creation.after or {}, zone)
            start, due = SERIES_START.of_snapshot(created), DUE.of_snapshot(created)
            if due is not None and (created["recurrence"], start) == (task.recurrence, SERIES_START.of_row(task)):
                found[task.number] = due.at
    return found


def next_due(task: Task, made_for: datetime | None, zone: ZoneInfo, at: datetime) -> Due | None:
    """Return the next due date if the task is completed at `at`; None if it does not repeat or the series has ended.

    It is the first occurrence after the task's due date, after the one that it was made for (see dates_made_for), and
    after `at`: missed occurrences of a late task are skipped. Skipped occurrences count for COUNT, as in RFC 5545.
    """
    start = SERIES_START.of_row(task) or DUE.of_row(task)
    if task.recurrence is None or start is None:
        return None
    after = max(task.due_at or start.at, made_for or at, at)
    return next_occurrence(task.recurrence, start=start, after=after, zone=zone)


async def _insert_after(
    session: AsyncSession,
    by: Cause,
    columns: Sequence[dict[str, Any]],
    beside: Sequence[int],
    at: datetime,
    causes: Sequence[int | None] = (),
) -> list[Task]:
    """Insert these tasks, each right after the one with the number in `beside`; `causes` are those of its steps."""
    created = await add_rows(session, by.user_id, columns, at)
    gaps = await gaps_after(session, by.user_id, beside) if created else {}
    for task, number in zip(created, beside, strict=True):
        position = position_between(*gaps[number], task.number)
        # If the gap has no room left, the task stays first, like any new task.
        task.position = position if len(position) <= POSITION_MAX else task.position
    entries = [
        Entry("task", "created", task.number, after=snapshot(task), cause_number=cause)
        for task, cause in zip(created, causes or [None] * len(created), strict=True)
    ]
    await flush_and_record(session, replace(by, actor="repeat"), entries)
    return created


async def _copy_steps(
    session: AsyncSession, by: Cause, tasks: Sequence[Task], next_tasks: Sequence[Task], zone: ZoneInfo, at: datetime
) -> None:
    """Give the next tasks open copies of the steps of their former ones, which keep theirs.

    The dates move by as many local days as the task's.
    """
    former = {task.number: task for task in tasks}
    following = {task.repeats_number or 0: task for task in next_tasks}
    steps = await copied_steps(session, by.user_id, list(following))
    columns: list[dict[str, Any]] = []
    for step in steps:
        repeated, task = former[step.parent_number or 0], following[step.parent_number or 0]
        before, after = DUE.of_row(repeated), DUE.of_row(task)
        days = after.local_day(zone) - before.local_day(zone) if before and after else timedelta()
        due = DUE.of_row(step)
        due = due and moved_date(due, days, zone)
        series = SERIES_START.columns(due if step.recurrence else None) | {"recurrence": step.recurrence}
        columns.append(_moved_columns(step, due, days, zone, at) | series | {"parent_number": task.number})
    causes = [step.parent_number for step in steps]
    await _insert_after(session, by, columns, [step.number for step in steps], at, causes)


def _moved_columns(task: Task, due: Due | None, days: timedelta, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    start = START.of_row(task)
    return copied_columns(task, due, start and moved_date(start, days, zone), zone=zone, at=at)


def _all_next_columns(
    tasks: Sequence[Task], made_for: Mapping[int, datetime], zone: ZoneInfo, at: datetime
) -> list[dict[str, Any]]:
    """Return the columns of the next tasks, without series that have ended."""
    dates = [(task, next_due(task, made_for.get(task.number), zone, at)) for task in tasks]
    return [_next_columns(task, due, zone, at) for task, due in dates if due is not None]


def _next_columns(task: Task, due: Due, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """Return the columns of the next task; it begins as many local days before its due date as this one."""
    former = DUE.of_row(task) or due
    days = due.local_day(zone) - former.local_day(zone)
    copied = {name: getattr(task, name) for name in COPIED_COLUMNS}
    return {**_moved_columns(task, due, days, zone, at), **copied, "repeats_number": task.number}


def _is_unchanged(history: Sequence[Change]) -> bool:
    creation = [change for change in history if change.action == "created" and cause_number(change) is not None]
    return bool(creation) and not is_changed_since(history, creation)


async def _next_tasks(session: AsyncSession, user_id: str, tasks: Sequence[Task]) -> list[Task]:
    """Read the existing next tasks of these tasks from the database."""
    next_tasks: list[Task] = []
    async for piece in in_pieces([task.number for task in tasks], READ_AT_ONCE):
        follows = is_any(col(Task.repeats_number), piece)
        next_tasks += (await session.exec(tasks_where(user_id, [col(Task.deleted_at).is_(None), follows]))).all()
    return next_tasks
