"""The activity list with filters and pages, and receipts."""

import re
from typing import Any

import pytest

from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.activity.receipts import receipt
from taskchat_app.domain.log import effective_changes
from taskchat_app.domain.log.changes import Entry, record
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Change
from tests.statements import sent_statements
from tests.task_account import Account


async def list_changes(me: Account, **query: Any) -> list[tuple[str, int | None]]:
    page = await me.get(list_activity, **query)
    return [(change.action, change.task_number) for change in page.changes]


def change(action: str, number: int) -> Change:
    return Change(user_id="u", id=1, actor="person", kind="task", action=action, task_number=number)


async def test_only_changes_of_tasks_are_listed_newest_first(me: Account) -> None:
    await me.add()
    await me.run(record, [Entry("thread", "created"), Entry("turn", "done")])
    await me.complete(1)
    assert await list_changes(me) == [("completed", 1), ("created", 1)]


async def test_filters_are_anded(me: Account) -> None:
    await me.add(turn="one")
    await me.add(turn="two")
    await me.complete(1, turn="two")
    assert await list_changes(me, task=1) == [("completed", 1), ("created", 1)]
    assert await list_changes(me, turn="two") == [("completed", 1), ("created", 2)]
    assert await list_changes(me, task=1, turn="two") == [("completed", 1)]
    for query in ({"task": 3}, {"task": 0}, {"task": -1}, {"task": 10**30}, {"turn": "three"}, {"turn": ""}):
        assert await list_changes(me, **query) == []


async def test_pages_contain_each_change_once_while_new_changes_are_recorded(me: Account) -> None:
    await me.add_all(*["Buy milk"] * 7)
    seen: list[int] = []
    cursor = None
    while True:
        page = await me.get(list_activity, cursor=cursor, limit=3)
        seen += [change.id for change in page.changes]
        cursor = page.next
        if cursor is None:
            break
        await me.add()
    assert seen == [7, 6, 5, 4, 3, 2, 1]


INVALID: list[tuple[dict[str, Any], str]] = [
    *(({"limit": limit}, "limit") for limit in (0, 201, -(10**30))),
    *(({"cursor": cursor}, "cursor") for cursor in ("", "x", "-1", "9" * 19, "²", "٣", "1.0")),
    *(({"turn": turn}, "turn") for turn in ("nul\0", "\udc00")),
]


async def test_an_invalid_argument_is_refused_with_its_name(me: Account) -> None:
    for query, field in INVALID:
        with pytest.raises(Invalid) as refused:
            await list_changes(me, **query)
        assert refused.value.facts["field"] == field, query
    await me.add()
    for valid in ({"limit": 1}, {"limit": 200}, {"cursor": "9" * 18}):
        assert await list_changes(me, **valid) == [("created", 1)], valid


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


async def test_a_page_reads_one_row_more_to_know_whether_another_follows(me: Account) -> None:
    await me.add_all(*["Buy milk"] * 4)
    async with reading(me.person.id) as session:
        with sent_statements("SELECT") as found:
            assert (await list_activity(session, me.person.id, limit=4)).next is None
            assert (await list_activity(session, me.person.id, limit=3)).next == "2"
    read = [statement for statement in found if "LIMIT" in statement]
    assert ["5" in re.findall(r"\d+", read[0]), "4" in re.findall(r"\d+", read[1])] == [True, True]


async def test_all_changes_are_read_in_pieces(me: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effective_changes, "READ_AT_ONCE", 2)
    await me.add_all(*["Buy milk"] * 5)
    async with reading(me.person.id) as session:
        with sent_statements("SELECT") as found:
            changes = await effective_changes.read_changes(session, effective_changes.changes_of_tasks(me.person.id))
    assert [change.id for change in changes] == [1, 2, 3, 4, 5]
    assert len(found) == 3
