"""Reminders of an account's tasks."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, update

from taskchat_app.domain.reminders import reminders, scheduler
from taskchat_app.domain.reminders.reminders import Reminder
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.models import Ring
from tests.task_account import Account


def in_hours(hours: float) -> datetime:
    """Return a full minute: the last second of a day would be a whole day."""
    return now().replace(second=0, microsecond=0) + timedelta(hours=hours)


async def add(me: Account, due_at: str | datetime | None = None, **fields: Any) -> int:
    """Add a task, due in five hours unless something else is given."""
    return (await me.add("Call mum", due_at=due_at or in_hours(5), **fields)).number


async def add_overdue(me: Account, count: int = 1, **ago: float) -> list[int]:
    """Add tasks that are due and have not rung, as if no server had run since."""
    numbers = [await add(me) for _ in range(count)]
    for number in numbers:
        await make_overdue(me, number, **ago or {"seconds": 1})
    return numbers


async def make_overdue(me: Account, number: int, **ago: float) -> None:
    moment = now().replace(microsecond=0) - timedelta(**ago)
    before = moment - timedelta(hours=1)
    await me.set_columns(number, due_at=moment, remind_at=moment, rung_until=before, remind_before=None)


async def read(me: Account, number: int = 1) -> Reminder:
    return await me.get(reminders.get_reminder, number)


async def choose(me: Account, number: int, before: str, turn: str | None = None) -> Reminder:
    return await me.run(reminders.set_reminder, number, before, zone=me.person.zone, turn=turn)


async def ring(me: Account) -> list[int] | None:
    async with transaction(me.person.id) as session:
        return await scheduler.ring(session, me.person.id)


async def rung(me: Account) -> list[int]:
    """Return the numbers of the tasks whose reminders are shown."""
    return [reminder.number for reminder in await me.get(reminders.list_rung)]


async def upcoming(me: Account) -> list[int]:
    return [reminder.number for reminder in await me.get(reminders.list_upcoming)]


async def mark_seen(me: Account, number: int) -> None:
    await me.run(reminders.mark_seen, number)


async def set_rings(me: Account, *numbers: int, **columns: Any) -> None:
    """Change the stored rings of these tasks."""
    own = update(Ring).where(col(Ring.user_id) == me.person.id, col(Ring.task_number).in_(numbers))
    async with transaction(me.person.id) as session:
        await session.exec(own.values(**columns))
