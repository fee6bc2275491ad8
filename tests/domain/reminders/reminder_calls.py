"""Calls of the reminder functions for one user, each in its own transaction."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select, update

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.reminders import reminders, scheduler
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft, TaskEdit


def cause(person: Person, turn_id: str | None = None) -> Cause:
    return Cause(person.id, "person", turn_id=turn_id)


async def add(person: Person, due_at: str | datetime | None, *, turn_id: str | None = None, **fields: Any) -> int:
    async with transaction() as session:
        draft = TaskDraft("Call mum", due_at=due_at, **fields)
        return (await tasks.create_task(session, cause(person, turn_id), draft, zone=person.zone)).number


async def edit(person: Person, number: int, **fields: Any) -> None:
    async with transaction() as session:
        await tasks.update_task(session, cause(person), number, TaskEdit(**fields), zone=person.zone)


async def read(person: Person, number: int) -> reminders.Reminder:
    async with reading() as session:
        return await reminders.get_reminder(session, person.id, number)


async def complete(person: Person, number: int, done: bool = True) -> None:
    async with transaction() as session:
        await tasks.complete_task(session, cause(person), number, done)


async def ring(person: Person) -> list[int] | None:
    async with transaction() as session:
        return await scheduler.ring(session, person.id)


async def make_overdue(person: Person, number: int, **ago: float) -> None:
    """Set due date and reminder to this long ago, not rung, as if no server had run since."""
    moment = now().replace(microsecond=0) - timedelta(**ago)
    async with transaction() as session:
        mine = update(Task).where(col(Task.user_id) == person.id, col(Task.number) == number)
        await session.exec(
            mine.values(due_at=moment, remind_at=moment, rung_until=moment - timedelta(hours=1), remind_before=None)
        )


def due_at(reminder: reminders.Reminder) -> datetime:
    assert reminder.due
    return reminder.due.at


async def actions(person: Person) -> list[str]:
    async with reading() as session:
        query = select(Change.action).where(Change.user_id == person.id).order_by(col(Change.id))
        return list((await session.exec(query)).all())


def in_hours(hours: float) -> datetime:
    return now().replace(microsecond=0) + timedelta(hours=hours)


async def rung_numbers(person: Person) -> list[int]:
    async with reading() as session:
        return [reminder.number for reminder in await reminders.list_rung(session, person.id)]
