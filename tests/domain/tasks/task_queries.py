"""Writes and queries of tasks for one user, each in its own transaction, and the statements of a session."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.queries import TaskPage, TaskQuery, list_tasks
from taskchat_app.domain.tasks.task_view import TaskView

NOON = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)


async def add(person: Person, *drafts: TaskDraft) -> list[TaskView]:
    async with transaction(person.id) as session:
        by = Cause(person.id, "api")
        return [await tasks.create_task(session, by, draft, zone=person.zone) for draft in drafts]


async def complete(person: Person, *numbers: int) -> None:
    async with transaction(person.id) as session:
        await tasks.bulk_complete(session, Cause(person.id, "api"), numbers)


async def page(person: Person, **query: Any) -> TaskPage:
    async with reading(person.id) as session:
        return await list_tasks(session, person.id, TaskQuery(**query))


async def numbers(person: Person, **query: Any) -> list[int]:
    return [task.number for task in (await page(person, **{"status": "all"} | query)).tasks]


async def read_all_pages(person: Person, **query: Any) -> list[TaskView]:
    visited: list[TaskView] = []
    cursor = None
    while True:
        found = await page(person, **query, cursor=cursor)
        visited += found.tasks
        cursor = found.next
        if cursor is None:
            return visited


async def delete(person: Person, *numbers: int) -> None:
    for number in numbers:
        async with transaction(person.id) as session:
            await tasks.delete_task(session, Cause(person.id, "api"), number)


@contextmanager
def selects(session: AsyncSession) -> Iterator[list[tuple[str, str]]]:
    """Collect the SELECT statements of the session with their parameters."""
    found: list[tuple[str, str]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            found.append((statement, str(parameters)))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
