"""Writes to tasks: create, update, complete, delete, restore, move, and bulk operations.

Reading them is in task_search, checking their fields in task_fields, how they look in task_views, what repeats in
series, where they stand by hand in positions, and taking a change back in undo.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.cooperative_work import in_pieces
from taskchat_app.domain.log.changes import Cause, Entry, lock_user
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks import series
from taskchat_app.domain.tasks.fields import (
    BulkEdit,
    TaskDraft,
    TaskEdit,
    checked_bulk,
    checked_draft,
    checked_edit,
    edit_of_one,
)
from taskchat_app.domain.tasks.positions import position_beside
from taskchat_app.domain.tasks.queries import TaskQuery, restorable_task, stored_tasks
from taskchat_app.domain.tasks.rows import add_rows, check_room, now_in_milliseconds, write
from taskchat_app.domain.tasks.search_words import search_vector
from taskchat_app.domain.tasks.views import TaskView, snapshot, view_of
from taskchat_app.i18n.messages import gettext


@dataclass(frozen=True, slots=True)
class WriteResult:
    """The named tasks in the order of their numbers, and the numbers that changed.

    `next` are the tasks that completing repeating ones made, `changes` the ids of what was done to the named tasks:
    undo_changes takes them back together.
    """

    tasks: list[TaskView]
    changed: list[int]
    next: list[TaskView] = field(default_factory=list[TaskView])
    changes: list[int] = field(default_factory=list[int])


async def create_task(session: AsyncSession, by: Cause, draft: TaskDraft, *, zone: ZoneInfo) -> TaskView:
    """Add a task under the person's next number; dates are read in `zone`. Invalid names the field that will not do."""
    await lock_user(session, by.user_id)
    at = now_in_milliseconds()
    [task] = await add_rows(session, by.user_id, [checked_draft(draft, zone=zone, now=at)], at)
    await write(session, by, [Entry("task", "created", task.number, after=snapshot(task))])
    return view_of(task, at)


async def update_task(session: AsyncSession, by: Cause, number: int, edit: TaskEdit, *, zone: ZoneInfo) -> TaskView:
    """Make the given fields different; an edit that says what is already so changes and records nothing."""
    await lock_user(session, by.user_id)
    [task] = await stored_tasks(session, by.user_id, [number])
    at = now_in_milliseconds()
    columns = checked_edit(task, edit, zone=zone, now=at)
    if columns:
        await write(session, by, [_updated(task, columns, at)])
    return view_of(task, at)


async def edit_tasks(
    session: AsyncSession, by: Cause, which: Sequence[int] | TaskQuery, edit: BulkEdit, *, zone: ZoneInfo
) -> WriteResult:
    """Make the given fields different in all named tasks, or in none.

    NotFound names the numbers that do not exist; Invalid names the task that cannot be changed so, where only some can.
    """
    await lock_user(session, by.user_id)
    tasks = await stored_tasks(session, by.user_id, which)
    at = now_in_milliseconds()
    checked = checked_bulk(edit, zone=zone, now=at)
    changed, changes = list[int](), list[int]()
    async for piece in in_pieces(tasks):
        entries = [entry for task in piece if (entry := _edited(task, checked, zone, at)) is not None]
        changes += await write(session, by, entries)
        changed += _numbers(entries)
    return WriteResult([view_of(task, at) for task in tasks], changed, changes=changes)


async def move_task(
    session: AsyncSession, by: Cause, number: int, *, after: int | None = None, before: int | None = None
) -> WriteResult:
    """Put the task right after or right before another one in the order by hand; with neither, first of all.

    One that stands there already stays as it is. Raises NotFound for the task, Invalid for the other one.
    """
    await lock_user(session, by.user_id)
    [task] = await stored_tasks(session, by.user_id, [number])
    at = now_in_milliseconds()
    position = await position_beside(session, task, after=after, before=before)
    entries: list[Entry] = []
    if position != task.position:
        kept = snapshot(task)
        task.position, task.updated_at = position, at
        entries.append(Entry("task", "moved", number, kept, snapshot(task)))
    changes = await write(session, by, entries)
    return WriteResult([view_of(task, at)], _numbers(entries), changes=changes)


async def complete_task(session: AsyncSession, by: Cause, number: int, completed: bool = True) -> TaskView:
    """Complete or reopen a task, with the consequences for a repeating one. Idempotent."""
    return (await bulk_complete(session, by, [number], completed)).tasks[0]


async def bulk_complete(
    session: AsyncSession, by: Cause, which: Sequence[int] | TaskQuery, completed: bool = True
) -> WriteResult:
    """Complete or reopen all named tasks, or none.

    NotFound names the numbers that do not exist, before anything is changed.
    """
    await lock_user(session, by.user_id)
    tasks = await stored_tasks(session, by.user_id, which)
    at = now_in_milliseconds()
    turned = [task for task in tasks if (task.completed_at is not None) != completed]
    changes: list[int] = []
    async for piece in in_pieces(turned):
        changes += await write(session, by, [_ticked(task, completed, at) for task in piece])
    following = await series.create_next(session, by, turned, at) if completed else []
    if not completed:
        await series.delete_next(session, by, turned, at)
        await check_room(session, by.user_id)
    views, made = ([view_of(task, at) for task in rows] for rows in (tasks, following))
    return WriteResult(views, [task.number for task in turned], made, changes)


async def delete_task(session: AsyncSession, by: Cause, number: int) -> TaskView:
    """Delete a task and return it as it was; it can be restored for 30 days, its number is never reused."""
    return (await bulk_delete(session, by, [number])).tasks[0]


async def bulk_delete(session: AsyncSession, by: Cause, which: Sequence[int] | TaskQuery) -> WriteResult:
    """Delete all named tasks, or none: NotFound names the numbers that do not exist, before anything is changed."""
    await lock_user(session, by.user_id)
    tasks = await stored_tasks(session, by.user_id, which)
    at = now_in_milliseconds()
    views = [view_of(task, at) for task in tasks]
    changes: list[int] = []
    async for piece in in_pieces(tasks):
        entries = [Entry("task", "deleted", task.number, before=snapshot(task)) for task in piece]
        for task in piece:
            task.deleted_at = at
        changes += await write(session, by, entries)
    return WriteResult(views, [task.number for task in tasks], changes=changes)


async def restore_task(session: AsyncSession, by: Cause, number: int) -> TaskView:
    """Restore a deleted task; an existing one is left unchanged. NotFound after 30 days."""
    await lock_user(session, by.user_id)
    task = await restorable_task(session, by.user_id, number)
    if task.deleted_at is not None:
        task.deleted_at, task.rung_until = None, now_in_milliseconds()
        await write(session, by, [Entry("task", "restored", number, after=snapshot(task))])
        await check_room(session, by.user_id)
    return view_of(task, now_in_milliseconds())


def _edited(task: Task, edit: BulkEdit, zone: ZoneInfo, at: datetime) -> Entry | None:
    """Change the task as a checked edit of several says; None where it says what is already so."""
    try:
        columns = checked_edit(task, edit_of_one(task, edit), zone=zone, now=at)
    except Invalid as error:
        raise Invalid(
            gettext("#{number}: {refusal}", number=task.number, refusal=error.detail),
            **error.facts | {"number": task.number},
        ) from error
    return _updated(task, columns, at) if columns else None


def _ticked(task: Task, completed: bool, at: datetime) -> Entry:
    """Tick the task, or take the tick back."""
    before = snapshot(task)
    task.completed_at, task.updated_at = at if completed else None, at
    if not completed:
        task.rung_until = at
    return Entry("task", "completed" if completed else "reopened", task.number, before, snapshot(task))


def _updated(task: Task, columns: dict[str, Any], at: datetime) -> Entry:
    """Give the row the new values of these columns."""
    before = snapshot(task)
    for name, value in {**columns, "updated_at": at}.items():
        setattr(task, name, value)
    if columns.keys() & {"title", "description", "tags"}:
        task.search = search_vector(task.title, task.description, task.tags)
    return Entry("task", "updated", task.number, before, snapshot(task))


def _numbers(entries: Sequence[Entry]) -> list[int]:
    return [entry.task_number or 0 for entry in entries]
