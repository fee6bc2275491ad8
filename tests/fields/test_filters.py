"""Every place that selects tasks takes every filter of `TaskQuery`, and finds by it only the task that fits."""

from collections.abc import Awaitable, Callable
from dataclasses import fields, replace
from typing import Any

import pytest

from taskchat_app.api.mcp.arguments import FindTasks
from taskchat_app.api.schemas.task_bodies import Filter
from taskchat_app.assistant.tools.task_tools import ListTasks
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks import page_queries, queries
from taskchat_app.domain.tasks.list_views import query_of_view
from taskchat_app.domain.tasks.page_queries import TagCount
from taskchat_app.domain.tasks.queries import TaskQuery
from taskchat_app.domain.transfer.tasks_csv import csv_of_tasks
from taskchat_app.ui.task_list_state.filter_chips import filter_chips
from taskchat_app.ui.task_list_state.filter_chips import without as without_chip
from taskchat_app.ui.task_list_state.list_address import TaskFilters, address_of, filters_at, query_of
from tests.fields.stored_task import AT, FIRST, NUMBER, ZONE, Account

PAGING = "sort order limit cursor timezone newest_done".split()
OF_VIEWS = ["begun"]
"""Conditions that are a part of what the name of a view says (list_views.is_begun); programs read when tasks begin."""
FILTERS = [field.name for field in fields(TaskQuery) if field.name not in PAGING + OF_VIEWS]
VALUES: dict[str, Any] = {
    "status": "done",
    "priority": "high",
    "tags": "home",
    "due_before": "2031-03-04",
    "due_after": "2031-03-04",
    "q": "title words",
}
"""The value of each filter that the task NUMBER fits, and FIRST does not."""
API_NAMES = {"tags": "tag"}
TOOL_NAMES = {"tags": "tag", "q": "search"}
PAGE_NAMES = {"status": "view"}
VIEWS = {"status": "done", "tags": "all #home", "q": "all title"}
"""The same as the view of a calendar feed."""


def given(names: dict[str, str], name: str) -> dict[str, Any]:
    """Return the filter, beside one that finds all tasks."""
    return {names.get("status", "status"): "all"} | {names.get(name, name): VALUES[name]}


def by_address(person: Person, name: str) -> TaskQuery:
    values: dict[str, Any] = given(PAGE_NAMES, name)
    values |= {"tags": (values["tags"],)} if "tags" in values else {}
    filters = TaskFilters(**values)
    return query_of(filters_at(address_of(filters), zone=ZONE, now=now()), zone=ZONE, now=now())


MAKERS: dict[str, tuple[Callable[[Person, str], TaskQuery], str]] = {
    "Filter (task_bodies.py)": (lambda person, name: Filter(**given(API_NAMES, name)).query(person), ""),
    "ListTasks (task_tools.py)": (lambda person, name: ListTasks(**given(TOOL_NAMES, name)).query(person), ""),
    "FindTasks (mcp/arguments.py)": (lambda person, name: FindTasks(**given(TOOL_NAMES, name)).query(person), ""),
    "TaskFilters (list_address.py)": (by_address, ""),
    "list_views.py": (
        lambda person, name: query_of_view(VIEWS[name], zone=ZONE, now=now()),
        "priority due_before due_after",
    ),
}
"""What makes queries, and the filters that it does not have."""


@pytest.mark.parametrize("name", [name for name in FILTERS if name != "status"])
def test_a_list_with_a_filter_of_the_page_is_not_counted_by_its_view(name: str):
    assert TaskFilters(**{name: VALUES[name]}).narrows
    assert not TaskFilters(view="done", sort="due", order="desc", q=" ").narrows


async def by_page(session: Any, user_id: str, query: TaskQuery) -> list[int]:
    return [task.number for task in (await queries.list_tasks(session, user_id, query)).tasks]


async def in_bulk(session: Any, user_id: str, query: TaskQuery) -> list[int]:
    plain = await queries.plain_tasks(session, user_id, query)
    selected = await queries.select_tasks(session, user_id, query)
    assert [task.number for task in plain] == [task.number for task in selected]
    return [task.number for task in selected]


async def in_list(session: Any, user_id: str, query: TaskQuery) -> list[int]:
    return [task.number for task in await page_queries.read_listed_tasks(session, user_id, query, 9)]


async def in_counts(session: Any, user_id: str, query: TaskQuery) -> list[int]:
    tags = await page_queries.count_tags(session, user_id, query)
    found = await page_queries.count_found(session, user_id, query)
    return [NUMBER] * found if tags == [TagCount("home", 1)] else []


async def in_csv(session: Any, user_id: str, query: TaskQuery) -> list[int]:
    return [int(line.split(b",")[0]) async for line in csv_of_tasks(user_id, query, None) if line[:1].isdigit()]


READERS: dict[str, Callable[[Any, str, TaskQuery], Awaitable[list[int]]]] = {
    "list_tasks": by_page,
    "stored_tasks, plain_tasks": in_bulk,
    "read_listed_tasks": in_list,
    "count_tags, count_found": in_counts,
    "csv_of_tasks": in_csv,
}


@pytest.fixture
async def filled(account: Account) -> Account:
    """FIRST is an open task without other fields but another tag."""
    await account.api.patch(f"/api/tasks/{FIRST}", json={"tags": ["another"]})
    await account.write(completed_at=AT, tags=["home"])
    return account


async def test_every_place_has_every_filter(filled: Account):
    wrong: list[str] = []
    for name in FILTERS:
        for place, (make, without) in MAKERS.items():
            if name in without.split():
                continue
            try:
                query = make(filled.person, name)
            except (KeyError, TypeError, ValueError) as error:
                wrong.append(f"{place} does not take {name}: {error}")
                continue
            async with reading(filled.person.id) as session:
                for reader, read in READERS.items():
                    if (found := await read(session, filled.person.id, query)) != [NUMBER]:
                        wrong.append(f"{reader} finds {found} by {name} of {place}")
    assert not wrong, "\n".join(wrong)


async def test_a_cursor_belongs_to_every_filter(filled: Account):
    second = await filled.add(title="title words", priority="high", tags=["home"], due_at="2031-03-04")
    await filled.api.post(f"/api/tasks/{second}/complete", json={})
    ignored: list[str] = []
    filters = {name: MAKERS["Filter (task_bodies.py)"][0](filled.person, name) for name in FILTERS}
    filters["begun"] = TaskQuery(status="all", begun=True)
    async with reading(filled.person.id) as session:
        for name, query in filters.items():
            query = replace(query, limit=1)
            cursor = (await queries.list_tasks(session, filled.person.id, query)).next
            try:
                await queries.list_tasks(session, filled.person.id, TaskQuery(status="all", cursor=cursor))
                ignored.append(f"list_tasks (queries.py) lacks {name}")
            except Invalid:
                assert cursor is not None
    assert not ignored, "\n".join(ignored)


def test_the_chip_of_every_filter_removes_it_alone():
    given = {name: value for name, value in VALUES.items() if name != "status"}
    full = TaskFilters(**given | {"tags": ("home",), "due_before": "2031-03-05"}, sort="due", order="desc", view="done")
    removed = [
        [field.name for field in fields(full) if getattr(full, field.name) != getattr(left, field.name)]
        for chip in filter_chips(full, now())
        for left in [without_chip(full, chip.kind, chip.value)]
    ]
    assert sorted(removed) == sorted([name] for name in given)
