"""Repeating tasks: completing creates the next one exactly once, reopening deletes it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from dateutil import rrule
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Integer, any_, cast
from sqlalchemy.dialects import postgresql
from sqlmodel import col, select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.receipts import changes_of_turn, receipt
from taskchat_app.domain.preferences import set_preferences
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.task_view import TaskView, snapshot
from tests.conftest import row_level_security
from tests.soak import budget
from tests.statements import plan_of
from tests.task_account import Account, undone_and_left

NewPerson = Callable[..., Awaitable[Any]]


async def add(me: Account, **fields: Any) -> TaskView:
    return await me.add(**{"title": "Water plants", "recurrence": "FREQ=DAILY", "due_at": "2027-03-01"} | fields)


async def add_completed(me: Account, **fields: Any) -> None:
    """Add task 1 and complete it, which makes task 2."""
    await add(me, **fields)
    await me.complete(1)


async def due(me: Account, *numbers: int) -> list[str]:
    """Return the local due dates without the time of a whole day."""
    found = [(await me.task(number)).due_at for number in numbers]
    local = [at.astimezone(me.person.zone).strftime("%Y-%m-%dT%H:%M:%S") for at in found if at]
    return [text.removesuffix("T23:59:59") for text in local]


@pytest.fixture
async def berlin(new_person: NewPerson) -> Account:
    return Account((await new_person(timezone="Europe/Berlin")).person)


# The next task


async def test_completing_a_repeating_task_creates_the_next_with_its_fields(me: Account):
    first = await add(me, description="all of them", priority="high", tags=["home", "garden"])
    await add(me, title="Once", recurrence=None)
    for number in (1, 2):
        await me.complete(number)
    next_one, kept = await me.row(3), await me.row(1)
    for name in ("title", "description", "priority", "tags", "recurrence", "recurrence_start"):
        assert getattr(next_one, name) == getattr(kept, name)
    assert (next_one.repeats_number, next_one.completed_at) == (1, None)
    assert next_one.due_at == datetime(2027, 3, 2, 23, 59, 59, tzinfo=UTC)
    assert kept.due_at == first.due_at
    assert await me.logged(2) == [("api", "completed", 1), ("repeat", "created", 3), ("api", "completed", 2)]
    assert await me.numbers(status="open", q="water", tags=["garden"]) == [3]


async def test_the_next_task_keeps_the_users_day_of_the_month_and_local_time(berlin: Account):
    await add(berlin, recurrence="FREQ=MONTHLY", due_at="2027-01-31")
    for number in (1, 2, 3):
        await berlin.complete(number)
    assert await due(berlin, 2, 3, 4) == ["2027-02-28", "2027-03-31", "2027-04-30"]
    await add(berlin, due_at="2027-03-27T09:00")  # the clocks go forward on the 28th
    await berlin.complete(5)
    assert await due(berlin, 6) == ["2027-03-28T09:00:00"]
    assert (await berlin.row(6)).due_at == datetime(2027, 3, 28, 7, tzinfo=UTC)


async def test_a_series_that_has_ended_creates_no_next_task(me: Account, other: Account, berlin: Account):
    for account, rule, dates in (
        (me, "FREQ=DAILY;COUNT=3", ["2027-03-01", "2027-03-02", "2027-03-03"]),
        (other, "FREQ=WEEKLY;UNTIL=20270315", ["2027-03-01", "2027-03-08", "2027-03-15"]),
        (berlin, "FREQ=DAILY;COUNT=1", ["2027-03-01"]),
    ):
        await add(account, recurrence=rule)
        for number in range(1, len(dates) + 1):
            await account.complete(number)
        assert await due(account, *await account.numbers()) == dates


async def test_the_next_task_follows_a_date_that_is_ahead_and_skips_those_that_are_past(me: Account):
    await add_completed(me, recurrence="FREQ=WEEKLY", due_at="2030-01-07")
    assert await due(me, 2) == ["2030-01-14"]
    await add(me, due_at=now() - timedelta(days=10, hours=1))
    await me.complete(3)
    made = await me.row(4)
    assert made.due_at is not None
    assert now() < made.due_at < now() + timedelta(days=1)
    assert made.recurrence_start == (await me.row(3)).recurrence_start


async def test_a_later_task_moved_before_its_date_does_not_repeat_it(me: Account, other: Account, berlin: Account):
    for account, skips in ((me, True), (other, False)):
        await add_completed(account, recurrence="FREQ=WEEKLY;COUNT=4")
        if skips:
            await account.edit(2, due_at="2027-03-15")
        await account.edit(2, due_at="2027-03-05")
        await account.complete(2)
        await account.complete(3)
        assert await due(account, 3, 4) == ["2027-03-15", "2027-03-22"]
        await account.complete(4)
        assert await account.numbers() == [1, 2, 3, 4]
    await add(me, recurrence="FREQ=WEEKLY")
    await me.complete(5)
    await me.edit(6, due_at="2027-03-10")
    await me.complete(6)
    assert await due(me, 7) == ["2027-03-15"], "it was moved past its date"
    await add_completed(berlin, recurrence="FREQ=WEEKLY")
    await berlin.edit(2, due_at="2027-03-05")
    await set_preferences(berlin.person, timezone="Pacific/Auckland")
    await berlin.complete(2)
    assert (await berlin.row(3)).due_day == date(2027, 3, 15)


async def test_a_new_rule_begins_with_the_date_of_its_task(me: Account, other: Account):
    for account, rule in ((me, "FREQ=DAILY"), (other, "FREQ=WEEKLY;BYDAY=MO")):
        await add_completed(account, recurrence="FREQ=WEEKLY")
        await account.edit(2, due_at="2027-03-07", recurrence=rule)
        await account.complete(2)
        assert await due(account, 3) == ["2027-03-08"]
    for fields in ({"due_at": "2027-02-01", "recurrence": "FREQ=DAILY"}, {"recurrence": "FREQ=WEEKLY;BYDAY=MO"}):
        await other.edit(3, **fields)
    await other.complete(3)
    assert await due(other, 4) == ["2027-02-08"], "from where the rule began again"


# Exactly once


async def test_completing_twice_and_at_the_same_time_creates_one_next_task_in_the_turn_of_the_completion(me: Account):
    await add(me)
    each = [me.complete(1, turn="turn") for _ in range(5)]
    await asyncio.gather(*each, *(me.complete_all([1], turn="turn") for _ in range(5)))
    assert await me.numbers() == [1, 2]
    changes = await me.get(changes_of_turn, "turn", 0)
    assert [(change.actor, change.action, change.task_number, change.thread_id) for change in changes] == [
        ("assistant", "completed", 1, "thread"),
        ("repeat", "created", 2, "thread"),
    ]
    assert receipt(changes) == "Added #2, completed #1"
    before = await me.log()
    await me.complete(1)
    assert await me.numbers() == [1, 2]
    assert await me.log() == before


async def test_a_bulk_completion_creates_and_returns_the_next_tasks_and_undo_deletes_them(me: Account):
    for index in range(6):
        await add(me, title=f"Task {index}", recurrence="FREQ=DAILY" if index % 2 else None)
    outcome = await me.complete_all(turn="turn")
    assert outcome.changed == [1, 2, 3, 4, 5, 6]
    assert [task.number for task in outcome.next] == [7, 8, 9]
    assert await me.numbers(status="open") == [7, 8, 9]
    assert [(await me.row(number)).repeats_number for number in (7, 8, 9)] == [2, 4, 6]
    back = await me.undo_turn("turn")
    assert (back.undone, back.conflicts) == ([*range(1, 10)], [])
    assert await me.numbers() == await me.numbers(status="open") == [1, 2, 3, 4, 5, 6]


# The tick taken back


async def test_reopening_deletes_an_unchanged_next_task_and_completing_makes_a_new_one(me: Account, other: Account):
    for account in (me, other):
        await add_completed(account)
    await me.complete(1, False)
    assert (await me.numbers(), await other.numbers()) == ([1], [1, 2])
    assert await me.logged(3) == [("api", "reopened", 1), ("repeat", "deleted", 2)]
    for completed in (True, False, True):
        await me.complete(1, completed)
    assert await me.numbers() == [1, 4]
    assert (await me.row(4)).repeats_number == 1


async def test_reopening_keeps_a_changed_next_task_and_completing_again_creates_no_second(new_person: NewPerson):
    async def delete_and_restore(account: Account) -> None:
        await account.delete(2)
        await account.restore(2)

    changes: list[Callable[[Account], Awaitable[Any]]] = [
        lambda account: account.edit(2, title="By hand"),
        lambda account: account.complete(2),
        delete_and_restore,
    ]
    for change in changes:
        account = Account((await new_person()).person)
        await add_completed(account)
        await change(account)
        before = await account.numbers()
        for completed in (False, True):
            await account.complete(1, completed)
            assert await account.numbers() == before


async def test_reopening_deletes_a_next_task_whose_change_was_undone_or_leaves_it(me: Account, other: Account):
    for account in (me, other):
        await add_completed(account)
    await me.edit(2, title="By hand")
    await me.undo((await me.log())[-1].id)
    await me.complete(1, False)
    assert await me.numbers() == [1]
    await other.delete(2)
    before = await other.logged()
    await other.complete(1, False)
    assert (await other.numbers(), await other.logged()) == ([1], [*before, ("api", "reopened", 1)])


# Undo


async def test_undoing_a_completion_deletes_the_next_task_and_undoing_that_or_a_reopening_restores_it(me: Account):
    await add_completed(me)
    made = snapshot(await me.row(2))
    assert undone_and_left(await me.undo(2)) == ([1, 2], [])
    assert await me.numbers(status="open") == [1]
    assert await me.logged(3) == [("api", "undone", 1), ("repeat", "undone", 2)]
    assert undone_and_left(await me.undo(4)) == ([1, 2], [])
    assert (await me.numbers(status="open"), snapshot(await me.row(2))) == ([2], made)
    await me.complete(1, False)
    reopened = next(change for change in reversed(await me.log()) if change.action == "reopened")
    assert undone_and_left(await me.undo(reopened.id)) == ([1, 2], [])
    assert (await me.numbers(), snapshot(await me.row(2))) == ([1, 2], made)


async def test_the_next_task_stays_if_the_completion_cannot_be_undone(me: Account, other: Account):
    for account in (me, other):
        await add(account)
        await account.complete(1, turn="turn")
        await account.edit(1, title="By hand")
        outcome = await (account.undo_turn("turn") if account is me else account.undo(2))
        assert (outcome.undone, [conflict.number for conflict in outcome.conflicts]) == ([], [1, 2])
        assert "#1" in outcome.conflicts[1].reason
        assert await account.numbers(status="open") == [2]


async def test_undoing_a_completion_names_a_changed_next_task_and_a_second_undo_nothing(me: Account, other: Account):
    for account in (me, other):
        await add(account)
        await account.complete(1, turn="turn")
        await account.edit(2, title="By hand")
        assert undone_and_left(await account.undo(2)) == ([1], [2])
        assert (await account.row(2)).title == "By hand"
        assert await account.numbers(status="open") == [1, 2]
        await account.undo(4)  # the edit
        await account.complete(1)  # makes none: #2 is there
        assert (await (account.undo_turn("turn") if account is me else account.undo(2))).undone == []
        assert await account.numbers(status="open") == [2]


async def test_undoing_a_turn_that_undid_its_completion_deletes_the_next_task(me: Account):
    await add(me)
    await me.complete(1, turn="turn")
    await me.edit(2, title="By the turn", turn="turn")
    outcome = await me.undo(2, turn="turn")
    assert [conflict.number for conflict in outcome.conflicts] == [2]
    await me.edit(1, title="By hand")
    assert (await me.undo_turn("turn")).undone == []
    await me.undo((await me.log())[-1].id)
    assert undone_and_left(await me.undo_turn("turn")) == ([2], [])
    assert await me.numbers(status="open") == [1]


async def test_undoing_one_completion_keeps_the_next_task_of_an_earlier_one(me: Account):
    await add_completed(me)
    await me.edit(2, title="By hand")
    await me.complete(1, False)
    await me.complete(1)  # makes none: #2 is there
    completed = (await me.log())[-1].id
    await me.delete(2)
    await me.complete(1, False)
    await me.complete(1)
    assert await me.numbers() == [1, 3]
    assert (await me.undo(completed)).undone == []
    assert await me.numbers() == [1, 3]


# Against the standard

RULES = st.builds(
    "FREQ={};INTERVAL={}".format, st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]), st.integers(1, 4)
) | st.sampled_from(["FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYMONTHDAY=31"])
ENDINGS = st.sampled_from(["", ";COUNT=2", ";COUNT=4", ";UNTIL=20280601T000000Z"])
STARTS = st.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 28)).filter(lambda start: start.day <= 28)  # noqa: DTZ001 -- local times, as dateutil takes them


@pytest.mark.also_soak
@settings(max_examples=budget(4, 100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rule=RULES, ending=ENDINGS, start=STARTS)
async def test_due_dates_of_a_series_equal_dateutils(new_person: NewPerson, rule: str, ending: str, start: datetime):
    me, start = Account((await new_person()).person), start.replace(microsecond=0, tzinfo=UTC)
    given_rule = rrule.rrulestr(rule + ending, dtstart=start)
    await add(me, recurrence=rule + ending, due_at=start)
    for number in range(1, 6):
        if number in await me.numbers(status="open"):
            await me.complete(number)
    found = [task.due_at for task in await me.tasks()]
    # The first task has the date that it was given, on the rule or not.
    following = [date for date in islice(given_rule, 7) if date > start][:5]
    assert found == [start, *following]
    assert (await me.page()).counts.open == (1 if len(following) == 5 else 0)


async def test_next_tasks_are_found_by_an_index_among_all_tasks_of_a_user(person: Person):
    follows = col(Task.repeats_number) == any_(cast([1, 2], postgresql.ARRAY(Integer)))
    query = select(Task.title).where(Task.user_id == person.id, follows).order_by(col(Task.repeats_number))
    async with row_level_security(), reading(person.id) as session:
        plan = await plan_of(session, query, without=("seqscan", "bitmapscan", "sort"))
    assert any("Index Scan using ix_tasks_user_id_repeats_number" in line for line in plan), plan
    assert not any("Disabled: true" in line for line in plan), plan
