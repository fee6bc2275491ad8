"""Task queries: filters, search by words, selections, deleted tasks, the statements that they take."""

import re
from datetime import timedelta
from typing import Any

import pytest

from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.errors import Invalid, NotFound, TooManyAtOnce
from taskchat_app.domain.tasks import queries, tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.fields import TaskDraft, checked_bound
from taskchat_app.domain.tasks.queries import (
    TaskCounts,
    TaskQuery,
    check_known,
    find_tasks,
    list_tasks,
    select_tasks,
    soonest_tasks,
    stored_tasks,
)
from taskchat_app.domain.tasks.task_view import TaskView
from tests.statements import sent_statements
from tests.task_account import NOON, Account

SECOND = timedelta(seconds=1)


def numbers_of(tasks: list[TaskView]) -> list[int]:
    return [task.number for task in tasks]


# Filters


async def test_filters_are_anded(me: Account):
    full: dict[str, Any] = {"title": "Buy milk", "priority": "high", "tags": ["home"], "due_at": NOON}
    others: list[dict[str, Any]] = [{"due_at": None}, {"tags": []}, {"priority": "medium"}, {"title": "Buy tea"}, {}]
    await me.add_all(TaskDraft(**full), *(TaskDraft(**full | other) for other in others))
    await me.complete(6)
    query = {"priority": "high", "tags": ["home"], "due_after": NOON, "due_before": NOON, "q": "milk"}
    assert await me.numbers(status="open", **query) == [1]
    assert await me.numbers(status="all", **query) == [1, 6]


async def test_the_tag_filter_requires_every_tag_and_ignores_case(me: Account):
    await me.add_all(
        TaskDraft("One", tags=["home"]),
        TaskDraft("Two", tags=["HOME", "Work", "a b"]),
        TaskDraft("home work", tags=["ÜBUNG", "It's \\ & 'so'"]),
    )
    found = {("home",): [1, 2], ("#HOME",): [1, 2], ("Home", "work"): [2], ("übung",): [3], ("it's \\ & 'so'",): [3]}
    for tags, numbers in (found | {("hom",): [], ("a",): [], ("a b",): [2]}).items():
        assert await me.numbers(tags=tags) == numbers, tags


async def test_date_bounds_are_inclusive_and_a_date_covers_its_whole_day(me: Account, other: Account):
    await me.add_all(*(TaskDraft("x", due_at=NOON + step * SECOND) for step in (-1, 0, 1)), "No date")
    assert await me.numbers(due_before=NOON) == [1, 2]
    assert await me.numbers(due_after=NOON) == [2, 3]
    assert await me.numbers(due_after=NOON, due_before=NOON) == [2]
    days = ("2030-04-30", "2030-05-01T00:00", "2030-05-01T23:59", "2030-05-01", "2030-05-02T00:00")
    await other.add_all(*(TaskDraft("x", due_at=day) for day in days))
    names = ("due_after", "due_before")
    bounds = {name: checked_bound("2030-05-01", name, zone=other.person.zone, now=NOON) for name in names}
    assert await other.numbers(**bounds) == [2, 3, 4]
    for name in names:
        with pytest.raises(Invalid) as refused:
            checked_bound("never ever", name, zone=me.person.zone, now=NOON)
        assert refused.value.facts["field"] == name


async def test_counts_ignore_the_filters(me: Account):
    long_ago = NOON - timedelta(days=20_000)
    await me.add_all(TaskDraft("a", due_at=long_ago), TaskDraft("b", due_at=long_ago), "c", "d")
    await me.complete_all([2, 4])
    for query in ({}, {"status": "done"}, {"q": "nothing"}, {"limit": 1}):
        assert (await me.page(**query)).counts == TaskCounts(open=2, done=2, overdue=1)


INVALID: dict[str, list[Any]] = {
    "status": ["deleted?", "", "new"], "priority": ["urgent"], "tag": [[" # "], ["nul\0"]],
    "q": ["nul\0", "\udc00", "x" * 256], "sort": ["number", "deleted", ""], "order": ["up"], "limit": [0, 201, -1],
    "cursor": ["x"],
}  # fmt: skip


async def test_an_invalid_query_is_refused_with_the_fields_name(me: Account):
    for field, values in INVALID.items():
        for value in values:
            with pytest.raises(Invalid) as refused:
                await me.page(**{"tags" if field == "tag" else field: value})
            assert refused.value.facts["field"] == field, value
    with pytest.raises(Invalid, match="open, done, all or deleted"):
        await me.page(status="new")


# Words

WORDS = {
    1: "milk|MIL|milk buy|litre|groc",
    2: "übung|ÜBUNG|U\u0308BUNG|strasse",
    3: "9/11|v1.2|user@example.org|o'brien",
    4: "買う|🎉|पानी",
    0: "ilk|milk tea|!!!",
}
"""What each task is found by; 0: none."""


async def test_tasks_are_found_by_prefixes_of_their_words(me: Account, other: Account):
    await me.add_all(
        TaskDraft("Buy milk", description="Two litres", tags=["Groceries"]),
        "Übung an der Straße",
        TaskDraft("The 9/11 report of O'Brien", description="v1.2, to user@example.org"),
        "牛乳を買う 🎉 पानी",
    )
    for number, words in WORDS.items():
        for q in words.split("|"):
            assert await me.numbers(q=q) == ([number] if number else []), q
    for q in ("a:* | ! & <-> 'x' \\", "milk' | 'tea"):
        assert await me.numbers(q=q) == []
    assert await me.numbers(q="   ") == await me.numbers(q="") == [1, 2, 3, 4]
    assert await other.numbers(q="milk") == await other.numbers(tags=["Groceries"]) == []
    assert await other.get(find_tasks, "milk", 9) == []


async def test_a_very_long_word_is_found_by_its_prefix(me: Account):
    # Postgres silently stores 11 bits of a lexeme's length: 512 of these characters, 2,048 bytes, would have length 0.
    await me.add_all(*(TaskDraft("x", description="\U00020000" * length) for length in (255, 512, 2000)))
    assert await me.numbers(q="\U00020000" * 255) == [1, 2, 3]


async def test_found_tasks_are_open_ones_first_and_the_soonest_by_date_then_undated(me: Account, other: Account):
    await me.add_all("Milk one", "Milk two", "Tea", "More milk")
    await me.complete(1)
    assert numbers_of(await me.get(find_tasks, "milk", 9)) == [2, 4, 1]
    assert numbers_of(await me.get(find_tasks, "milk", 1)) == [2]
    assert await me.get(find_tasks, " !! ", 9) == []
    await other.add_all(*(TaskDraft("x", due_at=due) for due in (None, NOON + timedelta(days=1), NOON, NOON, None)))
    await other.complete(3)
    assert numbers_of(await other.get(soonest_tasks, 9)) == [4, 2, 1, 5]
    assert numbers_of(await other.get(soonest_tasks, 3)) == [4, 2, 1]


# Selections


async def test_tasks_are_selected_by_numbers_or_filters(me: Account):
    made = await me.add_all("One", "Two", "Three")
    assert await me.get(select_tasks, [3, 1, 3]) == [made[0], made[2]]
    assert await me.get(select_tasks, TaskQuery(q="t")) == made[1:]
    await me.delete(1)
    await me.get(check_known, 1)
    with pytest.raises(NotFound):
        await me.get(check_known, 4)


async def test_ten_unknown_numbers_are_named_and_the_others_counted(me: Account):
    ten = ", ".join(f"#{number}" for number in range(1, 11))
    for count, named in (
        (1, "There is no task #1."),
        (2, "There are no tasks #1, #2."),
        (10, f"There are no tasks {ten}."),
        (12, f"There are no tasks {ten} and 2 more."),
    ):
        with pytest.raises(NotFound) as refused:
            await me.get(select_tasks, range(1, count + 1))
        assert str(refused.value.detail) == named
        assert refused.value.facts["numbers"] == list(range(1, count + 1))


async def test_one_call_selects_as_many_tasks_as_permitted_and_no_more(me: Account, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "AT_ONCE_MAX", 3)
    made = await me.add_all("x", "x", "x")
    assert await me.get(select_tasks, [1, 2, 3, 3]) == await me.get(select_tasks, TaskQuery()) == made
    await me.add()
    for which in ([1, 2, 3, 4], TaskQuery()):
        with pytest.raises(TooManyAtOnce):
            await me.get(select_tasks, which)


# Deleted tasks


async def test_deleted_tasks_are_listed_newest_first_for_30_days_and_filtered(me: Account, other: Account):
    titles = ("Buy milk", "Buy tea", "Call mum", "Stays", "Gone", "Just there")
    made = await me.add_all(
        *(TaskDraft(title, tags=["home"] if index % 2 else []) for index, title in enumerate(titles))
    )
    await me.complete(2)
    await me.delete(3, 1)
    completed = await me.delete(2)
    assert (await me.page(status="deleted")).tasks == [completed, made[0], made[2]]
    assert await me.numbers(status="deleted", order="asc") == [3, 1, 2]
    assert await me.numbers(status="deleted", sort="title") == [1, 2, 3]
    assert await me.numbers(status="deleted", q="buy") == [2, 1]
    assert await me.numbers(status="deleted", tags=["home"], q="buy") == [2]
    assert await me.numbers(status="all") == [4, 5, 6]
    assert (await me.page(status="deleted")).counts == TaskCounts(open=3, done=0, overdue=0)
    await me.delete(5, 6)
    await me.set_deleted_ago(5, days=30, minutes=1)
    await me.set_deleted_ago(6, days=29, hours=23)
    assert await me.numbers(status="deleted") == [2, 1, 3, 6]
    assert await other.numbers(status="deleted") == []


async def test_deleted_tasks_are_found_only_with_the_status_deleted_each_on_one_page(me: Account, other: Account):
    await me.add_all(*(f"Buy milk {number}" for number in range(1, 4)))
    await me.complete_all([2, 3])
    await me.delete_all([1, 3])
    assert numbers_of(await me.get(find_tasks, "milk", 9)) == [2]
    assert await me.get(soonest_tasks, 9) == []
    assert (await me.page()).counts == TaskCounts(open=0, done=1, overdue=0)
    for status, numbers in (("open", []), ("done", [2]), ("all", [2]), ("deleted", [3, 1])):
        assert await me.numbers(status=status, q="milk") == numbers
        if status != "deleted":
            assert numbers_of(await me.get(select_tasks, TaskQuery(status=status))) == numbers
    with pytest.raises(NotFound):
        await me.get(select_tasks, [1, 2])
    for verb in (tasks.bulk_complete, tasks.bulk_delete):
        with pytest.raises(Invalid) as refused:
            await me.run(verb, TaskQuery(status="deleted"))
        assert refused.value.facts["field"] == "status"
    await other.add_all(*["x"] * 7)
    await other.delete_all()
    assert await other.numbers_by_page(status="deleted", limit=3) == [7, 6, 5, 4, 3, 2, 1]


# The shape of the queries


async def test_a_page_takes_three_queries_and_a_filter_is_read_in_pieces(me: Account, monkeypatch: pytest.MonkeyPatch):
    made = await me.add_all(*(TaskDraft("x", tags=["t"], due_at=NOON) for _ in range(20)))
    async with reading(me.person.id) as session:
        with sent_statements("SELECT") as found:
            await list_tasks(session, me.person.id, TaskQuery(tags=["t"], q="x", sort="due", limit=17))
    page, steps, counts = found
    assert "tasks.user_id = " in page
    assert "LIMIT" in page
    assert "tasks.parent_number" in steps
    assert "counted_tasks" in counts
    assert "18" in re.findall(r"\d+", page), "one row more than the page"
    monkeypatch.setattr(queries, "READ_AT_ONCE", 8)
    async with reading(me.person.id) as session:
        with sent_statements("SELECT") as found:
            assert await select_tasks(session, me.person.id, TaskQuery()) == made
    assert len(found) == 4, "three pieces, and the numbers of their steps"


async def test_pages_and_writes_refresh_tasks_that_the_session_read_before(me: Account):
    await me.add("Old")
    async with transaction(me.person.id) as session:
        read_before = await stored_tasks(session, me.person.id, [1])
        await me.set_columns(1, title="New")
        [listed] = (await list_tasks(session, me.person.id, TaskQuery())).tasks
        assert (listed.title, read_before[0].title) == ("New", "New")
        await me.set_columns(1, title="Newer", description="Kept")
        task = await tasks.update_task(session, me.by(), 1, TaskEdit(priority="high"), zone=me.person.zone)
    assert (task.title, task.description, read_before[0].title) == ("Newer", "Kept", "Newer")
    assert (await me.page()).tasks == [task]
