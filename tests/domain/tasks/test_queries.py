"""Task queries: filters, search, sort orders, pages without duplicates or gaps."""

import base64
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import Invalid, NotFound, TooManyAtOnce
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks import queries, tasks
from taskchat_app.domain.tasks.fields import TaskDraft, TaskEdit, checked_bound
from taskchat_app.domain.tasks.queries import (
    TaskCounts,
    TaskPage,
    TaskQuery,
    check_known,
    count_tasks,
    find_tasks,
    list_tasks,
    select_tasks,
    soonest_tasks,
    stored_tasks,
)
from taskchat_app.domain.tasks.task_view import TaskView

NOON = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)
PRIORITY_LEVELS = {"low": 1, "medium": 2, "high": 3}


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


# Deleted tasks


async def delete(person: Person, *numbers: int) -> None:
    for number in numbers:
        async with transaction(person.id) as session:
            await tasks.delete_task(session, Cause(person.id, "api"), number)


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


# Sorts and pages


def in_order(made: Sequence[TaskView], sort: str, order: str) -> list[int]:
    """Return the order that the contract specifies, computed in Python."""
    keys = {
        "created": lambda task: task.created_at,
        "due": lambda task: task.due_at,
        "priority": lambda task: PRIORITY_LEVELS[task.priority],
        "title": lambda task: task.title.lower(),
    }
    undated = [task for task in made if sort == "due" and task.due_at is None]
    dated = [task for task in made if task not in undated]
    backwards = order == "desc"
    by_key = sorted(dated, key=lambda task: (keys[sort](task), task.number), reverse=backwards)
    return [task.number for task in by_key + sorted(undated, key=lambda task: task.number, reverse=backwards)]


async def test_pages_of_500_tasks_contain_each_once_in_order(person: Person):
    titles = ["buy Milk", "Buy milk", "ÜBUNG", "übung", "zoo", "Äpfel", "tea"]
    made = await add(
        person,
        *(
            TaskDraft(
                titles[index * 5 % 7],
                priority=["low", "medium", "high"][index * 2 % 3],
                due_at=None if index % 4 == 0 else NOON + timedelta(days=index * 7 % 11),
            )
            for index in range(500)
        ),
    )
    for sort, order in product(("created", "due", "priority", "title"), ("asc", "desc")):
        visited = await read_all_pages(person, sort=sort, order=order, limit=37)
        assert [task.number for task in visited] == in_order(made, sort, order), (sort, order)


async def test_descending_priority_lists_high_first(person: Person):
    await add(person, *(TaskDraft("x", priority=name) for name in ("medium", "low", "high")))
    assert await numbers(person, sort="priority", order="desc") == [3, 1, 2]


async def test_a_full_last_page_has_no_next(person: Person):
    await add(person, *(TaskDraft("x") for _ in range(4)))
    first = await page(person, limit=2)
    assert first.next is not None
    assert (await page(person, limit=2, cursor=first.next)).next is None
    assert (await page(person, limit=4)).next is None


@pytest.mark.parametrize("sort", ["created", "due", "priority", "title"])
async def test_pages_stay_correct_while_tasks_are_created_and_deleted(person: Person, sort: str):
    made = await add(person, *(TaskDraft(f"m{index}", due_at=NOON) for index in range(6)))
    first = await page(person, sort=sort, limit=3)
    await add(person, TaskDraft("a before all", due_at=NOON - timedelta(days=1), priority="low"))
    async with transaction(person.id) as session:
        await tasks.delete_task(session, Cause(person.id, "api"), first.tasks[-1].number)
    rest = await page(person, sort=sort, limit=50, cursor=first.next)
    assert [task.number for task in rest.tasks if task.number <= 6] == [task.number for task in made[3:]]


async def test_a_cursor_is_valid_only_for_its_sort_order_and_filters(person: Person):
    await add(person, *(TaskDraft("x", priority="high", tags=["t"], due_at=NOON) for _ in range(3)))
    query: dict[str, Any] = {"sort": "title", "order": "asc", "limit": 1}
    cursor = (await page(person, **query)).next
    assert len((await page(person, **query, cursor=cursor)).tasks) == 1
    others = (
        {"sort": "created"},
        {"sort": "due"},
        {"order": "desc"},
        {"status": "all"},
        {"priority": "high"},
        {"tags": ["t"]},
        {"q": "x"},
        {"due_before": NOON},
        {"due_after": NOON},
    )
    for other in others:
        with pytest.raises(Invalid, match="cursor"):
            await page(person, **query | other, cursor=cursor)


@pytest.mark.parametrize("sort", ["created", "due", "priority", "title", "manual"])
async def test_a_forged_cursor_is_refused(person: Person, sort: str):
    await add(person, *(TaskDraft("x", due_at=NOON) for _ in range(2)))
    good = (await page(person, sort=sort, limit=1)).next
    assert good is not None
    mark, key, number = json.loads(base64.urlsafe_b64decode(good + "=="))
    keys: list[Any] = [7.5, True, [], {}, "\ud800", "nul\0", 10**30, -1]
    if sort != "title":
        keys += ["no moment", "2030-01-01T00:00:00"]
    forged_parts: list[Any] = [[mark, wrong, number] for wrong in keys]
    forged_parts += [[mark, key, wrong] for wrong in (0, -1, 2**31, 10**30, "1", None, True, 1.0)]
    forged_parts += [[mark, key], [mark, key, number, 1], ["", key, number], {}, [], 1, None, "text"]
    if sort != "due":
        forged_parts.append([mark, None, number])
    forged_cursors = [
        base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=") for parts in forged_parts
    ]
    for cursor in [
        *forged_cursors,
        "é",
        "=",
        "a",
        "!!!!",
        good + "x",
        "\ud800",
        base64.urlsafe_b64encode(b"\xff").decode(),
    ]:
        with pytest.raises(Invalid):
            await page(person, sort=sort, limit=1, cursor=cursor)


# The shape of the queries


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


@pytest.mark.parametrize("limit", [1, queries.LIMIT_MAX])
async def test_the_lowest_and_the_highest_limit_are_accepted(person: Person, limit: int):
    await add(person, TaskDraft("x"))
    assert len((await page(person, limit=limit)).tasks) == 1


@pytest.mark.parametrize("bound", ["due_before", "due_after"])
async def test_a_cursor_is_valid_for_a_bound_that_is_relative_to_the_clock(person: Person, bound: str):
    second = timedelta(seconds=1)
    await add(person, *(TaskDraft("x", due_at=NOON) for _ in range(2)))
    first = await page(person, **{bound: NOON}, limit=1)
    shifted = NOON + second if bound == "due_before" else NOON - second
    rest = await page(person, **{bound: shifted}, limit=1, cursor=first.next)
    assert [task.number for task in rest.tasks] == [2]
    with pytest.raises(Invalid, match="cursor"):
        await page(person, limit=1, cursor=first.next)


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
