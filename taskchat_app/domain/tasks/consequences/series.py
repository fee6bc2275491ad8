"""Repeating tasks: completing one creates the next, with copies of its steps; reopening it deletes an untouched next.

These changes are recorded with the actor "repeat", in the same transaction and turn as the completion or reopening.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import zone_of
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.dates.recurrence.recurrence import next_occurrence
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.log.effective_changes import cause_number, change_histories, is_changed_since
from taskchat_app.domain.storage.models import Change, Task, is_any
from taskchat_app.domain.tasks.consequences.copies import copied_columns, copied_steps, moved_date
from taskchat_app.domain.tasks.queries import READ_AT_ONCE, tasks_where
from taskchat_app.domain.tasks.snapshots import in_zone
from taskchat_app.domain.tasks.task_dates import DUE, SERIES_START, START
from taskchat_app.domain.tasks.task_rows import POSITION_MAX, add_rows, flush_and_record, gaps_after, position_between
from taskchat_app.domain.tasks.task_view import snapshot
from taskchat_app.runtime.event_loop import in_pieces

COPIED_COLUMNS = ("recurrence", "parent_number", SERIES_START.at, SERIES_START.day)
"""What the next task of a series has from the one before, besides copied_columns."""


@dataclass(frozen=True, slots=True)
class _NewTask:
    """The columns of a task to insert, and the number of the task that it follows in the manual order."""

    columns: dict[str, Any]
    after_number: int
    cause_number: int | None = None
    """Of a step: the completed task."""


async def create_next(session: AsyncSession, by: Cause, completed: Sequence[Task], at: datetime) -> list[Task]:
    """Create the next task of each completed repeating task without one, right after it in the manual order."""
    repeating = [task for task in completed if task.recurrence is not None]
    if not repeating:
        return []
    zone = await zone_of(session, by.user_id)
    have_next = {task.repeats_number for task in await _next_tasks(session, by.user_id, repeating)}
    created: list[Task] = []
    async for piece in in_pieces([task for task in repeating if task.number not in have_next]):
        made_for = await dates_made_for(session, by.user_id, piece, zone)
        # Enumerating a series that began years ago is slow: not on the event loop.
        successors = await asyncio.to_thread(_successors, piece, made_for, zone, at)
        next_tasks = await _insert(session, by, successors, at)
        steps = await _step_copies(session, by.user_id, piece, next_tasks, zone, at)
        await _insert(session, by, steps, at)
        created += next_tasks
    return created


async def delete_next(session: AsyncSession, by: Cause, reopened: Sequence[Task], at: datetime) -> None:
    """Delete the next tasks that completing these created, with their steps; not a task that was changed since."""
    async for next_tasks in in_pieces(await _next_tasks(session, by.user_id, reopened)):
        numbers = [task.number for task in next_tasks]
        is_step = (col(Task.deleted_at).is_(None), is_any(col(Task.parent_number), numbers))
        steps = (await session.exec(tasks_where(by.user_id, is_step))).all()
        rows = {row.number: row for row in (*next_tasks, *steps)}
        histories = await change_histories(session, by.user_id, list(rows))
        kept: set[int | None] = set()
        for row in rows.values():
            if not _is_unchanged(histories.get(row.number, [])):
                kept |= {row.number, row.parent_number}  # a changed step keeps its task
        deleted = {task.number: task for task in next_tasks if task.number not in kept}
        entries = [_delete(task, at) for task in deleted.values()]
        for step in steps:
            parent = deleted.get(step.parent_number or 0)
            is_next_task = step.number in deleted  # a step that repeats may be one itself
            if parent is not None and not is_next_task:
                entries.append(_delete(step, at, cause_number=parent.repeats_number))
        await flush_and_record(session, replace(by, actor="repeat"), entries)


def _delete(row: Task, at: datetime, cause_number: int | None = None) -> Entry:
    """Mark the row as deleted; return the entry about it."""
    entry = Entry("task", "deleted", row.number, before=snapshot(row), cause_number=cause_number)
    row.deleted_at = at
    return entry


async def dates_made_for(
    session: AsyncSession, user_id: str, tasks: Sequence[Task], zone: ZoneInfo
) -> dict[int, datetime]:
    """Return the due dates with which the later tasks of series were created, by number; `zone` is the user's.

    A task that was created for a Monday, and that its user moved to Sunday, was made for the Monday. Left out are tasks
    whose rule was changed since: a new rule begins with the task's own date.
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
            has_same_rule = (created["recurrence"], start) == (task.recurrence, SERIES_START.of_row(task))
            if due is not None and has_same_rule:
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
    passed = (task.due_at or start.at, made_for, at)
    after = max(moment for moment in passed if moment is not None)
    return next_occurrence(task.recurrence, start=start, after=after, zone=zone)


async def _next_tasks(session: AsyncSession, user_id: str, tasks: Sequence[Task]) -> list[Task]:
    """Read the existing next tasks of these tasks from the database."""
    next_tasks: list[Task] = []
    async for piece in in_pieces([task.number for task in tasks], READ_AT_ONCE):
        follows = is_any(col(Task.repeats_number), piece)
        next_tasks += (await session.exec(tasks_where(user_id, [col(Task.deleted_at).is_(None), follows]))).all()
    return next_tasks


def _successors(
    tasks: Sequence[Task], made_for: Mapping[int, datetime], zone: ZoneInfo, at: datetime
) -> list[_NewTask]:
    """Return the next task of each of these tasks whose series has not ended."""
    successors: list[_NewTask] = []
    for task in tasks:
        due = next_due(task, made_for.get(task.number), zone, at)
        if due is not None:
            copied = {name: getattr(task, name) for name in COPIED_COLUMNS}
            columns = _columns(task, due, _days_between(DUE.of_row(task), due, zone), zone, at)
            successors.append(_NewTask(columns | copied | {"repeats_number": task.number}, after_number=task.number))
    return successors


async def _step_copies(
    session: AsyncSession, user_id: str, tasks: Sequence[Task], next_tasks: Sequence[Task], zone: ZoneInfo, at: datetime
) -> list[_NewTask]:
    """Return open copies of the tasks' steps for their next tasks; their dates move by as many days as the task's."""
    next_of = {following.repeats_number: following for following in next_tasks}
    completed = {task.number: task for task in tasks if task.number in next_of}
    copies: list[_NewTask] = []
    for step in await copied_steps(session, user_id, list(completed)):
        number = step.parent_number or 0
        following = next_of[number]
        days = _days_between(DUE.of_row(completed[number]), DUE.of_row(following), zone)
        own_due = DUE.of_row(step)
        due = None if own_due is None else moved_date(own_due, days, zone)
        series = SERIES_START.columns(due if step.recurrence else None) | {"recurrence": step.recurrence}
        columns = _columns(step, due, days, zone, at) | series | {"parent_number": following.number}
        copies.append(_NewTask(columns, after_number=step.number, cause_number=number))
    return copies


def _days_between(before: Due | None, after: Due | None, zone: ZoneInfo) -> timedelta:
    return after.local_day(zone) - before.local_day(zone) if before and after else timedelta()


def _columns(task: Task, due: Due | None, days: timedelta, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """Return the columns of a copy that is due on `due` and begins so many local days later."""
    own_start = START.of_row(task)
    start = None if own_start is None else moved_date(own_start, days, zone)
    return copied_columns(task, due, start, zone=zone, at=at)


async def _insert(session: AsyncSession, by: Cause, new_tasks: Sequence[_NewTask], at: datetime) -> list[Task]:
    """Insert the tasks, and record them with the actor "repeat"."""
    created = await add_rows(session, by.user_id, [new.columns for new in new_tasks], at)
    gaps = await gaps_after(session, by.user_id, [new.after_number for new in new_tasks]) if created else {}
    entries: list[Entry] = []
    for task, new in zip(created, new_tasks, strict=True):
        position = position_between(*gaps[new.after_number], task.number)
        # If the gap has no room left, the task stays first, like any new task.
        task.position = position if len(position) <= POSITION_MAX else task.position
        entries.append(Entry("task", "created", task.number, after=snapshot(task), cause_number=new.cause_number))
    await flush_and_record(session, replace(by, actor="repeat"), entries)
    return created


def _is_unchanged(history: Sequence[Change]) -> bool:
    """Return whether nothing but its creation by a completion happened to a task."""
    creation = [change for change in history if change.action == "created" and cause_number(change) is not None]
    return bool(creation) and not is_changed_since(history, creation)
