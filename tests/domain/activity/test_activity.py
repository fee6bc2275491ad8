"""The activity list with filters and pages, and receipts."""

import re
from typing import Any

import pytest

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.activity.receipts import changes_of_turn, receipt
from taskchat_app.domain.activity.undo import undo_turn
from taskchat_app.domain.log import effective_changes
from taskchat_app.domain.log.changes import Actor, Cause, Entry, record
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks import task_rows, tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from tests.statements import sent_statements


async def add(person: Person, title: str = "Buy milk", actor: Actor = "person", turn: str | None = None) -> int:
    async with transaction() as session:
        cause = Cause(person.id, actor, "thread" if turn else None, turn)
        return (await task_rows.create_task(session, cause, TaskDraft(title), zone=person.zone)).number


async def complete(person: Person, number: int, turn: str | None = None) -> None:
    async with transaction() as session:
        await tasks.complete_task(session, Cause(person.id, "assistant", None, turn), number)


async def list_changes(person: Person, **query: Any) -> list[tuple[str, int | None]]:
    async with reading() as session:
        page = await list_activity(session, person.id, **query)
    return [(change.action, change.task_number) for change in page.changes]


def change(action: str, number: int) -> Change:
    return Change(user_id="u", id=1, actor="person", kind="task", action=action, task_number=number)


async def test_only_changes_of_tasks_are_listed_newest_first(person: Person) -> None:
    await add(person)
    async with transaction() as session:
        await record(session, Cause(person.id, "person"), [Entry("thread", "created"), Entry("turn", "done")])
    await complete(person, 1)
    assert await list_changes(person) == [("completed", 1), ("created", 1)]


async def test_filters_are_anded(person: Person) -> None:
    await add(person, turn="one")
    await add(person, turn="two")
    await complete(person, 1, turn="two")
    assert await list_changes(person, task=1) == [("completed", 1), ("created", 1)]
    assert await list_changes(person, turn="two") == [("completed", 1), ("created", 2)]
    assert await list_changes(person, task=1, turn="two") == [("completed", 1)]
    for query in ({"task": 3}, {"task": 0}, {"task": -1}, {"task": 10**30}, {"turn": "three"}, {"turn": ""}):
        assert await list_changes(person, **query) == []


async def test_pages_contain_each_change_once_while_new_changes_are_recorded(person: Person) -> None:
    for _ in range(7):
        await add(person)
    seen: list[int] = []
    cursor = None
    while True:
        async with reading() as session:
            page = await list_activity(session, person.id, cursor=cursor, limit=3)
        seen += [change.id for change in page.changes]
        cursor = page.next
        if cursor is None:
            break
        await add(person)
    assert seen == [7, 6, 5, 4, 3, 2, 1]


async def test_a_full_last_page_has_no_next(person: Person) -> None:
    for _ in range(3):
        await add(person)
    async with reading() as session:
        assert (await list_activity(session, person.id, limit=3)).next is None
        assert (await list_activity(session, person.id, limit=2)).next is not None


INVALID: list[tuple[dict[str, Any], str]] = [
    ({"limit": 0}, "limit"),
    ({"limit": 201}, "limit"),
    ({"limit": -(10**30)}, "limit"),
    ({"cursor": ""}, "cursor"),
    ({"cursor": "x"}, "cursor"),
    ({"cursor": "-1"}, "cursor"),
    ({"cursor": "9" * 19}, "cursor"),
    ({"cursor": "²"}, "cursor"),
    ({"turn": "nul\0"}, "turn"),
    ({"turn": "\udc00"}, "turn"),
]


async def test_an_invalid_argument_is_refused_with_its_name(person: Person) -> None:
    for query, field in INVALID:
        with pytest.raises(Invalid) as refused:
            await list_changes(person, **query)
        assert refused.value.facts["field"] == field, query


async def test_the_receipt_of_a_retried_turn_counts_only_the_new_changes(person: Person) -> None:
    await add(person, turn="one")
    async with transaction() as session:
        await undo_turn(session, Cause(person.id, "person"), "one")
    number = await add(person, turn="one")
    async with reading() as session:
        changes = await changes_of_turn(session, person.id, "one", first_change_id=3)
    assert receipt(changes) == f"Added #{number}"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ([], "Nothing changed"),
        ([("created", 7), ("completed", 3)], "Added #7, completed #3"),
        ([("completed", 3), ("created", 7), ("created", 8)], "Added #7, #8, completed #3"),
        ([("updated", 2), ("updated", 2)], "Changed #2"),
        ([("deleted", number) for number in range(1, 201)], "Deleted 200 tasks"),
        ([("undone", 4), ("restored", 5), ("reopened", 6)], "Reopened #6, restored #5, put back #4"),
    ],
)
def test_a_receipt_summarizes_the_recorded_changes(changes: list[tuple[str, int]], line: str) -> None:
    assert receipt([change(action, number) for action, number in changes]) == line


async def test_a_page_reads_one_row_more_to_know_whether_another_follows(person: Person) -> None:
    for _ in range(4):
        await add(person)
    async with reading() as session:
        with sent_statements("SELECT") as found:
            assert (await list_activity(session, person.id, limit=4)).next is None
            assert (await list_activity(session, person.id, limit=3)).next == "2"
    read = [statement for statement in found if "LIMIT" in statement]
    assert ["5" in re.findall(r"\d+", read[0]), "4" in re.findall(r"\d+", read[1])] == [True, True]


async def test_all_changes_are_read_in_pieces(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effective_changes, "READ_AT_ONCE", 2)
    for _ in range(5):
        await add(person)
    async with reading() as session:
        with sent_statements("SELECT") as found:
            changes = await effective_changes.read_changes(session, effective_changes.changes_of_tasks(person.id))
    assert [change.id for change in changes] == [1, 2, 3, 4, 5]
    assert len(found) == 3


async def test_the_lowest_and_the_highest_limit_are_accepted(person: Person) -> None:
    await add(person)
    for limit in (1, 200):
        assert await list_changes(person, limit=limit) == [("created", 1)]


async def test_a_cursor_that_is_no_id_of_a_change_is_refused(person: Person) -> None:
    for cursor in ("9" * 19, "-1", "٣", "1.0", ""):
        with pytest.raises(Invalid) as refused:
            await list_changes(person, cursor=cursor)
        assert refused.value.facts["field"] == "cursor", cursor
    await add(person)
    assert await list_changes(person, cursor="9" * 18) == [("created", 1)]
