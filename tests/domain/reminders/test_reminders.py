"""Reminders: their time, undo, snoozing, lists."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.log.changes import changes_after
from taskchat_app.domain.reminders import reminders, scheduler
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.tasks.queries import TaskQuery, list_tasks, stored_tasks
from taskchat_app.domain.tasks.task_dates import BEFORE, compute_remind_at
from tests.domain.reminders.reminder_calls import (
    add,
    add_overdue,
    choose,
    in_hours,
    make_overdue,
    mark_seen,
    read,
    ring,
    rung,
    set_rings,
    upcoming,
)
from tests.task_account import Account, undone_and_left

BERLIN = ZoneInfo("Europe/Berlin")
TIMES = [
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
]


def test_remind_at_is_the_due_time_minus_the_chosen_offset():
    assert BEFORE == {"at_due_time": 0, "10_minutes": 10, "1_hour": 60, "1_day": 1440}
    for due, before, rings in TIMES:
        at = datetime.fromisoformat(due).replace(tzinfo=BERLIN).astimezone(UTC)
        found = compute_remind_at(Due.of_instant(at, BERLIN), before, BERLIN)
        local = found and found.astimezone(BERLIN).replace(tzinfo=None)
        assert local == (rings and datetime.fromisoformat(rings)), (due, before)


# Choosing


async def test_by_default_a_task_with_a_time_rings_and_one_for_a_whole_day_does_not(me: Account):
    due = in_hours(5)
    timed, whole = await add(me, due), await add(me, "2031-02-03")
    assert await read(me, timed) == reminders.Reminder(timed, "Call mum", Due(due), "at_due_time", due)
    assert ((await read(me, whole)).before, (await read(me, whole)).remind_at) == ("none", None)
    for status, end in (("done", me.complete), ("deleted", me.delete)):
        number = await add(me, due)
        await end(number)
        [ended] = (await me.get(list_tasks, TaskQuery(status=status))).tasks
        assert (ended.number, ended.rings_at) == (number, None)


async def test_the_same_choice_again_changes_nothing_and_the_reminder_moves_with_the_due_date(me: Account):
    due, later = in_hours(5), in_hours(30)
    await add(me, due)
    first = await choose(me, 1, "1_hour")
    assert first.remind_at == due - timedelta(hours=1)
    assert await choose(me, 1, "1_hour") == first
    assert await me.actions() == ["created", "reminder_set"]
    await me.edit(1, due_at=later)
    moved = reminders.Reminder(1, "Call mum", Due(later), "1_hour", later - timedelta(hours=1))
    assert await read(me) == moved
    await me.edit(1, clear=["due_at"])
    assert (await read(me)).before == "none"


async def test_the_next_task_of_a_repeating_task_has_the_same_reminder_choice(me: Account):
    due = in_hours(5)
    await add(me, due, recurrence="FREQ=DAILY")
    await choose(me, 1, "1_hour")
    await me.complete(1)
    assert (await read(me, 1)).remind_at is None
    following = await read(me, 2)
    assert (following.before, following.remind_at) == ("1_hour", due + timedelta(days=1, hours=-1))


# Undo


async def test_undoing_a_turn_undoes_its_reminders_and_a_ring_does_not_prevent_it(me: Account, other: Account):
    await add(me)
    await add(me, turn="msg_1")
    for number in (1, 2):
        await choose(me, number, "10_minutes", turn="msg_1")
    assert (await me.undo_turn("msg_1")).undone == [1, 2]
    assert (await read(me, 1)).before == "at_due_time"
    with pytest.raises(NotFound):
        await read(me, 2)
    await add(other)
    await other.edit(1, title="Call dad")
    await make_overdue(other, 1, seconds=1)
    await ring(other)
    assert undone_and_left(await other.undo(2)) == ([1], [])


# Snoozing


async def test_undoing_another_change_keeps_a_snoozed_reminder(me: Account):
    await add(me)
    await me.edit(1, title="Call dad")
    snoozed = await me.run(reminders.snooze, 1)
    await me.undo(2)
    assert snoozed.remind_at is not None
    assert await read(me) == replace(snoozed, title="Call mum")


async def test_a_snoozed_reminder_is_hidden_and_rings_later_within_a_week(me: Account):
    await add_overdue(me)
    await ring(me)
    for minutes in (10, 1, 7 * 1440):
        before = now()
        again = await me.run(reminders.snooze, 1, minutes)
        assert again.remind_at is not None
        waits = timedelta(minutes=minutes)
        assert before + waits - timedelta(milliseconds=1) <= again.remind_at <= now() + waits
    assert (await rung(me), await ring(me)) == ([], [])
    for minutes in (0, 7 * 1440 + 1):
        with pytest.raises(Invalid) as refused:
            await me.run(reminders.snooze, 1, minutes)
        assert refused.value.facts["field"] == "minutes"


async def test_a_silent_task_stays_so_after_a_snooze_and_another_rings_once_chosen_again(me: Account):
    await add(me, "tomorrow")
    snoozed = await me.run(reminders.snooze, 1)
    assert (snoozed.before, snoozed.remind_at is None) == ("none", False)
    await add(me)
    chosen = await choose(me, 2, "1_hour")
    assert chosen.remind_at is not None
    for has_rung in (False, True):
        await me.run(reminders.snooze, 2)
        if has_rung:
            past = now() - timedelta(seconds=1)
            await me.set_columns(2, remind_at=past, rung_until=past - timedelta(seconds=1))
            assert await ring(me) == [2]
        assert await choose(me, 2, "1_hour") == chosen


async def test_snoozing_a_completed_task_changes_nothing(me: Account):
    await add(me, in_hours(24))
    await me.complete(1)
    before = await read(me)
    assert await me.run(reminders.snooze, 1) == await read(me) == before
    assert await me.actions() == ["created", "completed"]
    await me.complete(1, False)
    assert (await read(me)).remind_at == (before.due and before.due.at)


# Lists


async def test_marking_a_reminder_as_seen_is_of_its_user_and_an_unknown_one_not_found(me: Account, other: Account):
    for account in (me, other):
        await add_overdue(account)
        assert await ring(account) == [1]
    for number in (2, 0, -1, 2**31, 2**61 + 1, 10**30):
        with pytest.raises(NotFound):
            await mark_seen(me, number)
    for _ in range(2):
        await mark_seen(me, 1)
    assert (await rung(me), await rung(other)) == ([], [1])
    changes = [(change.action, (change.after or {}).get("title")) for change in await changes_after(me.person.id, 0)]
    assert changes[-2:] == [("reminded", "Call mum"), ("seen", "Call mum")]


async def test_the_next_reminders_are_those_of_open_tasks_earliest_first(me: Account, monkeypatch: pytest.MonkeyPatch):
    for hours in (4, 3, 2, 1, 3, 1):
        await add(me, in_hours(hours))
    await me.complete(4)
    await me.delete(6)
    assert await upcoming(me) == [3, 2, 5, 1]
    monkeypatch.setattr(reminders, "UPCOMING_MAX", 2)
    assert await upcoming(me) == [3, 2]


async def test_a_reminder_that_rang_is_shown_for_24_hours_until_its_task_is_completed_or_deleted(me: Account):
    await add_overdue(me, 5)
    assert await ring(me) == [1, 2, 3, 4, 5]
    for number, hours in ((4, 23), (5, 25)):
        rang_at = now() - timedelta(hours=hours)
        await set_rings(me, number, rang_at=rang_at)
        await me.set_columns(number, rung_until=rang_at)
    await me.complete(1)
    await me.delete(2)
    assert sorted(await rung(me)) == [3, 4]
    await mark_seen(me, 3)
    assert await rung(me) == [4]
    assert (await me.actions()).count("seen") == 1


async def test_the_log_of_a_ring_has_the_task_as_it_is_and_a_reopened_one_is_silent(me: Account, other: Account):
    await add_overdue(me)
    async with transaction(me.person.id) as session:
        [read_before] = await stored_tasks(session, me.person.id, [1])
        await me.set_columns(1, title="Call dad")
        assert await scheduler.ring(session, me.person.id) == [1]
        assert read_before.title == "Call dad"
    change = (await me.log())[-1]
    assert (change.action, change.actor, (change.after or {})["title"]) == ("reminded", "person", "Call dad")
    await add_overdue(other)
    await other.complete(1)
    await other.complete(1, False)
    assert await ring(other) == []
