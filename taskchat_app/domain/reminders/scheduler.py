"""Marks due reminders as rung, each once across all instances; tab_choice.py and the page then show them."""

import logging
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log.announcements import REMINDERS, announcements
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.reminders.reminders import KEPT_FOR
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, system_reading, transaction
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Ring, Task
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.tasks.numbered_rows import now_in_milliseconds
from taskchat_app.domain.tasks.reminder_times import ALL_USERS, POLL_SECONDS, is_open
from taskchat_app.domain.tasks.task_view import snapshot

log = logging.getLogger(__name__)

USERS_AT_ONCE = 100
"""Users per query, so that after a long outage not all late reminders are read by one query."""
RETRY_SECONDS = 2.0
"""Pause before a retry when the database is unavailable."""


async def run_scheduler() -> None:
    """Ring due reminders until cancelled, sleeping until the next one."""
    with announcements().listen(REMINDERS, ALL_USERS) as subscription:
        while True:
            subscription.clear()
            await subscription.wait(await _ring_and_find_next())


async def ring_due() -> int:
    """Ring the due reminders of at most USERS_AT_ONCE users; return the number of users."""
    at = now_in_milliseconds()
    async with system_reading() as session:
        due = select(Task.user_id).where(_is_waiting(at), col(Task.remind_at) <= at).distinct().limit(USERS_AT_ONCE)
        user_ids = (await session.exec(due)).all()
    for user_id in user_ids:
        async with transaction(user_id) as session:
            await ring(session, user_id)
    return len(user_ids)


async def ring(session: AsyncSession, user_id: str) -> list[int]:
    """Ring the user's due tasks, each once; return their numbers."""
    try:
        await lock_user(session, user_id)
    except NotFound:
        return []
    at = now_in_milliseconds()
    due = update(Task).where(col(Task.user_id) == user_id, _is_waiting(at), col(Task.remind_at) <= at)
    taken = due.values(rung_until=at).returning(Task).execution_options(populate_existing=True)
    tasks = sorted((await session.exec(taken)).scalars().all(), key=lambda task: task.number)
    for task in tasks:
        rings = {"user_id": user_id, "task_number": task.number, "rang_at": at, "shown_by": None, "shown_until": None}
        await session.exec(insert(Ring).values(rings).on_conflict_do_update(
            index_elements=["user_id", "task_number"], set_=rings
        ))  # fmt: skip
    # The actor is the user, who set the reminder.
    entries = [Entry("task", "reminded", task.number, after=snapshot(task)) for task in tasks]
    await record(session, Cause(user_id, "person"), entries)
    return [task.number for task in tasks]


async def next_moment() -> datetime | None:
    """Return the time of the next reminder of any user, or None."""
    async with system_reading() as session:
        return (await session.exec(select(func.min(Task.remind_at)).where(_is_waiting(now_in_milliseconds())))).one()


async def _ring_and_find_next() -> float:
    """Ring due reminders; return the seconds until the next call."""
    try:
        while await ring_due() == USERS_AT_ONCE:
            pass
        moment = await next_moment()
    except DATABASE_AWAY as error:
        log.warning("Reminders wait for the database: %s", str(error).splitlines()[:1])
        return RETRY_SECONDS
    if moment is None:
        return POLL_SECONDS
    return min(max((moment - now()).total_seconds(), 0), POLL_SECONDS)


def _is_waiting(at: datetime) -> ColumnElement[bool]:
    """Condition: open tasks that have not rung yet and whose reminder is in the future or at most KEPT_FOR ago."""
    not_rung = or_(col(Task.rung_until).is_(None), col(Task.rung_until) < col(Task.remind_at))
    return and_(is_open(), col(Task.remind_at) > at - KEPT_FOR, not_rung)
