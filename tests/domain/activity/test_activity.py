"""Receipts, and how the log is read."""

import re

import pytest

from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.activity.receipts import receipt
from taskchat_app.domain.log import effective_changes
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.models import Change
from tests.statements import sent_statements
from tests.task_account import Account


def change(action: str, number: int) -> Change:
    return Change(user_id="u", id=1, actor="person", kind="task", action=action, task_number=number)


def test_a_receipt_summarizes_the_recorded_changes():
    for changes, line in (
        *(([], "Nothing changed"), ([("updated", 2), ("updated", 2)], "Changed #2")),
        ([("created", 7), ("completed", 3)], "Added #7, completed #3"),
        ([("completed", 3), ("created", 7), ("created", 8)], "Added #7, #8, completed #3"),
        ([("deleted", number) for number in range(1, 201)], "Deleted 200 tasks"),
        ([("undone", 4), ("restored", 5), ("reopened", 6)], "Reopened #6, restored #5, put back #4"),
    ):
        assert receipt([change(action, number) for action, number in changes]) == line


async def test_a_page_reads_one_row_more_and_all_changes_come_in_pieces(
    me: Account, other: Account, monkeypatch: pytest.MonkeyPatch
):
    await me.add_all(*["Buy milk"] * 4)
    async with reading(me.person.id) as session:
        with sent_statements("SELECT") as found:
            assert (await list_activity(session, me.person.id, limit=4)).next is None
            assert (await list_activity(session, me.person.id, limit=3)).next == "2"
    read = [statement for statement in found if "LIMIT" in statement]
    assert ["5" in re.findall(r"\d+", read[0]), "4" in re.findall(r"\d+", read[1])] == [True, True]
    monkeypatch.setattr(effective_changes, "READ_AT_ONCE", 2)
    await other.add_all(*["Buy milk"] * 5)
    async with reading(other.person.id) as session:
        with sent_statements("SELECT") as found:
            changes = await effective_changes.read_changes(session, effective_changes.changes_of_tasks(other.person.id))
    assert [change.id for change in changes] == [1, 2, 3, 4, 5]
    assert len(found) == 3
