"""Rings due reminders, each once, across all instances."""

import logging
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log.announcements import REMINDERS, announcements
from taskchat_app.domain.log.changes import Cause, Entry, lock_user, record
from taskchat_app.domain.reminders.reminders import KEPT_FOR
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, system_reading, transaction
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Ring, Task
from taskchat_app.domain.tasks.reminder_times import ALL_USERS, POLL_SECONDS, is_open
from taskchat_app.domain.tasks.rows import now_in_milliseconds
from taskchat_app.domain.tasks.views import snapshot

log = logging.getLogger(__name__)

USERS_AT_ONCE = 100
"""As many at a time, so that a night's reminders after an outage are no single long read."""
RETRY_SECONDS = 2.0
"""The pause before another try where the database is away."""


async def run_scheduler() -> None:
    """Ring due reminders until cancelled, sleeping until the next one."""
    with announcements().listen(REMINDERS, ALL_USERS) as bell:
        while True:
            bell.clear()
            await bell.wait(await _ring_and_find_next())


async def ring_due() -> int:
    """Ring all that is due now; returns how many people were rung for."""
    at = now_in_milliseconds()
    async with system_reading() as session:
        due = select(Task.user_id).where(_is_waiting(at), col(Task.remind_at) <= at).distinct().limit(USERS_AT_ONCE)
        people = (await session.exec(due)).all()
    for user_id in people:
        async with transaction(user_id) as session:
            await ring(session, user_id)
    return len(people)


async def ring(session: AsyncSession, user_id: str) -> list[int]:
    """Ring what is due of this person's tasks, each once; returns their numbers."""
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
    # The person asked for it, as it were: nobody else has done anything.
    entries = [Entry("task", "reminded", task.number, after=snapshot(task)) for task in tasks]
    await record(session, Cause(user_id, "person"), entries)
    return [task.number for task in tasks]


async def next_moment() -> datetime | None:
    """When the next reminder of anybody's rings."""
    async with system_reading() as session:
        return (await session.exec(select(func.min(Task.remind_at)).where(_is_waiting(now_in_milliseconds())))).one()


async def _ring_and_find_next() -> float:
    """How long may be slept after this."""
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
    """Tasks whose moment comes, or came within a day, and has not been settled."""
    unsettled = or_(col(Task.rung_until).is_(None), col(Task.rung_until) < col(Task.remind_at))
    return and_(is_open(), col(Task.remind_at) > at - KEPT_FOR, unsettled)
