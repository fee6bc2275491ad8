"""Pages of tasks: sort orders, cursors, no duplicates or gaps."""

import base64
import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks import queries, tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.task_view import TaskView
from tests.domain.tasks.task_queries import NOON, add, numbers, page, read_all_pages

PRIORITY_LEVELS = {"low": 1, "medium": 2, "high": 3}


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
