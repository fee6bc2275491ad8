"""Marks due reminders as rung, each once across all instances; every open page then shows them."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log.announcements import REMINDERS, announce, announcements
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.reminders.reminders import KEPT_FOR
from taskchat_app.domain.storage.attempts import attempt
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, system_reading, transaction
from taskchat_app.domain.storage.models import PushDevice, ReminderMessage, Ring, Task, is_open
from taskchat_app.domain.storage.user_lock import try_lock_user
from taskchat_app.domain.tasks.task_dates import ALL_USERS, POLL_SECONDS
from taskchat_app.domain.tasks.task_rows import now_in_milliseconds
from taskchat_app.domain.tasks.task_view import snapshot

log = logging.getLogger(__name__)

USERS_AT_ONCE = 100
"""Users per query, so that after a long outage not all late reminders are read by one query."""
RETRY_SECONDS = 2.0
"""Pause before a retry when the database is unavailable."""
SKIPPED_SECONDS = 0.5
"""Pause before a retry for users whose reminders did not ring."""
MESSAGES = "messages"
"""The subject of announcements to those who send reminders to devices."""
TABS_FIRST = timedelta(seconds=10)
"""How long only open tabs show a reminder: if it is seen there by then, it is sent to no device."""


async def run_scheduler() -> None:
    """Ring due reminders until cancelled, sleeping until the next one."""
    with announcements().listen(REMINDERS, ALL_USERS) as subscription:
        while True:
            subscription.clear()
            await subscription.wait(await _ring_and_find_next())


async def ring_due() -> int:
    """Ring the due reminders of all users; return the number of those whose reminders are to be tried again."""
    skipped, last = 0, ""
    while user_ids := await _due_users(after=last):
        for user_id in user_ids:
            if not await attempt(_ring_of(user_id), f"The reminders of the user {user_id}"):
                skipped += 1
        last = user_ids[-1]
    return skipped


async def _due_users(after: str) -> Sequence[str]:
    """Return the next USERS_AT_ONCE users with due reminders, in the order of their ids."""
    at = now_in_milliseconds()
    due = select(Task.user_id).where(_is_waiting(at), col(Task.remind_at) <= at, col(Task.user_id) > after)
    async with system_reading() as session:
        return (await session.exec(due.distinct().order_by(col(Task.user_id)).limit(USERS_AT_ONCE))).all()


async def _ring_of(user_id: str) -> bool:
    async with transaction(user_id) as session:
        return await ring(session, user_id) is not None


async def ring(session: AsyncSession, user_id: str) -> list[int] | None:
    """Ring the user's due tasks, each once; return their numbers, or None if another transaction locks the user."""
    if not await try_lock_user(session, user_id):
        return None
    at = now_in_milliseconds()
    due = update(Task).where(col(Task.user_id) == user_id, _is_waiting(at), col(Task.remind_at) <= at)
    taken = due.values(rung_until=at).returning(Task).execution_options(populate_existing=True)
    tasks = sorted((await session.exec(taken)).scalars().all(), key=lambda task: task.number)
    for task in tasks:
        rings = {"user_id": user_id, "task_number": task.number, "rang_at": at}
        await session.exec(insert(Ring).values(rings).on_conflict_do_update(
            index_elements=["user_id", "task_number"], set_=rings
        ))  # fmt: skip
    await _queue_messages(session, user_id, [task.number for task in tasks], at)
    # The actor is the user, who set the reminder.
    entries = [Entry("task", "reminded", task.number, after=snapshot(task)) for task in tasks]
    await record(session, Cause(user_id, "person"), entries)
    return [task.number for task in tasks]


async def _queue_messages(session: AsyncSession, user_id: str, numbers: Sequence[int], at: datetime) -> None:
    """Queue a message about each reminder to each device of the user, in place of one about an earlier ring."""
    devices = (await session.exec(select(PushDevice.id).where(PushDevice.user_id == user_id))).all()
    first = {"rang_at": at, "attempts": 0, "next_at": at + TABS_FIRST}
    rows = [
        {"user_id": user_id, "device_id": device, "task_number": number} for device in devices for number in numbers
    ]
    if not rows:
        return
    message = insert(ReminderMessage).on_conflict_do_update(
        index_elements=["user_id", "device_id", "task_number"], set_=first
    )
    await session.exec(message, params=[row | first for row in rows])
    await announce(session, REMINDERS, MESSAGES)


async def _ring_and_find_next() -> float:
    """Ring due reminders; return the seconds until the next call."""
    try:
        if await ring_due():
            return SKIPPED_SECONDS
        next_of_all = select(func.min(Task.remind_at)).where(_is_waiting(now_in_milliseconds()))
        async with system_reading() as session:
            moment = (await session.exec(next_of_all)).one()
    except DATABASE_AWAY as error:
        log.warning("Reminders wait for the database: %s", str(error).partition("\n")[0])
        return RETRY_SECONDS
    if moment is None:
        return POLL_SECONDS
    return min(max((moment - now()).total_seconds(), 0), POLL_SECONDS)


def _is_waiting(at: datetime) -> ColumnElement[bool]:
    """Condition: open tasks that have not rung yet and whose reminder is in the future or at most KEPT_FOR ago."""
    not_rung = or_(col(Task.rung_until).is_(None), col(Task.rung_until) < col(Task.remind_at))
    return and_(is_open(), col(Task.remind_at) > at - KEPT_FOR, not_rung)
