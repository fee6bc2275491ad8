"""The text typed into a field of the open task changes only that field."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.ui.task_detail.field_edits import edit_of
from taskchat_app.ui.task_detail.steps import FOUND_MAX, named_parent
from tests.api.responses import Api, add

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY_9 = Due(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))


def test_typed_text_becomes_an_edit_of_its_field():
    expected = {
        ("title", " Buy milk "): TaskEdit(title=" Buy milk "),
        ("title", ""): TaskEdit(title=""),
        ("description", " "): TaskEdit(clear=["description"]),
        ("due_at", "friday 9am"): TaskEdit(due_at="friday 9am", moves=True),
        ("due_at", "  "): TaskEdit(clear=["due_at"]),
        ("recurrence", ""): TaskEdit(clear=["recurrence"]),
        ("recurrence", " every 2 weeks "): TaskEdit(recurrence="FREQ=WEEKLY;INTERVAL=2"),
        ("recurrence", "weekly"): TaskEdit(recurrence="FREQ=WEEKLY"),
        ("recurrence", "jeden Montag"): TaskEdit(recurrence="FREQ=WEEKLY;BYDAY=MO"),
        ("recurrence", "every monday 9am"): TaskEdit(recurrence="FREQ=WEEKLY;BYDAY=MO", due_at=MONDAY_9),
        ("recurrence", "FREQ=MONTHLY;BYMONTHDAY=1"): TaskEdit(recurrence="FREQ=MONTHLY;BYMONTHDAY=1"),
    }
    assert {(field, typed): edit_of(field, typed, zone=BERLIN, now=NOW) for field, typed in expected} == expected


@pytest.mark.parametrize("typed", ["sometimes", "every 2 weeks and then some", "friday", "buy milk every week"])
def test_an_unknown_repetition_is_refused(typed: str):
    with pytest.raises(Invalid, match="every 2 weeks") as refused:
        edit_of("recurrence", typed, zone=BERLIN, now=NOW)
    assert refused.value.facts["field"] == "recurrence"


async def test_words_name_the_only_task_that_may_be_the_parent_behind_many_steps(api: Api, person: Person):
    await add(api, "List")
    for step in range(FOUND_MAX):
        await add(api, f"Pack box {step}", parent_number=1)
    number = await add(api, "Pack")
    async with reading(person.id) as session:
        assert await named_parent(session, person, 1, "pack") == str(number)
        with pytest.raises(Invalid, match="No open task"):
            await named_parent(session, person, number, "pack")  # not itself
