"""Copies of a task with its steps: fields, order, dates and undo."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from taskchat_app.domain.activity.receipts import changes_of_turn, receipt
from taskchat_app.domain.dates.local_time import local_day
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.task_view import StepCounts, TaskView
from tests.task_account import Account


async def copy(me: Account, number: int = 1, **options: Any) -> TaskView:
    return (await me.run(tasks.copy_task, number, zone=me.person.zone, **options)).tasks[0]


async def add_list(me: Account, **fields: str) -> None:
    """Add a list with three steps, of which the last is moved up, and complete all."""
    await me.add("Packing list", description="For a week", priority="high", tags=["trip"], **fields)
    for title in ("Passport", "Shoes", "Charger"):
        await me.add(title, parent_number=1)
    await me.run(tasks.move_task, 4, after=1)
    await me.complete(1)


async def steps_of(me: Account, number: int) -> list[TaskView]:
    return [task for task in await me.tasks(status="all", sort="manual") if task.parent_number == number]


async def test_a_copy_has_the_fields_and_open_steps_in_their_order_without_deleted_ones(me: Account):
    await add_list(me)
    copied = await copy(me)
    assert (copied.number, copied.title, copied.description) == (5, "Packing list", "For a week")
    assert (copied.priority, copied.tags, copied.completed_at) == ("high", ("trip",), None)
    assert copied.steps == StepCounts(open=3)
    steps = [(step.number, step.title) for step in await steps_of(me, 5)]
    assert steps == [(6, "Charger"), (7, "Passport"), (8, "Shoes")]
    assert [(await me.row(number)).copy_of_number for number in (1, 5, 6, 7, 8)] == [None, 1, 4, 2, 3]
    assert [step.completed_at is None for step in await steps_of(me, 1)] == [False] * 3
    await me.delete(3)
    assert (await copy(me)).steps == StepCounts(open=2)
    assert (await copy(me, 4, title="Cable")).parent_number == 1
    assert [step.title for step in await steps_of(me, 1)] == ["Charger", "Passport", "Cable"], "the last of its task"


async def test_a_copy_is_one_entry_of_the_receipt_and_one_undo_removes_all_unless_it_was_changed_since(me: Account):
    await add_list(me)
    await copy(me, turn="again")
    assert f"{receipt(await me.get(changes_of_turn, 'again', 0))}" == "Added #5 and 3 steps"
    outcome = await me.undo_turn("again")
    assert (outcome.removed, outcome.conflicts, await me.numbers(status="all")) == ([5, 6, 7, 8], [], [1, 2, 3, 4])
    done = await me.run(tasks.copy_task, 1, zone=me.person.zone)
    outcome = await me.undo(*done.changes[:1])
    assert (outcome.removed, done.steps) == ([9, 10, 11, 12], [10, 11, 12])
    done = await me.run(tasks.copy_task, 1, zone=me.person.zone)
    await me.edit(14, title="Phone")
    outcome = await me.undo(*done.changes[:1])
    assert (await me.task(13)).steps.open
    assert {13, 14} <= {conflict.number for conflict in outcome.conflicts}


async def test_for_a_day_all_dates_move_by_as_many_days_or_the_last_step_to_it(me: Account, other: Account):
    await me.add("Trip", due_at="2030-03-08T09:30", start_at="2030-03-01", reminder="1_hour")
    await me.add("Pack", parent_number=1, due_at="2030-03-07")
    await me.add("Drive", parent_number=1, due_at="2030-03-08T08:00", start_at="2030-03-08T07:00")
    copied = await copy(me, due_at="2031-06-13")
    assert copied.due_at == datetime(2031, 6, 13, 9, 30, tzinfo=UTC)
    assert (copied.start_day, copied.reminder) == (date(2031, 6, 6), "1_hour")
    assert (await me.row(4)).remind_at == datetime(2031, 6, 13, 8, 30, tzinfo=UTC)
    pack, drive = await steps_of(me, 4)
    assert (pack.due_day, drive.due_at) == (date(2031, 6, 12), datetime(2031, 6, 13, 8, tzinfo=UTC))
    assert drive.start_at == datetime(2031, 6, 13, 7, tzinfo=UTC)
    assert (await copy(me, due_at="2031-06-13T18:00")).due_at == datetime(2031, 6, 13, 18, tzinfo=UTC)
    await other.add("Move")
    await other.add("Boxes", parent_number=1, due_at="2030-03-01")
    await other.add("Van", parent_number=1, due_at="2030-03-08")
    assert (await copy(other, due_at="2031-06-13")).due_day == date(2031, 6, 13)
    assert [step.due_day for step in await steps_of(other, 4)] == [date(2031, 6, 6), date(2031, 6, 13)]
    await other.edit(3, start_at="2030-03-08", clear=["due_at"])
    copied = await copy(other, due_at="2031-06-13")
    assert [step.start_day for step in await steps_of(other, copied.number)] == [None, date(2031, 6, 13)]


async def test_without_a_day_dates_that_are_past_are_left_out(me: Account):
    today = local_day(now(), me.person.zone)
    past, ahead = (f"{today + timedelta(days=days)}" for days in (-3, 3))
    await me.add("Trip", due_at=ahead, start_at=past)
    await me.add("Book", parent_number=1, due_at=past)
    await me.add("Pack", parent_number=1, due_at=ahead)
    await me.add("Old", due_at=past, start_at=past)
    copied = await copy(me)
    assert (f"{copied.due_day}", copied.start_at) == (ahead, None)
    assert [step.due_day and f"{step.due_day}" for step in await steps_of(me, copied.number)] == [None, ahead]
    old = await copy(me, 4)
    assert (old.due_at, old.start_at, old.overdue) == (None, None, False)


async def test_a_copy_of_a_repeating_task_is_for_once(me: Account):
    await me.add("Clean", due_at="2030-03-04", recurrence="FREQ=WEEKLY")
    await me.add("Water", parent_number=1, due_at="2030-03-01", recurrence="FREQ=DAILY")
    await me.complete(2)
    copied = await copy(me, due_at="2030-05-06")
    [water] = await steps_of(me, copied.number)
    assert (copied.recurrence, water.recurrence, water.due_day) == (None, None, date(2030, 5, 4))
    row = await me.row(copied.number)
    assert (row.recurrence_start, row.repeats_number) == (None, None)
    await me.complete(copied.number)
    assert len(await me.tasks(status="open")) == 2


async def test_what_cannot_be_copied_is_refused_and_nothing_is_written(me: Account, other: Account):
    await other.add("Secret")
    await me.add("Far", due_at="1980-01-01")
    await me.add("Later", parent_number=1, due_at="2999-01-01")
    for due_at, title in (("2998-01-01", None), (None, " ")):
        with pytest.raises(Invalid):
            await copy(me, due_at=due_at, title=title)
    await me.delete(2)
    for number in (2, 3):
        with pytest.raises(NotFound):
            await copy(me, number)
    assert await me.numbers(status="all") == [1]
