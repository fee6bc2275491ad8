"""Queries of deleted tasks."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.queries import (
    TaskCounts,
    TaskQuery,
    count_tasks,
    find_tasks,
    select_tasks,
    soonest_tasks,
)
from tests.domain.tasks.task_queries import add, complete, delete, numbers, page, read_all_pages


async def set_deleted_ago(person: Person, number: int, **ago: float) -> None:
    """Move the deletion of the task into the past."""
    async with transaction(person.id) as session:
        row = update(Task).where(col(Task.user_id) == person.id, col(Task.number) == number)
        await session.exec(row.values(deleted_at=now() - timedelta(**ago)))


async def test_deleted_tasks_are_listed_newest_deleted_first(person: Person):
    made = await add(person, *(TaskDraft(f"m{index}") for index in range(4)))
    await delete(person, 3, 1, 4)
    assert (await page(person, status="deleted")).tasks == [made[3], made[0], made[2]]
    assert await numbers(person, status="deleted", order="asc") == [3, 1, 4]
    assert await numbers(person, status="deleted", sort="title") == [1, 3, 4]
    assert await numbers(person, status="all") == [2]
    assert (await page(person, status="deleted")).counts == TaskCounts(open=1, done=0, overdue=0)


async def test_deleted_tasks_are_filtered_like_others(person: Person):
    await add(person, TaskDraft("Buy milk", tags=["home"]), TaskDraft("Buy tea"), TaskDraft("Call mum", tags=["home"]))
    await complete(person, 1)
    await delete(person, 1, 2, 3)
    assert await numbers(person, status="deleted", q="buy") == [2, 1]
    assert await numbers(person, status="deleted", tags=["home"], q="buy") == [1]


async def test_pages_of_tasks_deleted_together_contain_each_once(person: Person):
    await add(person, *(TaskDraft("x") for _ in range(7)))
    async with transaction(person.id) as session:
        await tasks.bulk_delete(session, Cause(person.id, "api"), TaskQuery())
    visited = await read_all_pages(person, status="deleted", limit=3)
    assert [task.number for task in visited] == [7, 6, 5, 4, 3, 2, 1]


async def test_a_task_deleted_more_than_30_days_ago_is_not_listed(person: Person):
    await add(person, TaskDraft("Gone"), TaskDraft("Just there"))
    await delete(person, 1, 2)
    await set_deleted_ago(person, 1, days=30, minutes=1)
    await set_deleted_ago(person, 2, days=29, hours=23)
    assert await numbers(person, status="deleted") == [2]


async def test_another_users_deleted_tasks_are_not_listed(person: Person, other_person: Person):
    await add(other_person, TaskDraft("Theirs"))
    await delete(other_person, 1)
    assert await numbers(person, status="deleted") == []


@pytest.mark.parametrize("verb", [tasks.bulk_complete, tasks.bulk_delete])
async def test_bulk_writes_refuse_deleted_tasks(person: Person, verb: Any):
    await add(person, TaskDraft("Gone"))
    await delete(person, 1)
    async with transaction(person.id) as session:
        with pytest.raises(Invalid) as refused:
            await verb(session, Cause(person.id, "api"), TaskQuery(status="deleted"))
    assert refused.value.facts["field"] == "status"


async def test_deleted_tasks_are_found_only_with_the_status_deleted(person: Person):
    await add(person, *(TaskDraft(f"Buy milk {number}") for number in range(1, 4)))
    await complete(person, 2, 3)
    async with transaction(person.id) as session:
        await tasks.bulk_delete(session, Cause(person.id, "api"), [1, 3])
    async with reading(person.id) as session:
        assert [task.number for task in await find_tasks(session, person.id, "milk", 9)] == [2]
        assert await soonest_tasks(session, person.id, 9) == []
        assert await count_tasks(session) == TaskCounts(open=0, done=1, overdue=0)
        for status, numbers in (("open", []), ("done", [2]), ("all", [2])):
            found = await select_tasks(session, person.id, TaskQuery(status=status))
            assert [task.number for task in found] == numbers
        with pytest.raises(NotFound):
            await select_tasks(session, person.id, [1, 2])
    for status, numbers in (("open", []), ("done", [2]), ("all", [2]), ("deleted", [3, 1])):
        assert [task.number for task in (await page(person, status=status, q="milk")).tasks] == numbers
