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
from sqlalchemy import Integer, any_, cast, text
from sqlalchemy.dialects import postgresql
from sqlmodel import col, select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.receipts import changes_of_turn, receipt
from taskchat_app.domain.activity.undo import UndoOutcome, undo_changes, undo_turn
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.preferences import PreferenceChanges, set_preferences
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft, TaskEdit
from taskchat_app.domain.tasks.queries import TaskQuery, count_tasks, get_task, list_tasks
from taskchat_app.domain.tasks.task_view import TaskView, snapshot
from tests.conftest import row_level_security


def by(person: Person, turn: str | None = None) -> Cause:
    return Cause(person.id, "assistant" if turn else "person", "thread" if turn else None, turn)


async def add(person: Person, **fields: Any) -> TaskView:
    draft = TaskDraft(**{"title": "Water plants", "recurrence": "FREQ=DAILY", "due_at": "2027-03-01"} | fields)
    async with transaction(person.id) as session:
        return await tasks.create_task(session, by(person), draft, zone=person.zone)


async def complete(person: Person, number: int, completed: bool = True, turn: str | None = None) -> TaskView:
    async with transaction(person.id) as session:
        return await tasks.complete_task(session, by(person, turn), number, completed)


async def edit(person: Person, number: int, **fields: Any) -> TaskView:
    async with transaction(person.id) as session:
        return await tasks.update_task(session, by(person), number, TaskEdit(**fields), zone=person.zone)


async def delete(person: Person, number: int) -> TaskView:
    async with transaction(person.id) as session:
        return await tasks.delete_task(session, by(person), number)


async def restore(person: Person, number: int) -> TaskView:
    async with transaction(person.id) as session:
        return await tasks.restore_task(session, by(person), number)


async def undo(person: Person, change: Change) -> UndoOutcome:
    async with transaction(person.id) as session:
        return await undo_changes(session, by(person), [change.id])


async def numbers(person: Person, status: str = "all") -> list[int]:
    async with reading(person.id) as session:
        page = await list_tasks(session, person.id, TaskQuery(status=status, limit=200))
    return [task.number for task in page.tasks]


async def log(person: Person) -> list[Change]:
    async with reading(person.id) as session:
        statement = select(Change).where(Change.user_id == person.id).order_by(col(Change.id))
        return list((await session.exec(statement)).all())


async def logged(person: Person) -> list[tuple[str, str, int | None]]:
    return [(change.actor, change.action, change.task_number) for change in await log(person)]


async def row(person: Person, number: int) -> Task:
    async with reading(person.id) as session:
        return (await session.exec(select(Task).where(Task.user_id == person.id, Task.number == number))).one()


async def due(person: Person, number: int) -> str:
    async with reading(person.id) as session:
        found = (await get_task(session, person.id, number)).due_at
    assert found is not None
    return found.astimezone(person.zone).replace(tzinfo=None).isoformat()


# The next task


async def test_completing_a_repeating_task_creates_the_next_with_its_fields(person: Person):
    first = await add(person, description="all of them", priority="high", tags=["home", "garden"])
    await complete(person, 1)

    next_one, kept = await row(person, 2), await row(person, 1)
    for name in ("title", "description", "priority", "tags", "recurrence", "recurrence_start"):
        assert getattr(next_one, name) == getattr(kept, name)
    assert (next_one.repeats_number, next_one.completed_at) == (1, None)
    assert next_one.due_at == datetime(2027, 3, 2, 23, 59, 59, tzinfo=UTC)
    assert kept.due_at == first.due_at
    assert await logged(person) == [("person", "created", 1), ("person", "completed", 1), ("repeat", "created", 2)]
    async with reading(person.id) as session:
        found = await list_tasks(session, person.id, TaskQuery(q="water", tags=["garden"]))
    assert [task.number for task in found.tasks] == [2]


async def test_completing_a_task_that_does_not_repeat_creates_no_next_task(person: Person):
    await add(person, recurrence=None)
    await complete(person, 1)
    assert await numbers(person) == [1]


async def test_a_monthly_task_of_31_january_returns_to_the_31st_after_february(
    new_person: Callable[..., Awaitable[Any]],
):
    person = (await new_person(timezone="Europe/Berlin")).person
    await add(person, recurrence="FREQ=MONTHLY", due_at="2027-01-31")
    for number in (1, 2, 3):
        await complete(person, number)
    assert [await due(person, number) for number in (2, 3, 4)] == [
        "2027-02-28T23:59:59",
        "2027-03-31T23:59:59",
        "2027-04-30T23:59:59",
    ]


async def test_the_next_task_keeps_the_users_local_time_across_clock_changes(new_person: Callable[..., Awaitable[Any]]):
    person = (await new_person(timezone="Europe/Berlin")).person
    await add(person, due_at="2027-03-27T09:00")  # the clocks go forward on the 28th
    await complete(person, 1)
    assert await due(person, 2) == "2027-03-28T09:00:00"
    assert (await row(person, 2)).due_at == datetime(2027, 3, 28, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "dates"),
    [
        ("FREQ=DAILY;COUNT=3", ["2027-03-01", "2027-03-02", "2027-03-03"]),
        ("FREQ=WEEKLY;UNTIL=20270315", ["2027-03-01", "2027-03-08", "2027-03-15"]),
        ("FREQ=DAILY;COUNT=1", ["2027-03-01"]),
    ],
)
async def test_a_series_that_has_ended_creates_no_next_task(person: Person, rule: str, dates: list[str]):
    await add(person, recurrence=rule)
    for number in range(1, len(dates) + 1):
        await complete(person, number)
    assert [(await due(person, number))[:10] for number in await numbers(person)] == dates


async def test_the_next_task_of_one_completed_early_follows_its_due_date(person: Person):
    await add(person, recurrence="FREQ=WEEKLY", due_at="2030-01-07")
    await complete(person, 1)
    assert (await due(person, 2))[:10] == "2030-01-14"


async def test_the_next_task_of_one_completed_late_is_not_in_the_past(person: Person):
    await add(person, due_at=now() - timedelta(days=10, hours=1))
    await complete(person, 1)
    made = await row(person, 2)
    assert made.due_at is not None
    assert now() < made.due_at < now() + timedelta(days=1)
    assert made.recurrence_start == (await row(person, 1)).recurrence_start


async def test_after_a_later_task_was_rescheduled_the_series_continues(person: Person):
    await add(person, recurrence="FREQ=WEEKLY", due_at="2027-03-01")
    await complete(person, 1)
    await edit(person, 2, due_at="2027-03-10")
    await complete(person, 2)
    assert (await due(person, 3))[:10] == "2027-03-15"


@pytest.mark.parametrize("skips", [True, False])
async def test_a_later_task_that_is_moved_before_its_date_does_not_bring_that_date_again(person: Person, skips: bool):
    await add(person, recurrence="FREQ=WEEKLY;COUNT=4", due_at="2027-03-01")
    await complete(person, 1)
    if skips:
        await edit(person, 2, due_at="2027-03-15")
    await edit(person, 2, due_at="2027-03-05")
    await complete(person, 2)
    await complete(person, 3)
    assert [(await due(person, number))[:10] for number in (3, 4)] == ["2027-03-15", "2027-03-22"]
    await complete(person, 4)
    assert await numbers(person) == [1, 2, 3, 4]


async def test_a_later_task_keeps_the_date_that_it_was_made_for_in_another_time_zone(
    new_person: Callable[..., Awaitable[Any]],
):
    person = (await new_person(timezone="Europe/Berlin")).person
    await add(person, recurrence="FREQ=WEEKLY", due_at="2027-03-01")
    await complete(person, 1)
    await edit(person, 2, due_at="2027-03-05")
    await set_preferences(person, PreferenceChanges(timezone="Pacific/Auckland"))
    await complete(person, 2)
    assert (await row(person, 3)).due_day == date(2027, 3, 15)


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO"])
async def test_a_new_rule_begins_with_the_date_of_its_task(person: Person, rule: str):
    await add(person, recurrence="FREQ=WEEKLY", due_at="2027-03-01")
    await complete(person, 1)
    await edit(person, 2, due_at="2027-03-07", recurrence=rule)
    await complete(person, 2)
    assert (await due(person, 3))[:10] == "2027-03-08"


# Exactly once


async def test_completing_twice_creates_one_next_task(person: Person):
    await add(person)
    await complete(person, 1)
    before = await log(person)
    await complete(person, 1)
    assert await numbers(person) == [1, 2]
    assert await log(person) == before


async def test_concurrent_completions_create_one_next_task(person: Person):
    await add(person)

    async def bulk() -> None:
        async with transaction(person.id) as session:
            await tasks.bulk_complete(session, by(person), [1])

    await asyncio.gather(*(complete(person, 1) for _ in range(5)), *(bulk() for _ in range(5)))
    assert await numbers(person) == [1, 2]
    assert [action for actor, action, _ in await logged(person) if actor == "repeat"] == ["created"]


async def test_a_bulk_completion_creates_and_returns_the_next_tasks(person: Person):
    for index in range(6):
        await add(person, title=f"Task {index}", recurrence="FREQ=DAILY" if index % 2 else None)
    async with transaction(person.id) as session:
        outcome = await tasks.bulk_complete(session, by(person, "turn"), TaskQuery())
    assert outcome.changed == [1, 2, 3, 4, 5, 6]
    assert [task.number for task in outcome.next] == [7, 8, 9]
    assert await numbers(person, "open") == [7, 8, 9]
    assert [(await row(person, number)).repeats_number for number in (7, 8, 9)] == [2, 4, 6]


async def test_the_next_task_is_recorded_in_the_turn_of_the_completion(person: Person):
    await add(person)
    await complete(person, 1, turn="turn")
    async with reading(person.id) as session:
        changes = await changes_of_turn(session, person.id, "turn", 0)
    assert [(change.actor, change.action, change.task_number, change.thread_id) for change in changes] == [
        ("assistant", "completed", 1, "thread"),
        ("repeat", "created", 2, "thread"),
    ]
    assert receipt(changes) == "Added #2, completed #1"


async def test_a_failed_transaction_creates_no_next_task(person: Person):
    await add(person)
    before = await log(person)

    async def fail() -> None:
        async with transaction(person.id) as session:
            await tasks.complete_task(session, by(person), 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await numbers(person, "open") == [1]
    assert await log(person) == before
    await complete(person, 1)
    assert await numbers(person) == [1, 2]


# The tick taken back


async def test_reopening_deletes_an_unchanged_next_task(person: Person):
    await add(person)
    await complete(person, 1)
    await complete(person, 1, completed=False)
    assert await numbers(person) == [1]
    assert (await logged(person))[3:] == [("person", "reopened", 1), ("repeat", "deleted", 2)]


async def test_completing_again_creates_the_next_task_under_a_new_number(person: Person):
    await add(person)
    for completed in (True, False, True, False, True):
        await complete(person, 1, completed)
    assert await numbers(person) == [1, 4]
    assert (await row(person, 4)).repeats_number == 1


@pytest.mark.parametrize("edit_next", ["edited", "completed", "deleted and restored"])
async def test_reopening_keeps_a_changed_next_task_and_completing_again_creates_no_second(
    person: Person, edit_next: str
):
    await add(person)
    await complete(person, 1)
    if edit_next == "edited":
        await edit(person, 2, title="By hand")
    elif edit_next == "completed":
        await complete(person, 2)
    else:
        await delete(person, 2)
        await restore(person, 2)
    before = await numbers(person)

    await complete(person, 1, completed=False)
    assert await numbers(person) == before
    await complete(person, 1)
    assert await numbers(person) == before


async def test_reopening_deletes_a_next_task_whose_change_was_undone(person: Person):
    await add(person)
    await complete(person, 1)
    await edit(person, 2, title="By hand")
    await undo(person, (await log(person))[-1])
    await complete(person, 1, completed=False)
    assert await numbers(person) == [1]


async def test_a_next_task_deleted_by_the_user_stays_deleted(person: Person):
    await add(person)
    await complete(person, 1)
    await delete(person, 2)
    before = await logged(person)
    await complete(person, 1, completed=False)
    assert await numbers(person) == [1]
    assert await logged(person) == [*before, ("person", "reopened", 1)]


async def test_reopening_does_not_delete_another_users_next_task(person: Person, other_person: Person):
    for somebody in (person, other_person):
        await add(somebody)
        await complete(somebody, 1)
    await complete(person, 1, completed=False)
    assert (await numbers(person), await numbers(other_person)) == ([1], [1, 2])


# Undo


async def test_undoing_a_completion_deletes_the_next_task_and_undoing_that_restores_it(person: Person):
    await add(person)
    await complete(person, 1)
    made = await row(person, 2)
    completed = (await log(person))[1]

    outcome = await undo(person, completed)
    assert (outcome.undone, outcome.conflicts) == ([1, 2], [])
    assert await numbers(person, "open") == [1]
    assert (await logged(person))[3:] == [("person", "undone", 1), ("repeat", "undone", 2)]

    again = await undo(person, (await log(person))[3])
    assert (again.undone, again.conflicts) == ([1, 2], [])
    assert await numbers(person, "open") == [2]
    assert snapshot(await row(person, 2)) == snapshot(made)


async def test_undoing_a_reopening_restores_the_next_task(person: Person):
    await add(person)
    await complete(person, 1)
    made = await row(person, 2)
    await complete(person, 1, completed=False)

    outcome = await undo(person, (await log(person))[3])
    assert (outcome.undone, outcome.conflicts) == ([1, 2], [])
    assert (await numbers(person), snapshot(await row(person, 2))) == ([1, 2], snapshot(made))


async def test_undoing_a_completion_keeps_a_changed_next_task_and_names_it(person: Person):
    await add(person)
    await complete(person, 1)
    await edit(person, 2, title="By hand")
    outcome = await undo(person, (await log(person))[1])
    assert outcome.undone == [1]
    assert [conflict.number for conflict in outcome.conflicts] == [2]
    assert (await row(person, 2)).title == "By hand"
    assert await numbers(person, "open") == [1, 2]


@pytest.mark.parametrize("whole_turn", [True, False])
async def test_the_next_task_stays_if_the_completion_cannot_be_undone(person: Person, whole_turn: bool):
    await add(person)
    await complete(person, 1, turn="turn")
    await edit(person, 1, title="By hand")
    if whole_turn:
        async with transaction(person.id) as session:
            outcome = await undo_turn(session, by(person), "turn")
    else:
        outcome = await undo(person, (await log(person))[1])
    assert outcome.undone == []
    assert [conflict.number for conflict in outcome.conflicts] == [1, 2]
    assert "#1" in outcome.conflicts[1].reason
    assert await numbers(person, "open") == [2]


@pytest.mark.parametrize("whole_turn", [True, False])
async def test_a_second_undo_changes_nothing_more(person: Person, whole_turn: bool):
    await add(person)
    await complete(person, 1, turn="turn")
    completed = (await log(person))[1]
    await edit(person, 2, title="By hand")
    edit_next = (await log(person))[-1]
    await undo(person, completed)
    await undo(person, edit_next)
    await complete(person, 1)  # makes none: #2 is there
    if whole_turn:
        async with transaction(person.id) as session:
            outcome = await undo_turn(session, by(person), "turn")
    else:
        outcome = await undo(person, completed)
    assert outcome.undone == []
    assert await numbers(person, "open") == [2]


async def test_undoing_a_turn_that_undid_its_completion_deletes_the_next_task(person: Person):
    await add(person)
    await complete(person, 1, turn="turn")
    async with transaction(person.id) as session:
        await tasks.update_task(session, by(person, "turn"), 2, TaskEdit(title="By the turn"), zone=person.zone)
    async with transaction(person.id) as session:
        outcome = await undo_changes(session, by(person, "turn"), [(await log(person))[1].id])
    assert [conflict.number for conflict in outcome.conflicts] == [2]
    async with transaction(person.id) as session:
        outcome = await undo_turn(session, by(person), "turn")
    assert (outcome.undone, outcome.conflicts) == ([2], [])
    assert await numbers(person, "open") == [1]


async def test_undoing_a_turns_bulk_completion_deletes_every_next_task(person: Person):
    for index in range(20):
        await add(person, title=f"Task {index}")
    async with transaction(person.id) as session:
        await tasks.bulk_complete(session, by(person, "turn"), TaskQuery())
    assert await numbers(person, "open") == list(range(21, 41))
    async with transaction(person.id) as session:
        outcome = await undo_turn(session, by(person), "turn")
    assert (outcome.undone, outcome.conflicts) == (list(range(1, 41)), [])
    assert await numbers(person) == list(range(1, 21)) == await numbers(person, "open")


async def test_undoing_one_completion_keeps_the_next_task_of_an_earlier_one(person: Person):
    await add(person)
    await complete(person, 1)
    await edit(person, 2, title="By hand")
    await complete(person, 1, completed=False)
    await complete(person, 1)  # makes none: #2 is there
    completed = (await log(person))[-1]
    await delete(person, 2)
    await complete(person, 1, completed=False)
    await complete(person, 1)
    assert await numbers(person) == [1, 3]
    assert (await undo(person, completed)).undone == []
    assert await numbers(person) == [1, 3]


# Against the standard

RULES = st.builds(
    "FREQ={};INTERVAL={}".format, st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]), st.integers(1, 4)
) | st.sampled_from(["FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYMONTHDAY=31"])
ENDINGS = st.sampled_from(["", ";COUNT=2", ";COUNT=4", ";UNTIL=20280601T000000Z"])
STARTS = st.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 28)).filter(lambda start: start.day <= 28)  # noqa: DTZ001 -- local times, as dateutil takes them


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rule=RULES, ending=ENDINGS, start=STARTS)
async def test_due_dates_of_a_series_completed_one_by_one_equal_those_of_dateutil(
    new_person: Callable[..., Awaitable[Any]], rule: str, ending: str, start: datetime
):
    person, start = (await new_person()).person, start.replace(microsecond=0, tzinfo=UTC)
    given_rule = rrule.rrulestr(rule + ending, dtstart=start)
    await add(person, recurrence=rule + ending, due_at=start)
    for number in range(1, 6):
        if number in await numbers(person, "open"):
            await complete(person, number)
    found = [(await row(person, number)).due_at for number in await numbers(person)]
    # The first task has the date that it was given, on the rule or not.
    following = [date for date in islice(given_rule, 7) if date > start][:5]
    assert found == [start, *following]
    async with reading(person.id) as session:
        assert (await count_tasks(session)).open == (1 if len(following) == 5 else 0)


async def test_next_tasks_are_found_by_an_index_among_all_tasks_of_a_user(person: Person):
    follows = col(Task.repeats_number) == any_(cast([1, 2], postgresql.ARRAY(Integer)))
    query = select(Task.title).where(Task.user_id == person.id, follows).order_by(col(Task.repeats_number))
    sql = str(query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    async with row_level_security(), reading(person.id) as session:
        connection = await session.connection()
        for way in ("seqscan", "bitmapscan", "sort"):  # Postgres prefers these, and any other index, for few rows
            await connection.execute(text(f"SET LOCAL enable_{way} = off"))
        plan = (await connection.execute(text(f"EXPLAIN {sql}"))).scalars().all()
    assert any("Index Scan using ix_tasks_user_id_repeats_number" in line for line in plan), plan
    assert not any("Disabled: true" in line for line in plan), plan
