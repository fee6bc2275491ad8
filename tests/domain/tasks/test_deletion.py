"""Deleting and restoring tasks."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.queries import count_tasks
from taskchat_app.domain.tasks.task_view import TaskView, snapshot
from tests.domain.tasks.task_writes import LONG_AGO, add, by, complete, delete, edit, list_all, log, read, row

# Deleting


async def test_a_deleted_task_is_not_listed_but_stored(person: Person):
    task = await add(person, due_at=LONG_AGO, tags=["home"])
    assert await delete(person, 1) == task
    assert await list_all(person) == []
    async with reading(person.id) as session:
        counts = await count_tasks(session)
    assert (counts.open, counts.done, counts.overdue) == (0, 0, 0)
    stored = await row(person, 1)
    assert stored.deleted_at is not None
    change = (await log(person))[-1]
    assert (change.action, change.after) == ("deleted", None)
    assert change.before is not None
    assert change.before == snapshot(stored) | {"deleted_at": None}


@pytest.mark.parametrize("number", [1, 2, 0, -1, 2**31, 10**20])
async def test_every_write_to_an_unknown_task_raises_not_found(person: Person, number: int):
    await add(person)
    await delete(person, 1)
    before = await log(person)
    for attempt in (read, edit, complete, delete):
        with pytest.raises(NotFound, match=f"There is no task #{number}"):
            await attempt(person, number)
    assert await log(person) == before


# Restoring


async def restore(person: Person, number: int) -> TaskView:
    async with transaction(person.id) as session:
        return await tasks.restore_task(session, by(person), number)


async def set_deleted_ago(person: Person, number: int, **ago: float) -> None:
    """Move the deletion of the task into the past."""
    async with transaction(person.id) as session:
        mine = update(Task).where(col(Task.user_id) == person.id, col(Task.number) == number)
        await session.exec(mine.values(deleted_at=now() - timedelta(**ago)))


async def test_a_deleted_task_is_restored_exactly(person: Person):
    await add(person, description="d", priority="high", tags=["a", "b"], due_at=LONG_AGO, recurrence="FREQ=DAILY")
    await complete(person, 1)
    whole = snapshot(await row(person, 1))
    task = await delete(person, 1)

    assert await restore(person, 1) == task == await read(person, 1)
    assert snapshot(await row(person, 1)) == whole
    assert task in await list_all(person, q="milk", tags=["a"])
    change = (await log(person))[-1]
    assert (change.action, change.before, change.after) == ("restored", None, whole)


async def test_restoring_an_existing_task_changes_nothing(person: Person):
    task = await add(person)
    assert await restore(person, 1) == task
    await delete(person, 1)
    await restore(person, 1)
    assert await restore(person, 1) == task
    assert [change.action for change in await log(person)] == ["created", "deleted", "restored"]


async def test_concurrent_restores_record_one_change(person: Person):
    await add(person)
    await delete(person, 1)
    await asyncio.gather(*(restore(person, 1) for _ in range(6)))
    assert [change.action for change in await log(person)] == ["created", "deleted", "restored"]


async def test_a_deleted_task_can_be_restored_for_30_days(person: Person):
    for _ in range(2):
        await add(person)
    await delete(person, 1)
    await delete(person, 2)
    await set_deleted_ago(person, 1, days=29, hours=23)
    await set_deleted_ago(person, 2, days=30, minutes=1)
    await restore(person, 1)
    with pytest.raises(NotFound, match="There is no task #2"):
        await restore(person, 2)
    assert [task.number for task in await list_all(person)] == [1]


@pytest.mark.parametrize("number", [1, 0, -1, 2**31, 10**20])
async def test_unknown_and_other_users_tasks_cannot_be_restored(person: Person, other_person: Person, number: int):
    await add(other_person)
    await delete(other_person, 1)
    with pytest.raises(NotFound, match=f"There is no task #{number}"):
        await restore(person, number)
    assert await list_all(other_person) == []
