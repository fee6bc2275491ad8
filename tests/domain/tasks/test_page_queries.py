"""Order, single rows and counts of long task lists."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlmodel import select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks import page_queries, tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.page_queries import (
    TagCount,
    count_found,
    count_tags,
    count_views,
    read_listed_tasks,
    read_tasks,
)
from taskchat_app.domain.tasks.queries import ORDERS, TaskQuery, list_tasks
from taskchat_app.domain.tasks.sorted_pages import ordering

TODAY_ENDS = datetime(2100, 1, 1, 23, 59, 59, tzinfo=UTC)


async def add(person: Person, *drafts: TaskDraft) -> None:
    async with transaction(person.id) as session:
        for draft in drafts:
            await tasks.create_task(session, Cause(person.id, "api"), draft, zone=person.zone)


async def test_read_listed_tasks_returns_the_lists_order_up_to_the_given_length(person: Person) -> None:
    await add(person, *(TaskDraft(f"Task {number}", due_at=f"2100-01-{9 - number:02}") for number in range(1, 6)))
    query = TaskQuery(sort="due", order="desc")
    async with reading(person.id) as session:
        listed = [task.number for task in (await list_tasks(session, person.id, query)).tasks]
        assert [placed.number for placed in await read_listed_tasks(session, person.id, query, 10)] == listed
        assert [placed.number for placed in await read_listed_tasks(session, person.id, query, 2)] == listed[:2]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("sort", ["created", "manual"])
async def test_lists_in_both_directions_are_read_from_an_index_without_sorting(
    person: Person, sort: str, order: str
) -> None:
    listed = select(Task.number).where(Task.user_id == person.id).order_by(*ordering(sort, order)).limit(50)
    sql = str(listed.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    async with reading(person.id) as session:
        connection = await session.connection()
        for way in ("seqscan", "bitmapscan", "sort"):  # Postgres prefers these for few rows
            await connection.execute(text(f"SET LOCAL enable_{way} = off"))
        plan = (await connection.execute(text(f"EXPLAIN {sql}"))).scalars().all()
    assert any("Index" in line for line in plan)
    assert not any(line.strip(" ->").startswith("Sort  (") for line in plan), plan


async def test_rows_are_read_by_number_with_deleted_tasks_and_without_other_users_tasks(
    person: Person, other_person: Person
) -> None:
    await add(person, TaskDraft("Mine"), TaskDraft("Deleted"))
    await add(other_person, TaskDraft("Theirs"), TaskDraft("Theirs too"), TaskDraft("And this"))
    async with transaction(person.id) as session:
        await tasks.delete_task(session, Cause(person.id, "api"), 2)
    async with reading(person.id) as session:
        assert [task.title for task in await read_tasks(session, person.id, [1, 2, 3])] == ["Mine", "Deleted"]
        assert await read_tasks(session, person.id, []) == []


async def test_each_view_is_counted_and_today_includes_overdue_tasks(person: Person) -> None:
    soon = now() + timedelta(hours=1)
    await add(
        person,
        TaskDraft("Overdue", due_at="2020-01-01"),
        TaskDraft("Today", due_at=TODAY_ENDS),
        TaskDraft("Soon", due_at=soon),
        TaskDraft("Later", due_at="2100-01-02"),
        TaskDraft("Some day"),
        TaskDraft("Done", due_at="2020-01-01"),
        TaskDraft("Deleted", due_at="2020-01-01"),
        TaskDraft("Done early", due_at=soon - timedelta(minutes=1)),
        TaskDraft("Done long before", due_at="2100-01-02"),
    )
    async with transaction(person.id) as session:
        await tasks.bulk_complete(session, Cause(person.id, "api"), [6, 8, 9])
        await tasks.delete_task(session, Cause(person.id, "api"), 7)
    async with reading(person.id) as session:
        counts = await count_views(session, person.id, TODAY_ENDS)
    assert (counts.open, counts.today, counts.upcoming, counts.overdue, counts.done) == (5, 3, 1, 1, 3)
    assert counts.next_due == soon.replace(microsecond=0)


async def test_tags_are_counted_without_regard_to_case(person: Person, other_person: Person) -> None:
    await add(
        person,
        TaskDraft("One", tags=["home", "shop"]),
        TaskDraft("Two", tags=["Home"], priority="high"),
        TaskDraft("Three", tags=["work"], priority="high"),
        TaskDraft("Done", tags=["work"]),
    )
    await add(other_person, TaskDraft("Theirs", tags=["home"]))
    async with transaction(person.id) as session:
        await tasks.complete_task(session, Cause(person.id, "api"), 4)
    async with reading(person.id) as session:
        counts = await count_tags(session, person.id, TaskQuery())
        assert [(found.tag.lower(), found.count) for found in counts] == [("home", 2), ("shop", 1), ("work", 1)]
        assert await count_tags(session, person.id, TaskQuery(priority="high", tags=["work"])) == [TagCount("work", 1)]
        assert await count_found(session, person.id, TaskQuery(priority="high")) == 2


async def test_order_and_number_are_those_of_the_filtered_tasks(person: Person) -> None:
    await add(person, *(TaskDraft(f"Task {number}", priority="high") for number in range(4)), TaskDraft("Low"))
    async with transaction(person.id) as session:
        await tasks.complete_task(session, Cause(person.id, "api"), 1)
        await tasks.delete_task(session, Cause(person.id, "api"), 2)
    for status, numbers in (("open", [3, 4]), ("done", [1]), ("all", [1, 3, 4]), ("deleted", [2])):
        query = TaskQuery(status=status, priority="high")
        async with reading(person.id) as session:
            ordered = await read_listed_tasks(session, person.id, query, 10)
            assert [(placed.number, placed.done) for placed in ordered] == [(one, one == 1) for one in numbers]
            assert await count_found(session, person.id, query) == len(numbers)


async def test_only_the_most_used_tags_are_counted(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_queries, "TAGS_MAX", 2)
    await add(person, TaskDraft("One", tags=["a", "b", "c"]), TaskDraft("Two", tags=["c", "b"]))
    async with reading(person.id) as session:
        counts = await count_tags(session, person.id, TaskQuery())
    assert counts == [TagCount("b", 2), TagCount("c", 2)]


async def test_numbers_out_of_range_are_ignored(person: Person) -> None:
    await add(person, TaskDraft("Task 1"))
    async with reading(person.id) as session:
        found = await read_tasks(session, person.id, [1, 0, -1, 2**31, 2**61 + 1, 10**30])
    assert [task.number for task in found] == [1]
