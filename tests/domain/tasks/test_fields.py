"""Fields of a task: their limits, normalization, due date and recurrence."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.task_view import TaskView, as_json
from tests.domain.tasks.task_writes import FAR_AWAY, add, edit, list_all, read, row

# Fields


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("title", "x" * 255, "x" * 256),
        ("title", f"  {'ü' * 255}\n", "   "),
        ("title", "\U0001f3c3" * 255, ""),
        ("title", "half \u00e9", "half \ud83d"),
        ("title", "tab\there", "nul\0here"),
        ("description", "x" * 2000, "x" * 2001),
        ("description", "", "nul\0"),
        ("description", "\U0001f3c3", "\udfff"),
        ("priority", "low", "urgent"),
        ("priority", "high", "High"),
        ("priority", "medium", ""),
        ("tags", [f"t{index}" for index in range(20)], [f"t{index}" for index in range(21)]),
        ("tags", ["x" * 50], ["x" * 51]),
        ("tags", ["#" + "x" * 50], ["home", " # "]),
        ("tags", ["it's", 'a "b" \\ & | ! :* <->'], ["nul\0"]),
        ("tags", [], ["\ud800"]),
        ("due_at", "2030-05-01", "2030-02-30"),
        ("due_at", "2030-05-01T09:00:00Z", "someday maybe"),
        ("due_at", "tomorrow", ""),
        ("due_at", "2030-05-01 09:00", "2030-05-01\0"),
        ("due_at", FAR_AWAY, datetime(1, 1, 1, tzinfo=UTC)),
        ("recurrence", "FREQ=DAILY", "FREQ=OFTEN"),
        ("recurrence", "FREQ=WEEKLY;BYDAY=MO", ""),
        ("recurrence", "RRULE:FREQ=MONTHLY", "FREQ=DAILY\0"),
    ],
)
async def test_field_limits_are_enforced(person: Person, field: str, good: Any, bad: Any):
    def fields(value: Any) -> dict[str, Any]:
        return {"title": "Buy milk", field: value}

    await add(person, **fields(good))
    await add(person, "Second")
    before = await list_all(person)
    attempts: list[Callable[[], Awaitable[TaskView]]] = [
        lambda: add(person, **fields(bad)),
        lambda: edit(person, 2, **{field: bad}),
    ]
    for attempt in attempts:
        with pytest.raises(Invalid) as refused:
            await attempt()
        assert refused.value.facts["field"] == field
        refused.value.detail.encode()  # nothing that was refused may make its own refusal unsayable
    assert await list_all(person) == before
    await edit(person, 2, **{field: good})
    assert as_json(await read(person, 2))[field] == as_json(await read(person, 1))[field]
    assert (await add(person)).number == 3


async def test_an_invalid_field_error_tells_what_to_do(person: Person):
    with pytest.raises(Invalid, match=r"The title has 256 characters. Shorten it to 255 or fewer."):
        await add(person, "x" * 256)


async def test_a_title_is_trimmed_and_otherwise_unchanged(person: Person):
    assert (await add(person, "\n  the 9/11  report <b>&amp;</b> \t")).title == "the 9/11  report <b>&amp;</b>"


async def test_tags_are_normalized_and_deduplicated_in_order(person: Person):
    task = await add(person, tags=[" #Home ", "work", "HOME", "##errand", "Work", "a b"])
    assert task.tags == ("Home", "work", "errand", "a b")


async def test_duplicates_do_not_count_towards_the_limit_of_twenty_tags(person: Person):
    names = [f"t{index}" for index in range(20)]
    assert (await add(person, tags=[*names, "T0"])).tags == tuple(names)


async def test_a_date_without_a_time_is_the_end_of_the_users_local_day(person: Person, other_person: Person):
    for somebody in (person, other_person):
        due_at = (await add(somebody, due_at="2030-07-01")).due_at
        assert due_at is not None
        assert due_at.astimezone(somebody.zone).isoformat()[:19] == "2030-07-01T23:59:59"


async def test_due_dates_are_stored_in_whole_seconds(person: Person):
    assert (await add(person, due_at="2030-07-01T23:59:59.900Z")).due_at == datetime(2030, 7, 1, 23, 59, 59, tzinfo=UTC)


async def test_a_date_time_without_an_offset_is_in_the_users_zone(person: Person):
    due_at = (await add(person, due_at=datetime.fromisoformat("2030-07-01T09:00"))).due_at
    assert due_at == datetime(2030, 7, 1, 9, 0, tzinfo=person.zone)


# Repeating tasks


async def test_a_rule_with_a_due_date_starts_at_that_date(person: Person):
    task = await add(person, due_at=FAR_AWAY, recurrence="freq=weekly")
    assert (task.recurrence, task.due_at) == ("FREQ=WEEKLY", FAR_AWAY)
    assert (await row(person, 1)).recurrence_start == FAR_AWAY


async def test_a_rule_without_a_due_date_starts_at_its_first_occurrence_from_now(person: Person):
    task = await add(person, recurrence="FREQ=WEEKLY;BYDAY=MO")
    assert task.due_at is not None
    local = task.due_at.astimezone(person.zone)
    assert local.weekday() == 0
    assert timedelta() < task.due_at - now() <= timedelta(days=7, hours=1)
    assert (await row(person, 1)).recurrence_start == task.due_at


async def test_a_rule_added_later_starts_at_the_due_date_or_from_now(person: Person):
    await add(person, due_at=FAR_AWAY)
    await edit(person, 1, recurrence="FREQ=DAILY")
    assert (await row(person, 1)).recurrence_start == FAR_AWAY
    await add(person)
    task = await edit(person, 2, recurrence="FREQ=DAILY")
    assert task.due_at is not None
    assert (await row(person, 2)).recurrence_start == task.due_at


async def test_rescheduling_the_first_task_of_a_series_moves_the_start(person: Person):
    await add(person, due_at=FAR_AWAY, recurrence="FREQ=WEEKLY")
    await edit(person, 1, due_at=FAR_AWAY + timedelta(days=1))
    assert (await row(person, 1)).recurrence_start == FAR_AWAY + timedelta(days=1)


async def test_rescheduling_a_later_task_of_a_series_keeps_the_start(person: Person):
    await add(person, due_at=FAR_AWAY, recurrence="FREQ=WEEKLY")
    async with transaction(person.id) as session:
        [stored] = (await session.exec(select(Task).where(Task.user_id == person.id))).all()
        stored.repeats_number = 99
    await edit(person, 1, due_at=FAR_AWAY + timedelta(days=1))
    assert (await row(person, 1)).recurrence_start == FAR_AWAY


async def test_the_due_date_of_a_repeating_task_cannot_be_cleared_alone(person: Person):
    await add(person, due_at=FAR_AWAY, recurrence="FREQ=WEEKLY")
    with pytest.raises(Invalid, match="recurrence") as refused:
        await edit(person, 1, clear=["due_at"])
    assert refused.value.facts["field"] == "due_at"
    task = await edit(person, 1, clear=["due_at", "recurrence"])
    assert (task.due_at, task.recurrence, (await row(person, 1)).recurrence_start) == (None, None, None)


async def test_a_task_that_stops_repeating_keeps_its_due_date(person: Person):
    await add(person, due_at=FAR_AWAY, recurrence="FREQ=WEEKLY")
    task = await edit(person, 1, clear=["recurrence"])
    assert (task.due_at, task.recurrence, (await row(person, 1)).recurrence_start) == (FAR_AWAY, None, None)
