"""Pages of tasks: sort orders, cursors, no duplicates or gaps; rows and counts of long lists."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlmodel import select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks import page_queries
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.page_queries import (
    TagCount,
    count_found,
    count_tags,
    count_views,
    read_listed_tasks,
    read_tasks,
)
from taskchat_app.domain.tasks.queries import LIMIT_MAX, ORDERS, TaskQuery
from taskchat_app.domain.tasks.sorted_pages import DATES, ordering
from taskchat_app.domain.tasks.task_view import TaskView
from tests.statements import plan_of
from tests.task_account import NOON, Account

PRIORITY_LEVELS = {"low": 1, "medium": 2, "high": 3}
SORTS = ("created", "due", "start", "priority", "title")


def in_order(made: Sequence[TaskView], sort: str, order: str) -> list[int]:
    """Return the order that the contract specifies, computed in Python."""
    keys = {
        "created": lambda task: task.created_at,
        "due": lambda task: task.due_at,
        "start": lambda task: task.start_at,
        "priority": lambda task: PRIORITY_LEVELS[task.priority],
        "title": lambda task: task.title.lower(),
    }
    undated = [task for task in made if sort in DATES and keys[sort](task) is None]
    dated = [task for task in made if task not in undated]
    backwards = order == "desc"
    by_key = sorted(dated, key=lambda task: (keys[sort](task), task.number), reverse=backwards)
    return [task.number for task in by_key + sorted(undated, key=lambda task: task.number, reverse=backwards)]


async def test_pages_contain_each_task_once_in_order(me: Account):
    titles = ["buy Milk", "Buy milk", "ÜBUNG", "übung", "zoo", "Äpfel", "tea"]
    made = await me.add_all(
        *(
            TaskDraft(
                titles[index * 5 % 7],
                priority=["low", "medium", "high"][index * 2 % 3],
                due_at=None if index % 4 == 0 else NOON + timedelta(days=index * 7 % 11),
                start_at=None if index % 3 == 0 else NOON - timedelta(days=index * 5 % 13),
            )
            for index in range(120)
        )
    )
    for sort, order in product(SORTS, ("asc", "desc")):
        visited = await me.numbers_by_page(sort=sort, order=order, limit=37)
        assert visited == in_order(made, sort, order), (sort, order)
    assert {task.priority for task in (await me.page(sort="priority", order="desc", limit=3)).tasks} == {"high"}


async def test_a_full_last_page_has_no_next_and_a_cursor_may_have_a_relative_bound(me: Account, other: Account):
    await me.add_all("x", "x", "x", "x")
    first = await me.page(limit=2)
    assert first.next is not None
    assert (await me.page(limit=2, cursor=first.next)).next is None
    assert (await me.page(limit=4)).next is None
    assert [len((await me.page(limit=limit)).tasks) for limit in (1, LIMIT_MAX)] == [1, 4]
    await other.add_all(*(TaskDraft("x", due_at=NOON) for _ in range(2)))
    for bound, shifted in (("due_before", NOON + timedelta(seconds=1)), ("due_after", NOON - timedelta(seconds=1))):
        first = await other.page(**{bound: NOON}, limit=1)
        rest = await other.page(**{bound: shifted}, limit=1, cursor=first.next)
        assert [task.number for task in rest.tasks] == [2]
        with pytest.raises(Invalid, match="cursor"):
            await other.page(limit=1, cursor=first.next)


@pytest.mark.parametrize("sort", SORTS)
async def test_pages_stay_correct_while_tasks_are_created_and_deleted(me: Account, sort: str):
    made = await me.add_all(*(TaskDraft(f"m{index}", due_at=NOON, start_at=NOON) for index in range(6)))
    first = await me.page(sort=sort, limit=3)
    await me.add("a before all", due_at=NOON - timedelta(days=1), start_at=NOON - timedelta(days=1), priority="low")
    await me.delete(first.tasks[-1].number)
    rest = await me.page(sort=sort, limit=50, cursor=first.next)
    assert [task.number for task in rest.tasks if task.number <= 6] == [task.number for task in made[3:]]


async def test_a_cursor_is_valid_only_for_its_sort_and_order(me: Account):  # and filters: tests/fields
    await me.add_all(*(TaskDraft("x", due_at=NOON) for _ in range(3)))
    query: dict[str, Any] = {"sort": "title", "order": "asc", "limit": 1}
    cursor = (await me.page(**query)).next
    assert len((await me.page(**query, cursor=cursor)).tasks) == 1
    for other in ({"sort": "created"}, {"sort": "due"}, {"order": "desc"}):
        with pytest.raises(Invalid, match="cursor"):
            await me.page(**query | other, cursor=cursor)


@pytest.mark.parametrize("sort", [*SORTS, "manual"])
async def test_a_forged_cursor_is_refused(me: Account, sort: str):
    await me.add_all(*(TaskDraft("x", due_at=NOON, start_at=NOON) for _ in range(2)))
    good = (await me.page(sort=sort, limit=1)).next
    assert good is not None
    mark, key, number = json.loads(base64.urlsafe_b64decode(good + "=="))
    keys: list[Any] = [7.5, True, [], {}, "\ud800", "nul\0", 10**30, -1]
    if sort != "title":
        keys += ["no moment", "2030-01-01T00:00:00"]
    forged: list[Any] = [[mark, wrong, number] for wrong in keys]
    forged += [[mark, key, wrong] for wrong in (0, -1, 2**31, 10**30, "1", None, True, 1.0)]
    forged += [[mark, key], [mark, key, number, 1], ["", key, number], {}, [], 1, None, "text"]
    if sort not in DATES:
        forged.append([mark, None, number])
    encoded = [base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=") for parts in forged]
    not_utf_8 = base64.urlsafe_b64encode(b"\xff").decode()
    for cursor in (*encoded, "é", "=", "a", "!!!!", good + "x", "\ud800", not_utf_8):
        with pytest.raises(Invalid):
            await me.page(sort=sort, limit=1, cursor=cursor)


# Long lists, as the page reads them

TODAY_ENDS = datetime(2100, 1, 1, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("sort", ["created", "manual"])
async def test_lists_in_both_directions_are_read_from_an_index_without_sorting(person: Person, sort: str, order: str):
    listed = select(Task.number).where(Task.user_id == person.id).order_by(*ordering(sort, order)).limit(50)
    async with reading(person.id) as session:
        plan = await plan_of(session, listed, without=("seqscan", "bitmapscan", "sort"))
    assert any("Index" in line for line in plan)
    assert not any(line.strip(" ->").startswith("Sort  (") for line in plan), plan


async def test_rows_are_read_by_number_with_deleted_tasks_and_without_other_users_tasks(me: Account, other: Account):
    await me.add_all("Mine", "Deleted")
    await other.add_all("Theirs", "Theirs too", "And this")
    await me.delete(2)
    assert [task.title for task in await me.get(read_tasks, [1, 2, 3])] == ["Mine", "Deleted"]
    assert await me.get(read_tasks, []) == []
    assert [task.number for task in await me.get(read_tasks, [1, 0, -1, 2**31, 2**61 + 1, 10**30])] == [1]


async def test_each_view_is_counted_and_today_includes_overdue_tasks(me: Account):
    soon = now() + timedelta(hours=1)
    dates = {
        "Overdue": "2020-01-01", "Today": TODAY_ENDS, "Soon": soon, "Later": "2100-01-02", "Some day": None,
        "Done": "2020-01-01", "Deleted": "2020-01-01", "Done early": soon - timedelta(minutes=1),
        "Done long before": "2100-01-02",
    }  # fmt: skip
    await me.add_all(*(TaskDraft(title, due_at=due) for title, due in dates.items()))
    await me.complete_all([6, 8, 9])
    await me.delete(7)
    counts = await me.get(count_views, TODAY_ENDS)
    assert (counts.open, counts.today, counts.upcoming, counts.overdue, counts.done) == (5, 3, 1, 1, 3)
    assert counts.next_due == soon.replace(microsecond=0)


async def test_tags_are_counted_without_regard_to_case(me: Account, other: Account, monkeypatch: pytest.MonkeyPatch):
    await me.add_all(
        TaskDraft("One", tags=["home", "shop"]),
        TaskDraft("Two", tags=["Home"], priority="high"),
        TaskDraft("Three", tags=["work"], priority="high"),
        TaskDraft("Done", tags=["work"]),
    )
    await other.add_all(TaskDraft("Theirs", tags=["a", "b", "c"]), TaskDraft("Theirs too", tags=["c", "b"]))
    await me.complete(4)
    counts = await me.get(count_tags, TaskQuery())
    assert [(found.tag.lower(), found.count) for found in counts] == [("home", 2), ("shop", 1), ("work", 1)]
    assert await me.get(count_tags, TaskQuery(priority="high", tags=["work"])) == [TagCount("work", 1)]
    assert await me.get(count_found, TaskQuery(priority="high")) == 2
    monkeypatch.setattr(page_queries, "TAGS_MAX", 2)
    assert await other.get(count_tags, TaskQuery()) == [TagCount("b", 2), TagCount("c", 2)], "the most used ones"


async def test_order_and_number_are_those_of_the_filtered_tasks_up_to_the_given_length(me: Account, other: Account):
    await me.add_all(*(TaskDraft(f"Task {number}", priority="high") for number in range(4)), "Medium")
    await me.complete(1)
    await me.delete(2)
    for status, numbers in (("open", [3, 4]), ("done", [1]), ("all", [1, 3, 4]), ("deleted", [2])):
        query = TaskQuery(status=status, priority="high")
        ordered = await me.get(read_listed_tasks, query, 10)
        assert [(placed.number, placed.done) for placed in ordered] == [(one, one == 1) for one in numbers]
        assert await me.get(count_found, query) == len(numbers)
    await other.add_all(*(TaskDraft(f"Task {number}", due_at=f"2100-01-{9 - number:02}") for number in range(1, 6)))
    query = TaskQuery(sort="due", order="desc")
    for length in (10, 2):
        placed = [task.number for task in await other.get(read_listed_tasks, query, length)]
        assert placed == [1, 2, 3, 4, 5][:length]
