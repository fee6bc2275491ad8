"""Writes to tasks: copy, update, complete, delete, restore, move, in bulk too; under the user's lock.

task_rows.py creates tasks and writes the rows, consequences has what follows from them. stored_tasks are ORM rows,
changed by assignment; plain_tasks are copies, changed by update_all.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import lock_in_zone
from taskchat_app.domain.log.changes import Cause, Entry, check_writes
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task, is_open
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.tasks.consequences import copies, families, series
from taskchat_app.domain.tasks.edits import TaskEdit, checked_bulk, checked_edit
from taskchat_app.domain.tasks.fields import DueInput, checked_due, checked_values
from taskchat_app.domain.tasks.positions import position_beside
from taskchat_app.domain.tasks.queries import TaskQuery, plain_tasks, restorable_task, stored_tasks, tasks_where
from taskchat_app.domain.tasks.search_words import search_vector
from taskchat_app.domain.tasks.task_dates import REMINDER_COLUMNS, utc_text
from taskchat_app.domain.tasks.task_rows import check_room, flush_and_record, now_in_milliseconds, update_all
from taskchat_app.domain.tasks.task_view import (
    TaskView,
    WriteResult,
    can_be_step,
    check_parent,
    read_families,
    snapshot,
    views_of,
)
from taskchat_app.i18n.messages import gettext
from taskchat_app.runtime.event_loop import in_pieces


async def copy_task(
    session: AsyncSession,
    by: Cause,
    number: int,
    *,
    due_at: DueInput | None = None,
    title: str | None = None,
    zone: ZoneInfo,
) -> WriteResult:
    """Copy a task with its steps, all of them open (see copies.copy_with_steps).

    Undo of the copy's change undoes the steps, which follow from it.
    """
    zone = await lock_in_zone(session, by.user_id, zone)
    [task] = await plain_tasks(session, by.user_id, [number])
    at = now_in_milliseconds()
    renamed = checked_values(TaskEdit(title=title))
    due = None if due_at is None else checked_due(due_at, zone=zone, now=at)
    copy, *steps = await copies.copy_with_steps(session, by.user_id, task, due, renamed, zone=zone, at=at)
    entries = [Entry("task", "created", copy.number, after=snapshot(copy))]
    entries += [Entry("task", "created", step.number, after=snapshot(step), cause_number=copy.number) for step in steps]
    changes = await flush_and_record(session, by, entries)
    views = await views_of(session, by.user_id, [copy])
    return WriteResult(views, [copy.number], steps=[step.number for step in steps], changes=changes)


async def update_task(session: AsyncSession, by: Cause, number: int, edit: TaskEdit, *, zone: ZoneInfo) -> TaskView:
    """Change the given fields; an edit without any difference records no change."""
    zone = await lock_in_zone(session, by.user_id, zone)
    [task] = await stored_tasks(session, by.user_id, [number])
    at = now_in_milliseconds()
    columns = checked_edit(task, edit, zone=zone, now=at)
    await _check_parent(session, by, [task], edit)
    if columns:
        await flush_and_record(session, by, [_set_columns(task, columns, at)])
    return (await views_of(session, by.user_id, [task]))[0]


async def bulk_update(
    session: AsyncSession, by: Cause, which: Sequence[int] | TaskQuery, edit: TaskEdit, *, zone: ZoneInfo
) -> WriteResult:
    """Change the given fields of all selected tasks, or of none.

    Raises NotFound with the unknown numbers; Invalid with the number of a task that does not permit the edit.
    """
    zone = await lock_in_zone(session, by.user_id, zone)
    tasks = await stored_tasks(session, by.user_id, which)
    at = now_in_milliseconds()
    checked = checked_bulk(edit, zone=zone, now=at)
    await _check_parent(session, by, tasks, edit)
    edits: list[tuple[Task, dict[str, Any]]] = []
    async for piece in in_pieces(tasks):
        for task in piece:
            columns = _edited_columns(task, checked, zone, at)
            if columns:
                edits.append((task, columns))
    await check_writes(session, by, len(edits))
    entries: list[Entry] = []
    async for piece in in_pieces(edits):
        entries += [_set_columns(task, columns, at) for task, columns in piece]
        await session.flush()
    changes = await flush_and_record(session, by, entries)
    return WriteResult(await views_of(session, by.user_id, tasks), _numbers(entries), changes=changes)


async def move_task(
    session: AsyncSession, by: Cause, number: int, *, after: int | None = None, before: int | None = None
) -> WriteResult:
    """Move the task right after or right before another one in the manual order; with neither, to the top.

    Changes nothing if it is there already. Raises NotFound for an unknown task, Invalid for an unknown other task.
    """
    await lock_user(session, by.user_id)
    [task] = await stored_tasks(session, by.user_id, [number])
    at = now_in_milliseconds()
    position = await position_beside(session, task, after=after, before=before)
    entries: list[Entry] = []
    if position != task.position:
        snapshot_before = snapshot(task)
        task.position, task.updated_at = position, at
        entries.append(Entry("task", "moved", number, snapshot_before, snapshot(task)))
    changes = await flush_and_record(session, by, entries)
    return WriteResult(await views_of(session, by.user_id, [task]), _numbers(entries), changes=changes)


async def complete_task(session: AsyncSession, by: Cause, number: int, completed: bool = True) -> TaskView:
    """Complete or reopen a task, with its steps, and with the consequences for a repeating one. Idempotent."""
    return (await bulk_complete(session, by, [number], completed)).tasks[0]


async def bulk_complete(
    session: AsyncSession, by: Cause, which: Sequence[int] | TaskQuery, completed: bool = True
) -> WriteResult:
    """Complete or reopen all selected tasks, or none; raise NotFound with the unknown numbers.

    Open steps of a completed task are completed with it; reopening it reopens them. Nothing completes a task because
    its last step is done.
    """
    await lock_user(session, by.user_id)
    tasks = await plain_tasks(session, by.user_id, which)
    at = now_in_milliseconds()
    changed = [task for task in tasks if (task.completed_at is not None) != completed]
    created: list[Task] = []
    if completed:
        steps = await families.steps_of(session, by.user_id, changed, is_open())
        columns = {"completed_at": at, "updated_at": at}
        changes = await _change_all(session, by, "completed", changed, columns, steps)
        created = await series.create_next(session, by, changed, at)
    else:
        steps = await families.steps_completed_with(session, by.user_id, changed)
        columns = {"completed_at": None, "updated_at": at, "rung_until": at}
        changes = await _change_all(session, by, "reopened", changed, columns, steps)
        await series.delete_next(session, by, changed, at)
        await check_room(session, by.user_id)
    return WriteResult(
        tasks=await views_of(session, by.user_id, tasks),
        changed=[task.number for task in changed],
        next=await views_of(session, by.user_id, created),
        steps=[step.number for step in steps],
        changes=changes,
    )


async def delete_task(session: AsyncSession, by: Cause, number: int) -> TaskView:
    """Delete a task and return its last state; it can be restored for 30 days, its number is never reused."""
    return (await bulk_delete(session, by, [number])).tasks[0]


async def bulk_delete(session: AsyncSession, by: Cause, which: Sequence[int] | TaskQuery) -> WriteResult:
    """Delete all selected tasks with their steps, or none; raise NotFound with the unknown numbers."""
    await lock_user(session, by.user_id)
    tasks = await plain_tasks(session, by.user_id, which)
    at = now_in_milliseconds()
    views = await views_of(session, by.user_id, tasks)
    steps = await families.steps_of(session, by.user_id, tasks, col(Task.deleted_at).is_(None))
    changes = await _change_all(session, by, "deleted", tasks, {"deleted_at": at}, steps)
    deleted, deleted_steps = [task.number for task in tasks], [step.number for step in steps]
    return WriteResult(views, deleted, steps=deleted_steps, changes=changes)


async def restore_task(session: AsyncSession, by: Cause, number: int) -> TaskView:
    """Restore a deleted task with the steps deleted with it; an existing one stays unchanged.

    A step whose parent is deleted, or a step itself by now, becomes a task of its own. Raises NotFound after 30 days.
    """
    await lock_user(session, by.user_id)
    task = await restorable_task(session, by.user_id, number)
    if task.deleted_at is not None:
        parents = await read_families(session, by.user_id, [task.parent_number or 0])
        if not can_be_step(parents, task.parent_number, number):
            task.parent_number = None
        deleted_with_it = (col(Task.parent_number) == number, col(Task.deleted_at) == task.deleted_at)
        steps = (await session.exec(tasks_where(by.user_id, deleted_with_it))).all()
        entries: list[Entry] = []
        for row in (task, *steps):
            row.deleted_at, row.rung_until = None, now_in_milliseconds()
            cause = None if row is task else number
            entries.append(Entry("task", "restored", row.number, after=snapshot(row), cause_number=cause))
        await flush_and_record(session, by, entries)
        await check_room(session, by.user_id)
    return (await views_of(session, by.user_id, [task]))[0]


async def _check_parent(session: AsyncSession, by: Cause, tasks: Sequence[Task], edit: TaskEdit) -> None:
    """Raise Invalid unless all these tasks can be steps of the edit's parent."""
    if edit.parent_number is not None:
        numbers = [task.number for task in tasks]
        parents = await read_families(session, by.user_id, [edit.parent_number, *numbers])
        for number in numbers:
            check_parent(parents, edit.parent_number, number)


def _edited_columns(task: Task, edit: TaskEdit, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """Return the columns that a validated bulk edit changes in the task."""
    try:
        return checked_edit(task, edit, zone=zone, now=at)
    except Invalid as error:
        sentence = gettext("#{number}: {refusal}", number=task.number, refusal=error.detail)
        raise Invalid(sentence, **error.facts | {"number": task.number}) from error


async def _change_all(
    session: AsyncSession,
    by: Cause,
    action: str,
    selected: Sequence[Task],
    moments: Mapping[str, datetime | None],
    steps: Sequence[Task],
) -> list[int]:
    """Set the same columns of all these plain tasks, and record it: one statement for each table.

    The changes of `steps` follow from those of their tasks.
    """
    if not selected:
        return []
    tasks = [*selected, *steps]
    await check_writes(session, by, len(tasks))
    before = [snapshot(task) async for piece in in_pieces(tasks) for task in piece]
    await update_all(session, by.user_id, tasks, moments)
    changed = {name: utc_text(moment) for name, moment in moments.items() if name in before[0]}
    causes = {step.number: step.parent_number for step in steps}
    entries: list[Entry] = []
    for task, old in zip(tasks, before, strict=True):
        new = None if action == "deleted" else old | changed
        entries.append(Entry("task", action, task.number, old, new, cause_number=causes.get(task.number)))
    return await flush_and_record(session, by, entries)


def _set_columns(task: Task, columns: dict[str, Any], at: datetime) -> Entry:
    """Change a stored task, and return the entry to record."""
    before = snapshot(task)
    for name, value in {**columns, "updated_at": at}.items():
        setattr(task, name, value)
    if columns.keys() & {"title", "description", "tags"}:
        task.search = search_vector(task.title, task.description, task.tags)
    action = "updated"
    if columns.keys() <= REMINDER_COLUMNS:
        action = "reminder_removed" if columns["remind_at"] is None else "reminder_set"
    return Entry("task", action, task.number, before, snapshot(task))


def _numbers(entries: Sequence[Entry]) -> list[int]:
    return [entry.task_number or 0 for entry in entries]
