"""Reminders: their time, undo, snoozing, lists."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select, update

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import undo_changes, undo_turn
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.reminders import reminders, scheduler
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.storage.models import Change, Ring, Task
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.reminder_times import BEFORE, compute_remind_at
from tests.domain.reminders.reminder_calls import (
    actions,
    add,
    cause,
    complete,
    due_at,
    edit,
    in_hours,
    make_overdue,
    read,
    ring,
    rung_numbers,
)

BERLIN = ZoneInfo("Europe/Berlin")


async def choose(person: Person, number: int, before: str, turn_id: str | None = None) -> reminders.Reminder:
    async with transaction() as session:
        return await reminders.set_reminder(session, cause(person, turn_id), number, before, zone=person.zone)


@pytest.mark.parametrize(
    ("due", "before", "rings"),
    [
        ("2026-11-20T17:00", None, "2026-11-20T17:00"),
        ("2026-11-20T23:59:59", None, None),
        ("2026-11-20T17:00", -1, None),
        ("2026-11-20T17:00", 0, "2026-11-20T17:00"),
        ("2026-11-20T17:00", 10, "2026-11-20T16:50"),
        ("2026-11-20T17:00", 60, "2026-11-20T16:00"),
        ("2026-11-20T00:05", 10, "2026-11-19T23:55"),
        ("2026-11-20T23:59:59", 0, "2026-11-20T09:00"),
        ("2026-11-20T23:59:59", 60, "2026-11-20T08:00"),
        ("2026-11-20T23:59:59", 1440, "2026-11-19T09:00"),
        ("2026-03-29T09:00", 1440, "2026-03-28T09:00"),  # the clock is put forward in that night
        ("2026-03-29T03:30", 60, "2026-03-29T01:30"),
    ],
)
def test_remind_at_is_the_due_time_minus_the_chosen_offset(due: str, before: int | None, rings: str | None):
    at = datetime.fromisoformat(due).replace(tzinfo=BERLIN).astimezone(UTC)
    found = compute_remind_at(Due.of_instant(at, BERLIN), before, BERLIN)
    assert (found and found.astimezone(BERLIN).replace(tzinfo=None)) == (rings and datetime.fromisoformat(rings))


async def test_by_default_a_task_with_a_time_rings_and_one_for_a_whole_day_does_not(person: Person):
    due = in_hours(5)
    timed, whole = await add(person, due), await add(person, "tomorrow")
    assert await read(person, timed) == reminders.Reminder(timed, "Call mum", Due(due), "at_due_time", due)
    assert ((await read(person, whole)).before, (await read(person, whole)).remind_at) == ("none", None)


async def test_a_task_without_a_due_date_cannot_have_a_reminder(person: Person):
    number = await add(person, None)
    with pytest.raises(Invalid, match="no due date") as refused:
        await choose(person, number, "1_hour")
    assert refused.value.facts["field"] == "before"
    assert (await choose(person, number, "none")).before == "none"
    assert await actions(person) == ["created"]


async def test_an_unknown_or_past_reminder_is_refused(person: Person):
    number = await add(person, in_hours(1))
    with pytest.raises(Invalid, match="at_due_time, 10_minutes, 1_hour, 1_day or none"):
        await choose(person, number, "2_hours")
    with pytest.raises(Invalid, match="has passed"):
        await choose(person, number, "1_day")
    assert (await read(person, number)).before == "at_due_time"


async def test_a_reminder_cannot_be_set_on_another_users_task(person: Person, other_person: Person):
    number = await add(person, in_hours(5))
    with pytest.raises(NotFound):
        await choose(other_person, number, "1_hour")
    assert (await read(person, number)).before == "at_due_time"


async def test_the_same_choice_again_changes_nothing(person: Person):
    number, due = await add(person, in_hours(5)), in_hours(5)
    first = await choose(person, number, "1_hour")
    assert first.remind_at is not None
    assert abs(first.remind_at - (due - timedelta(hours=1))) <= timedelta(seconds=1)
    assert await choose(person, number, "1_hour") == first
    assert await actions(person) == ["created", "reminder_set"]


async def test_the_reminder_moves_with_the_due_date_and_is_removed_with_it(person: Person):
    number = await add(person, in_hours(5))
    await choose(person, number, "1_hour")
    later = in_hours(30)
    await edit(person, number, due_at=later)
    assert await read(person, number) == reminders.Reminder(
        number, "Call mum", Due(later), "1_hour", later - timedelta(hours=1)
    )
    await edit(person, number, clear=["due_at"])
    assert (await read(person, number)).before == "none"


async def test_undo_restores_a_reminder_exactly(person: Person):
    number = await add(person, in_hours(5))
    await choose(person, number, "1_hour")
    kept = await read(person, number)
    await edit(person, number, due_at="2030-01-01", clear=["recurrence"])
    await choose(person, number, "none")
    async with transaction() as session:
        assert (await undo_changes(session, cause(person), [4])).undone == [number]
        assert (await undo_changes(session, cause(person), [3])).undone == [number]
    assert await read(person, number) == kept


async def test_undoing_a_turn_undoes_its_reminders(person: Person):
    number = await add(person, in_hours(5))
    created = await add(person, in_hours(5), turn_id="msg_1")
    for task_number in (number, created):
        await choose(person, task_number, "10_minutes", turn_id="msg_1")
    async with transaction() as session:
        assert (await undo_turn(session, cause(person), "msg_1")).undone == [number, created]
    assert (await read(person, number)).before == "at_due_time"
    with pytest.raises(NotFound):
        await read(person, created)


async def test_a_deleted_task_does_not_ring_and_is_restored_with_its_reminder(person: Person):
    number = await add(person, in_hours(5))
    kept = await choose(person, number, "10_minutes")
    async with transaction() as session:
        await tasks.delete_task(session, cause(person), number)
    async with transaction() as session:
        assert await reminders.list_upcoming(session, person.id) == []
        await tasks.restore_task(session, cause(person), number)
    assert await read(person, number) == kept


async def test_the_next_task_of_a_repeating_task_has_the_same_reminder_choice(person: Person):
    number = await add(person, in_hours(5), recurrence="FREQ=DAILY")
    await choose(person, number, "1_hour")
    due = due_at(await read(person, number))
    await complete(person, number)
    assert (await read(person, number)).remind_at is None
    following = await read(person, number + 1)
    assert due is not None
    assert (following.before, following.remind_at) == ("1_hour", due + timedelta(days=1, hours=-1))


async def test_a_ring_does_not_prevent_an_undo(person: Person):
    number = await add(person, in_hours(5))
    await edit(person, number, title="Call dad")
    await make_overdue(person, number, seconds=1)
    await ring(person)
    async with transaction() as session:
        outcome = await undo_changes(session, cause(person), [2])
    assert (outcome.undone, outcome.conflicts) == ([number], [])


async def test_undoing_another_change_keeps_a_snoozed_reminder(person: Person):
    number = await add(person, in_hours(5))
    await edit(person, number, title="Call dad")
    async with transaction() as session:
        snoozed = await reminders.snooze(session, cause(person), number)
        await undo_changes(session, cause(person), [2])
    assert snoozed.remind_at is not None
    assert await read(person, number) == replace(snoozed, title="Call mum")


async def test_a_snoozed_reminder_is_hidden_and_rings_later(person: Person):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    await ring(person)
    async with transaction() as session:
        again = await reminders.snooze(session, cause(person), number, 10)
        assert await reminders.list_rung(session, person.id) == []
        with pytest.raises(Invalid):
            await reminders.snooze(session, cause(person), number, 0)
    assert again.remind_at is not None
    assert timedelta(minutes=9, seconds=50) < again.remind_at - now() <= timedelta(minutes=10)
    assert await ring(person) == []


def test_the_reminder_choices_match_their_names_in_minutes():
    assert BEFORE == {"at_due_time": 0, "10_minutes": 10, "1_hour": 60, "1_day": 1440}


@pytest.mark.parametrize("number", [2, 0, -1, 2**31, 2**61 + 1, 10**30])
async def test_marking_an_unknown_tasks_reminder_as_seen_raises_not_found(person: Person, number: int):
    assert await add(person, in_hours(5)) == 1
    with pytest.raises(NotFound):
        async with transaction() as session:
            await reminders.mark_seen(session, person.id, number)
    async with reading() as session:
        assert list(await reminders.reminders_of(session, person.id, [1, number])) == [1]


async def test_reminders_of_returns_only_the_users_tasks(person: Person, other_person: Person):
    due = {
        user.id: now().replace(microsecond=0) + timedelta(days=days) for days, user in ((1, person), (2, other_person))
    }
    for user in (person, other_person):
        assert await add(user, due[user.id]) == 1
        assert await add(user, due[user.id]) == 2
    await edit(person, 1, title="Call dad")  # moves its row to the end of the table, so that its twin's row comes first
    async with reading() as session:
        for user in (person, other_person):
            found = await reminders.reminders_of(session, user.id, [1, 2, 3])
            assert {number: reminder.due and reminder.due.at for number, reminder in found.items()} == dict.fromkeys(
                (1, 2), due[user.id]
            )
            assert found[2].title == "Call mum"
        assert list(await reminders.reminders_of(session, person.id, [2])) == [2]
    async with transaction() as session:
        await tasks.delete_task(session, cause(person), 2)
        assert list(await reminders.reminders_of(session, person.id, [1, 2])) == [1]


async def test_marking_a_reminder_as_seen_affects_only_its_user(person: Person, other_person: Person):
    for user in (person, other_person):
        number = await add(user, now() + timedelta(days=1))
        await make_overdue(user, number, minutes=1)
        assert await ring(user) == [number]
    async with transaction() as session:
        await reminders.mark_seen(session, person.id, 1)
    async with reading() as session:
        assert await reminders.list_rung(session, person.id) == []
        assert [reminder.number for reminder in await reminders.list_rung(session, other_person.id)] == [1]


async def test_snoozing_a_completed_task_changes_nothing(person: Person):
    number = await add(person, now() + timedelta(days=1))
    await complete(person, number)
    before = await read(person, number)
    async with transaction() as session:
        snoozed = await reminders.snooze(session, cause(person), number)
    assert (snoozed, await read(person, number)) == (before, before)
    assert await actions(person) == ["created", "completed"]
    await complete(person, number, done=False)
    assert (await read(person, number)).remind_at == (before.due and before.due.at)


@pytest.mark.parametrize(("minutes", "accepted"), [(0, False), (1, True), (7 * 1440, True), (7 * 1440 + 1, False)])
async def test_a_reminder_is_snoozed_for_a_minute_to_a_week(person: Person, minutes: int, accepted: bool):
    number = await add(person, in_hours(5))
    async with transaction() as session:
        if accepted:
            snoozed = await reminders.snooze(session, cause(person), number, minutes)
            assert snoozed.remind_at is not None
            assert abs(snoozed.remind_at - now() - timedelta(minutes=minutes)) < timedelta(seconds=30)
        else:
            with pytest.raises(Invalid) as refused:
                await reminders.snooze(session, cause(person), number, minutes)
            assert refused.value.facts["field"] == "minutes"


async def test_the_next_reminders_are_those_of_open_tasks_earliest_first(
    person: Person, monkeypatch: pytest.MonkeyPatch
):
    for hours in (4, 3, 2, 1, 3):
        await add(person, in_hours(hours))
    await complete(person, 4)
    async with reading() as session:
        numbers = [reminder.number for reminder in await reminders.list_upcoming(session, person.id)]
        monkeypatch.setattr(reminders, "UPCOMING_MAX", 2)
        first = [reminder.number for reminder in await reminders.list_upcoming(session, person.id)]
    assert (numbers, first) == ([3, 2, 5, 1], [3, 2])


@pytest.mark.parametrize(("hours", "shown"), [(23, True), (25, False)])
async def test_a_reminder_that_rang_is_shown_for_24_hours(person: Person, hours: float, shown: bool):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    await ring(person)
    rang_at = now() - timedelta(hours=hours)
    async with transaction() as session:
        await session.exec(update(Ring).where(col(Ring.user_id) == person.id).values(rang_at=rang_at))
        await session.exec(update(Task).where(col(Task.user_id) == person.id).values(rung_until=rang_at))
    assert await rung_numbers(person) == ([number] if shown else [])


async def test_a_reminder_that_rang_is_hidden_once_its_task_is_completed_or_deleted(person: Person):
    for _ in range(3):
        await make_overdue(person, await add(person, in_hours(5)), seconds=1)
    assert await ring(person) == [1, 2, 3]
    await complete(person, 1)
    async with transaction() as session:
        await tasks.delete_task(session, cause(person), 2)
    assert await rung_numbers(person) == [3]


async def test_the_log_of_a_ring_contains_the_task_as_it_is(person: Person):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    async with transaction() as session:
        read_before = (await session.exec(select(Task).where(Task.user_id == person.id))).one()
        async with transaction() as elsewhere:
            await elsewhere.exec(update(Task).where(col(Task.user_id) == person.id).values(title="Call dad"))
        assert await scheduler.ring(session, person.id) == [number]
        assert read_before.title == "Call dad"
    async with reading() as session:
        query = select(Change).where(Change.user_id == person.id, Change.action == "reminded")
        change = (await session.exec(query)).one()
    assert (change.actor, (change.after or {})["title"]) == ("person", "Call dad")
