"""Task queries: filters, search by words, selections, the statements that they take."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.errors import Invalid, NotFound, TooManyAtOnce
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks import queries, tasks
from taskchat_app.domain.tasks.fields import TaskDraft, TaskEdit, checked_bound
from taskchat_app.domain.tasks.queries import (
    TaskCounts,
    TaskQuery,
    check_known,
    count_tasks,
    find_tasks,
    list_tasks,
    select_tasks,
    soonest_tasks,
    stored_tasks,
)
from tests.domain.tasks.task_queries import NOON, add, complete, delete, numbers, page, selects

# Filters


async def test_by_default_open_tasks_are_listed_by_creation(person: Person):
    await add(person, TaskDraft("One"), TaskDraft("Two"), TaskDraft("Three"))
    await complete(person, 2)
    assert [task.number for task in (await page(person)).tasks] == [1, 3]


@pytest.mark.parametrize(("status", "found"), [("open", [1, 3]), ("done", [2]), ("all", [1, 2, 3])])
async def test_the_status_filter_selects_open_done_or_all_tasks(person: Person, status: str, found: list[int]):
    await add(person, TaskDraft("One"), TaskDraft("Two"), TaskDraft("Three"))
    await complete(person, 2)
    assert await numbers(person, status=status) == found


async def test_filters_are_anded(person: Person):
    full = TaskDraft("Buy milk", priority="high", tags=["home"], due_at=NOON)
    await add(
        person,
        full,
        TaskDraft("Buy milk", priority="high", tags=["home"]),
        TaskDraft("Buy milk", priority="high", due_at=NOON),
        TaskDraft("Buy milk", tags=["home"], due_at=NOON),
        TaskDraft("Buy tea", priority="high", tags=["home"], due_at=NOON),
        full,
    )
    await complete(person, 6)
    query = {"priority": "high", "tags": ["home"], "due_after": NOON, "due_before": NOON, "q": "milk"}
    assert await numbers(person, status="open", **query) == [1]
    assert await numbers(person, status="all", **query) == [1, 6]


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (["home"], [1, 2]),
        (["#HOME"], [1, 2]),
        (["Home", "work"], [2]),
        (["übung"], [3]),
        (["it's \\ & 'so'"], [3]),
        (["hom"], []),
        (["a"], []),
        (["a b"], [2]),
    ],
)
async def test_the_tag_filter_requires_every_tag_and_ignores_case(person: Person, tags: list[str], found: list[int]):
    await add(
        person,
        TaskDraft("One", tags=["home"]),
        TaskDraft("Two", tags=["HOME", "Work", "a b"]),
        TaskDraft("home work", tags=["ÜBUNG", "It's \\ & 'so'"]),
    )
    assert await numbers(person, tags=tags) == found


async def test_date_bounds_are_inclusive_and_exclude_tasks_without_a_due_date(person: Person):
    second = timedelta(seconds=1)
    await add(person, *(TaskDraft("x", due_at=NOON + step * second) for step in (-1, 0, 1)), TaskDraft("No date"))
    assert await numbers(person, due_before=NOON) == [1, 2]
    assert await numbers(person, due_after=NOON) == [2, 3]
    assert await numbers(person, due_after=NOON, due_before=NOON) == [2]


async def test_a_date_bound_covers_its_whole_day(person: Person):
    days = ("2030-04-30", "2030-05-01T00:00", "2030-05-01T23:59", "2030-05-01", "2030-05-02T00:00")
    await add(person, *(TaskDraft("x", due_at=day) for day in days))
    bounds = {
        name: checked_bound("2030-05-01", name, zone=person.zone, now=NOON) for name in ("due_after", "due_before")
    }
    assert await numbers(person, **bounds) == [2, 3, 4]


async def test_counts_ignore_the_filters(person: Person):
    long_ago = NOON - timedelta(days=20_000)
    await add(person, TaskDraft("a", due_at=long_ago), TaskDraft("b", due_at=long_ago), TaskDraft("c"), TaskDraft("d"))
    await complete(person, 2, 4)
    for query in ({}, {"status": "done"}, {"q": "nothing"}, {"limit": 1}):
        assert (await page(person, **query)).counts == TaskCounts(open=2, done=2, overdue=1)
    async with reading(person.id) as session:
        assert await count_tasks(session) == TaskCounts(open=2, done=2, overdue=1)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "deleted?"}, "status"),
        ({"status": ""}, "status"),
        ({"priority": "urgent"}, "priority"),
        ({"tags": [" # "]}, "tag"),
        ({"tags": ["nul\0"]}, "tag"),
        ({"q": "nul\0"}, "q"),
        ({"q": "\udc00"}, "q"),
        ({"q": "x" * 256}, "q"),
        ({"sort": "number"}, "sort"),
        ({"sort": "deleted"}, "sort"),
        ({"sort": ""}, "sort"),
        ({"order": "up"}, "order"),
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"limit": -1}, "limit"),
        ({"cursor": "x"}, "cursor"),
    ],
)
async def test_an_invalid_query_is_refused_with_the_fields_name(person: Person, query: dict[str, Any], field: str):
    with pytest.raises(Invalid) as refused:
        await page(person, **query)
    assert refused.value.facts["field"] == field


async def test_an_invalid_date_bound_is_refused_with_the_fields_name(person: Person):
    for name in ("due_before", "due_after"):
        with pytest.raises(Invalid) as refused:
            checked_bound("never ever", name, zone=person.zone, now=NOON)
        assert refused.value.facts["field"] == name


# Words


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("milk", [1]),
        ("MIL", [1]),
        ("ilk", []),
        ("milk buy", [1]),
        ("milk tea", []),
        ("litre", [1]),
        ("groc", [1]),
        ("übung", [2]),
        ("ÜBUNG", [2]),
        ("U\u0308BUNG", [2]),
        ("strasse", [2]),
        ("9/11", [3]),
        ("v1.2", [3]),
        ("user@example.org", [3]),
        ("o'brien", [3]),
        ("a:* | ! & <-> 'x' \\", []),
        ("milk' | 'tea", []),
        ("!!!", []),
        ("   ", [1, 2, 3, 4]),
        ("", [1, 2, 3, 4]),
        ("買う", [4]),
        ("🎉", [4]),
        ("पानी", [4]),
    ],
)
async def test_tasks_are_found_by_prefixes_of_their_words(person: Person, q: str, found: list[int]):
    await add(
        person,
        TaskDraft("Buy milk", description="Two litres", tags=["Groceries"]),
        TaskDraft("Übung an der Straße"),
        TaskDraft("The 9/11 report of O'Brien", description="v1.2, to user@example.org"),
        TaskDraft("牛乳を買う 🎉 पानी"),
    )
    assert await numbers(person, q=q) == found


@pytest.mark.parametrize("length", [255, 512, 2000])
async def test_a_very_long_word_is_found_by_its_prefix(person: Person, length: int):
    # Postgres silently stores 11 bits of a lexeme's length: 512 of these characters, 2,048 bytes, would have length 0.
    await add(person, TaskDraft("x", description="\U00020000" * length))
    assert await numbers(person, q="\U00020000" * 255) == [1]


async def test_another_users_tasks_are_not_found(person: Person, other_person: Person):
    await add(other_person, TaskDraft("Buy milk", tags=["home"]))
    assert await numbers(person, q="milk") == await numbers(person, tags=["home"]) == []
    async with reading(person.id) as session:
        assert await find_tasks(session, person.id, "milk", 9) == []


async def test_find_tasks_returns_open_tasks_first(person: Person):
    await add(person, TaskDraft("Milk one"), TaskDraft("Milk two"), TaskDraft("Tea"), TaskDraft("More milk"))
    await complete(person, 1)
    async with reading(person.id) as session:
        assert [task.number for task in await find_tasks(session, person.id, "milk", 9)] == [2, 4, 1]
        assert [task.number for task in await find_tasks(session, person.id, "milk", 1)] == [2]
        assert await find_tasks(session, person.id, " !! ", 9) == []


async def test_tasks_are_selected_by_numbers_or_filters_and_unknown_numbers_are_named(person: Person):
    made = await add(person, TaskDraft("One"), TaskDraft("Two"), TaskDraft("Three"))
    async with reading(person.id) as session:
        assert await select_tasks(session, person.id, [3, 1, 3]) == [made[0], made[2]]
        assert await select_tasks(session, person.id, TaskQuery(q="t")) == made[1:]
        with pytest.raises(NotFound, match="#4"):
            await select_tasks(session, person.id, [1, 4])


# The shape of the queries


async def test_a_page_with_its_counts_takes_two_queries_and_reads_one_row_more(person: Person):
    await add(person, *(TaskDraft("x", tags=["t"], due_at=NOON) for _ in range(20)))
    async with reading(person.id) as session:
        with selects(session) as found:
            await list_tasks(session, person.id, TaskQuery(tags=["t"], q="x", sort="due", limit=17))
    page, counts = [statement for statement, _ in found]
    assert "tasks.user_id = " in page
    assert "LIMIT" in page
    assert "counted_tasks" in counts
    assert "18" in re.findall(r"\d+", found[0][1])


async def test_the_tasks_of_a_filter_are_read_in_pieces(person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "READ_AT_ONCE", 2)
    made = await add(person, *(TaskDraft("x") for _ in range(5)))
    async with reading(person.id) as session:
        with selects(session) as found:
            assert await select_tasks(session, person.id, TaskQuery()) == made
    assert len(found) == 3


async def test_one_call_selects_as_many_tasks_as_permitted_and_no_more(person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "AT_ONCE_MAX", 3)
    made = await add(person, *(TaskDraft("x") for _ in range(3)))
    async with transaction(person.id) as session:
        assert await select_tasks(session, person.id, [1, 2, 3, 3]) == made
        assert await select_tasks(session, person.id, TaskQuery()) == made
        await tasks.create_task(session, Cause(person.id, "api"), TaskDraft("x"), zone=person.zone)
        for which in ([1, 2, 3, 4], TaskQuery()):
            with pytest.raises(TooManyAtOnce):
                await select_tasks(session, person.id, which)


async def test_a_page_refreshes_tasks_that_the_session_read_before(person: Person):
    await add(person, TaskDraft("Old"))
    async with transaction(person.id) as session:
        read_before = await stored_tasks(session, person.id, [1])
        async with transaction(person.id) as elsewhere:
            await elsewhere.exec(update(Task).where(col(Task.user_id) == person.id).values(title="New"))
        [listed] = (await list_tasks(session, person.id, TaskQuery())).tasks
    assert (listed.title, read_before[0].title) == ("New", "New")


async def test_the_soonest_tasks_are_open_by_date_then_undated_and_as_many_as_asked(person: Person):
    drafts = [TaskDraft("x", due_at=due) for due in (None, NOON + timedelta(days=1), NOON, NOON, None)]
    await add(person, *drafts)
    await complete(person, 3)
    async with reading(person.id) as session:
        assert [task.number for task in await soonest_tasks(session, person.id, 9)] == [4, 2, 1, 5]
        assert [task.number for task in await soonest_tasks(session, person.id, 3)] == [4, 2, 1]


async def test_a_number_is_known_once_it_was_given_also_after_a_deletion(person: Person):
    await add(person, TaskDraft("x"))
    await delete(person, 1)
    async with reading(person.id) as session:
        await check_known(session, person.id, 1)
        with pytest.raises(NotFound):
            await check_known(session, person.id, 2)


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (1, "There is no task #1."),
        (2, "There are no tasks #1, #2."),
        (10, "There are no tasks #1, #2, #3, #4, #5, #6, #7, #8, #9, #10."),
        (12, "There are no tasks #1, #2, #3, #4, #5, #6, #7, #8, #9, #10 and 2 more."),
    ],
)
async def test_ten_unknown_numbers_are_named_and_the_others_counted(person: Person, count: int, named: str):
    async with reading(person.id) as session:
        with pytest.raises(NotFound) as refused:
            await select_tasks(session, person.id, range(1, count + 1))
    assert str(refused.value.detail) == named
    assert refused.value.facts["numbers"] == list(range(1, count + 1))


async def test_the_refusal_of_a_status_names_the_others(person: Person):
    with pytest.raises(Invalid) as refused:
        await page(person, status="new")
    assert "open, done, all or deleted" in str(refused.value.detail)


async def test_a_write_refreshes_tasks_that_the_session_read_before(person: Person):
    await add(person, TaskDraft("Old"))
    async with transaction(person.id) as session:
        read_before = await stored_tasks(session, person.id, [1])
        async with transaction(person.id) as elsewhere:
            statement = update(Task).where(col(Task.user_id) == person.id).values(title="New", description="Kept")
            await elsewhere.exec(statement)
        by = Cause(person.id, "api")
        task = await tasks.update_task(session, by, 1, TaskEdit(priority="high"), zone=person.zone)
    assert (task.title, task.description) == ("New", "Kept")
    assert read_before[0].title == "New"
    assert (await page(person)).tasks == [task]
