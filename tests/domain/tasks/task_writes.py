"""Writes of tasks by one user, each in its own transaction, and reads of what they stored."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft, TaskEdit
from taskchat_app.domain.tasks.queries import TaskQuery, get_task, list_tasks
from taskchat_app.domain.tasks.task_view import TaskView

LONG_AGO = datetime(2020, 2, 1, 9, 0, tzinfo=UTC)
FAR_AWAY = datetime(2400, 2, 1, 9, 0, tzinfo=UTC)


def by(person: Person) -> Cause:
    return Cause(person.id, "api")


async def add(person: Person, title: str = "Buy milk", **fields: Any) -> TaskView:
    async with transaction(person.id) as session:
        return await tasks.create_task(session, by(person), TaskDraft(title, **fields), zone=person.zone)


async def edit(person: Person, number: int, **fields: Any) -> TaskView:
    async with transaction(person.id) as session:
        return await tasks.update_task(session, by(person), number, TaskEdit(**fields), zone=person.zone)


async def complete(person: Person, number: int, completed: bool = True) -> TaskView:
    async with transaction(person.id) as session:
        return await tasks.complete_task(session, by(person), number, completed)


async def delete(person: Person, number: int) -> TaskView:
    async with transaction(person.id) as session:
        return await tasks.delete_task(session, by(person), number)


async def read(person: Person, number: int) -> TaskView:
    async with reading(person.id) as session:
        return await get_task(session, person.id, number)


async def list_all(person: Person, **query: Any) -> list[TaskView]:
    async with reading(person.id) as session:
        return (await list_tasks(session, person.id, TaskQuery(**{"status": "all", "limit": 200} | query))).tasks


async def log(person: Person) -> list[Change]:
    async with reading(person.id) as session:
        statement = select(Change).where(Change.user_id == person.id).order_by(col(Change.id))
        return list((await session.exec(statement)).all())


async def row(person: Person, number: int) -> Task:
    async with reading(person.id) as session:
        return (await session.exec(select(Task).where(Task.user_id == person.id, Task.number == number))).one()
