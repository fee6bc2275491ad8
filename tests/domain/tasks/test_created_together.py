"""Several tasks are created together, or none."""

import pytest
from sqlmodel import select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.queries import TaskQuery, list_tasks


async def create(person: Person, *drafts: TaskDraft) -> tasks.WriteResult:
    async with transaction(person.id) as session:
        return await tasks.create_tasks(session, Cause(person.id, "person"), drafts, zone=person.zone)


async def titles(person: Person) -> list[str]:
    async with reading(person.id) as session:
        return [task.title for task in (await list_tasks(session, person.id, TaskQuery(limit=200))).tasks]


async def test_tasks_are_created_in_order_and_each_is_recorded(person: Person) -> None:
    wanted = [f"Thing {number}" for number in range(45)]
    created = await create(person, *map(TaskDraft, wanted))
    assert await titles(person) == wanted == [task.title for task in created.tasks]
    assert created.changed == [task.number for task in created.tasks] == list(range(1, 46))
    async with reading(person.id) as session:
        changes = (await session.exec(select(Change).where(Change.user_id == person.id))).all()
    assert sorted(change.id for change in changes) == created.changes
    assert {change.action for change in changes} == {"created"}


async def test_an_invalid_line_is_named_and_nothing_is_created(person: Person) -> None:
    with pytest.raises(Invalid, match=r"^Line 32: "):
        await create(person, *map(TaskDraft, ["Thing"] * 31), TaskDraft("x" * 300))
    assert await titles(person) == []
    with pytest.raises(Invalid, match=r"^(?!Line)"):
        await create(person, TaskDraft("x" * 300))
