"""Fields of a task: their limits, normalization, due date and recurrence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.task_view import as_json
from tests.task_account import FAR_AWAY, Account

TWENTY_TAGS = [f"t{index}" for index in range(20)]
LIMITS: dict[str, list[tuple[Any, Any]]] = {
    "title": [
        ("x" * 255, "x" * 256), (f"  {'ü' * 255}\n", "   "), ("\U0001f3c3" * 255, ""), ("half \u00e9", "half \ud83d"),
        ("tab\there", "nul\0here"),
    ],
    "description": [("x" * 2000, "x" * 2001), ("", "nul\0"), ("\U0001f3c3", "\udfff")],
    "priority": [("low", "urgent"), ("high", "High"), ("medium", "")],
    "tags": [
        (TWENTY_TAGS, [*TWENTY_TAGS, "t20"]), (["x" * 50], ["x" * 51]), (["#" + "x" * 50], ["home", " # "]),
        (["it's", 'a "b" \\ & | ! :* <->'], ["nul\0"]), ([], ["\ud800"]),
    ],
    "due_at": [
        ("2030-05-01", "2030-02-30"), ("2030-05-01T09:00:00Z", "someday maybe"), ("2031-01-02", ""),
        ("2030-05-01 09:00", "2030-05-01\0"), (FAR_AWAY, datetime(1, 1, 1, tzinfo=UTC)),
    ],
    "recurrence": [
        ("FREQ=DAILY", "FREQ=OFTEN"), ("FREQ=WEEKLY;BYDAY=MO", ""), ("RRULE:FREQ=MONTHLY", "FREQ=DAILY\0"),
    ],
}  # fmt: skip
"""By field: values that are permitted, each beside one that is not."""


@pytest.mark.parametrize("field", LIMITS)
async def test_field_limits_are_enforced(me: Account, field: str):
    for good, bad in LIMITS[field]:
        given = {"title": "Buy milk", field: good}
        first, second = await me.add(**given), await me.add("Second")
        before = await me.tasks()
        for attempt in (me.add(**given | {field: bad}), me.edit(second.number, **{field: bad})):
            with pytest.raises(Invalid) as refused:
                await attempt
            assert refused.value.facts["field"] == field, bad
            refused.value.detail.encode()  # nothing that was refused may make its own refusal unsayable
        assert await me.tasks() == before
        await me.edit(second.number, **{field: good})
        assert as_json(await me.task(second.number))[field] == as_json(await me.task(first.number))[field]
    assert (await me.add()).number == 2 * len(LIMITS[field]) + 1


async def test_titles_tags_and_dates_are_normalized_and_a_refusal_tells_what_to_do(me: Account, other: Account):
    with pytest.raises(Invalid, match=r"The title has 256 characters. Shorten it to 255 or fewer."):
        await me.add("x" * 256)
    assert (await me.add("\n  the 9/11  report <b>&amp;</b> \t")).title == "the 9/11  report <b>&amp;</b>"
    task = await me.add(tags=[" #Home ", "work", "HOME", "##errand", "Work", "a b"])
    assert task.tags == ("Home", "work", "errand", "a b")
    assert (await me.add(tags=[*TWENTY_TAGS, "T0"])).tags == tuple(TWENTY_TAGS), "a duplicate does not count"
    in_seconds = await other.add(due_at="2030-07-01T23:59:59.900Z")
    assert in_seconds.due_at == datetime(2030, 7, 1, 23, 59, 59, tzinfo=UTC)
    local = await other.add(due_at=datetime.fromisoformat("2030-07-01T09:00"))
    assert local.due_at == datetime(2030, 7, 1, 9, 0, tzinfo=other.person.zone)


# Repeating tasks


async def test_a_rule_starts_at_the_due_date_or_its_first_occurrence_from_now_or_later(me: Account):
    task = await me.add(due_at=FAR_AWAY, recurrence="freq=weekly")
    assert (task.recurrence, task.due_at) == ("FREQ=WEEKLY", FAR_AWAY)
    assert (await me.row(1)).recurrence_start == FAR_AWAY
    task = await me.add(recurrence="FREQ=WEEKLY;BYDAY=MO")
    assert task.due_at is not None
    assert task.due_at.astimezone(me.person.zone).weekday() == 0
    assert timedelta() < task.due_at - now() <= timedelta(days=7, hours=1)
    assert (await me.row(2)).recurrence_start == task.due_at
    await me.add(due_at=FAR_AWAY)
    await me.edit(3, recurrence="FREQ=DAILY")
    assert (await me.row(3)).recurrence_start == FAR_AWAY
    await me.add()
    task = await me.edit(4, recurrence="FREQ=DAILY")
    assert task.due_at is not None
    assert (await me.row(4)).recurrence_start == task.due_at


async def test_the_first_task_of_a_series_moves_its_start_and_keeps_its_date_with_its_rule(me: Account, other: Account):
    moved = FAR_AWAY + timedelta(days=1)
    for number, repeats_number, start in ((1, None, moved), (2, 99, FAR_AWAY)):
        await me.add(due_at=FAR_AWAY, recurrence="FREQ=WEEKLY")
        await me.set_columns(number, repeats_number=repeats_number)
        await me.edit(number, due_at=moved)
        assert (await me.row(number)).recurrence_start == start
    for _ in range(2):
        await other.add(due_at=FAR_AWAY, recurrence="FREQ=WEEKLY")
    with pytest.raises(Invalid, match="recurrence") as refused:
        await other.edit(1, clear=["due_at"])
    assert refused.value.facts["field"] == "due_at"
    for number, clear, due_at in ((1, ["due_at", "recurrence"], None), (2, ["recurrence"], FAR_AWAY)):
        task = await other.edit(number, clear=clear)
        assert (task.due_at, task.recurrence, (await other.row(number)).recurrence_start) == (due_at, None, None)
