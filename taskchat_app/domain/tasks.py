"""What can be done with tasks: each verb changes the rows and records the change in the caller's one transaction.

Reading them is in task_search, checking their fields in task_fields, how they look in task_views.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.changes import Cause, Entry, lock_user, record
from taskchat_app.domain.database import now
from taskchat_app.domain.models import Task, User
from taskchat_app.domain.task_fields import TaskDraft, TaskEdit, checked_draft, checked_edit
from taskchat_app.domain.task_search import TaskQuery, stored_tasks
from taskchat_app.domain.task_views import TaskView, snapshot, view_of
from taskchat_app.domain.task_words import search_vector


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """All tasks that were named, in the order of their numbers, and the numbers of those that changed."""

    tasks: list[TaskView]
    changed: list[int]


async def create_task(session: AsyncSession, by: Cause, draft: TaskDraft, *, zone: ZoneInfo) -> TaskView:
    """Add a task under the person's next number; dates are read in `zone`. Invalid names the field that will not do."""
    await lock_user(session, by.user_id)
    at = _this_moment()
    fields = checked_draft(draft, zone=zone, now=at)
    task = Task(
        user_id=by.user_id,
        number=await _next_number(session, by.user_id),
        created_at=at,
        updated_at=at,
        search=search_vector(fields["title"], fields["description"], fields["tags"]),
        **fields,
    )
    session.add(task)
    await _write(session, by, [Entry("task", "created", task.number, after=snapshot(task))])
    return view_of(task, at)


async def update_task(session: AsyncSession, by: Cause, number: int, edit: TaskEdit, *, zone: ZoneInfo) -> TaskView:
    """Make the given fields different; an edit that says what is already so changes and records nothing."""
    await lock_user(session, by.user_id)
    [task] = await stored_tasks(session, by.user_id, [number])
    at = _this_moment()
    columns = checked_edit(task, edit, zone=zone, now=at)
    if not columns:
        return view_of(task, at)
    before = snapshot(task)
    for name, value in {**columns, "updated_at": at}.items():
        setattr(task, name, value)
    if columns.keys() & {"title", "description", "tags"}:
        task.search = search_vector(task.title, task.description, task.tags)
    await _write(session, by, [Entry("task", "updated", number, before, snapshot(task))])
    return view_of(task, at)


async def complete_task(session: AsyncSession, by: Cause, number: int, completed: bool = True) -> TaskView:
    """Tick the task, or take the tick back; twice is the same as once."""
    return (await _complete(session, by, [number], completed)).tasks[0]


async def bulk_complete(session: AsyncSession, by: Cause, which: Sequence[int] | TaskQuery) -> BulkOutcome:
    """Tick all named tasks, or none: NotFound names the numbers that do not exist, before anything is changed."""
    return await _complete(session, by, which, True)


async def delete_task(session: AsyncSession, by: Cause, number: int) -> TaskView:
    """Delete the task and return it as it was; the row is kept for 30 days, its number for ever."""
    return (await bulk_delete(session, by, [number])).tasks[0]


async def bulk_delete(session: AsyncSession, by: Cause, which: Sequence[int] | TaskQuery) -> BulkOutcome:
    """Delete all named tasks, or none: NotFound names the numbers that do not exist, before anything is changed."""
    await lock_user(session, by.user_id)
    tasks = await stored_tasks(session, by.user_id, which)
    at = _this_moment()
    views = [view_of(task, at) for task in tasks]
    entries = [Entry("task", "deleted", task.number, before=snapshot(task)) for task in tasks]
    for task in tasks:
        task.deleted_at = at
    await _write(session, by, entries)
    return BulkOutcome(views, [view.number for view in views])


async def _complete(session: AsyncSession, by: Cause, which: Sequence[int] | TaskQuery, completed: bool) -> BulkOutcome:
    await lock_user(session, by.user_id)
    tasks = await stored_tasks(session, by.user_id, which)
    at = _this_moment()
    entries: list[Entry] = []
    for task in tasks:
        if (task.completed_at is not None) == completed:
            continue
        before = snapshot(task)
        task.completed_at, task.updated_at = at if completed else None, at
        entries.append(Entry("task", "completed" if completed else "reopened", task.number, before, snapshot(task)))
    await _write(session, by, entries)
    changed = [entry.task_number for entry in entries if entry.task_number is not None]
    return BulkOutcome([view_of(task, at) for task in tasks], changed)


async def _write(session: AsyncSession, by: Cause, entries: Sequence[Entry]) -> None:
    """Send the changed rows now, since Reflex's sessions do not flush by themselves before the next query."""
    await session.flush()
    await record(session, by, entries)


async def _next_number(session: AsyncSession, user_id: str) -> int:
    """The person's next task number; read from the row itself, since a session may have seen it before the lock."""
    counter = update(User).where(col(User.id) == user_id).values(last_task_number=User.last_task_number + 1)
    return (await session.exec(counter.returning(col(User.last_task_number)))).scalar_one()


def _this_moment() -> datetime:
    """Now, to the millisecond: what JSON and the change log tell of a time is all that is stored of it."""
    at = now()
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
