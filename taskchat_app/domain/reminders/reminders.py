"""Reads, sets and snoozes reminders.

A task rings at `remind_at`, which is computed from its due date or was put off. `rung_until` is the time of the last
ring, or when the reminder was set; a ring (models.Ring) is shown until it is dismissed or the reminder is set again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Ring, Task, is_open
from taskchat_app.domain.storage.storable_values import error_field
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.queries import check_known, stored_tasks
from taskchat_app.domain.tasks.task_dates import DUE
from taskchat_app.domain.tasks.task_rows import flush_and_record, now_in_milliseconds
from taskchat_app.domain.tasks.task_view import TaskView, snapshot, view_of
from taskchat_app.domain.tasks.tasks import update_task
from taskchat_app.i18n.messages import gettext

UPCOMING_MAX = 200
SNOOZE_MINUTES = 10
SNOOZE_MAX = 7 * 24 * 60
KEPT_FOR = timedelta(hours=24)
"""Older reminders neither ring nor are shown."""
LATE_AFTER = timedelta(minutes=1)
"""A reminder that rings so long after its time says that it is late: no server ran, or its database was away."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A task's reminder: `before` is a name of BEFORE or "none"; `remind_at` is None when it will not ring."""

    number: int
    title: str
    due: Due | None
    before: str
    remind_at: datetime | None


@dataclass(frozen=True, slots=True)
class RungReminder:
    """A reminder that rang and is not dismissed; `late_from` is when it should have rung, None if it was in time."""

    number: int
    title: str
    due: Due | None
    rang_at: datetime
    late_from: datetime | None


async def get_reminder(session: AsyncSession, user_id: str, number: int) -> Reminder:
    """Return the task's reminder; raise NotFound if there is no such task."""
    [task] = await stored_tasks(session, user_id, [number])
    return reminder_of(view_of(task, now_in_milliseconds()))


async def set_reminder(session: AsyncSession, by: Cause, number: int, before: str, *, zone: ZoneInfo) -> Reminder:
    """Set how long before its due date a task rings, or that it never rings; repeating the choice changes nothing.

    Raises Invalid for a task without a due date and for a reminder in the past.
    """
    with error_field("before"):
        return reminder_of(await update_task(session, by, number, TaskEdit(reminder=before), zone=zone))


async def snooze(session: AsyncSession, by: Cause, number: int, minutes: int = SNOOZE_MINUTES) -> Reminder:
    """Make the task ring in `minutes`, also a task without a reminder; a completed task stays silent."""
    if not 1 <= minutes <= SNOOZE_MAX:
        raise Invalid(gettext("The minutes are a number from 1 to {most}.", most=SNOOZE_MAX), field="minutes")
    await lock_user(session, by.user_id)
    [task] = await stored_tasks(session, by.user_id, [number])
    at = now_in_milliseconds()
    if task.completed_at is None:
        snapshot_before = snapshot(task)
        task.remind_at, task.rung_until = at + timedelta(minutes=minutes), at
        await flush_and_record(session, by, [Entry("task", "snoozed", number, snapshot_before, snapshot(task))])
    return reminder_of(view_of(task, at))


async def mark_seen(session: AsyncSession, by: Cause, number: int) -> None:
    """Mark the task's reminder as seen, so that no page shows it. Raises NotFound for a number never used."""
    await lock_user(session, by.user_id)
    await check_known(session, by.user_id, number)
    shown = [task for _, task in (await session.exec(unseen_rings(by.user_id))).all() if task.number == number]
    await session.exec(delete(Ring).where(col(Ring.user_id) == by.user_id, col(Ring.task_number) == number))
    await record(session, by, [Entry("task", "seen", number, after=snapshot(task)) for task in shown])


async def list_upcoming(session: AsyncSession, user_id: str) -> list[Reminder]:
    """Return the next reminders, earliest first."""
    at = now_in_milliseconds()
    query = select(Task).where(Task.user_id == user_id, is_open(), col(Task.remind_at) > at)
    tasks = await session.exec(query.order_by(col(Task.remind_at), col(Task.number)).limit(UPCOMING_MAX))
    return [reminder_of(view_of(task, at)) for task in tasks.all()]


async def list_rung(session: AsyncSession, user_id: str) -> list[RungReminder]:
    """Return the undismissed reminders of open tasks that rang in the last 24 hours."""
    return [rung_of(ring, task) for ring, task in (await session.exec(unseen_rings(user_id))).all()]


def reminder_of(task: TaskView) -> Reminder:
    """The task's reminder as it was when the task was read."""
    return Reminder(task.number, task.title, task.due, task.reminder, task.rings_at)


def rung_of(ring: Ring, task: Task) -> RungReminder:
    is_late = task.remind_at is not None and ring.rang_at - task.remind_at > LATE_AFTER
    return RungReminder(task.number, task.title, DUE.of_row(task), ring.rang_at, task.remind_at if is_late else None)


def unseen_rings(user_id: str) -> Select[Ring, Task]:
    """Return a query for undismissed rings with their tasks, without tasks whose reminder was set again since."""
    query = select(Ring, Task).join(Task, (col(Task.user_id) == Ring.user_id) & (col(Task.number) == Ring.task_number))
    recent = col(Ring.rang_at) > now_in_milliseconds() - KEPT_FOR
    not_set_again = col(Task.rung_until) == col(Ring.rang_at)
    return query.where(Ring.user_id == user_id, recent, not_set_again, is_open()).order_by(
        col(Ring.rang_at), col(Task.number)
    )
