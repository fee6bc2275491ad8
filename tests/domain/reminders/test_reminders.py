"""Reminders: time, exactly one ring, display in one tab."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import undo_change, undo_turn
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.log import changes
from taskchat_app.domain.log.announcements import REMINDERS
from taskchat_app.domain.log.announcements import announcements as listener
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.reminders import reminders, scheduler
from taskchat_app.domain.reminders.tab_choice import SHOWN_SECONDS, BrowserTab, claim_for_tab
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.storage.models import Change, Ring, Task
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft, TaskEdit
from taskchat_app.domain.tasks.reminder_times import ALL_USERS, BEFORE, POLL_SECONDS, announce_soon, compute_remind_at
from tests.waiting import end_connection_that_waits

BERLIN = ZoneInfo("Europe/Berlin")


def cause(person: Person, turn_id: str | None = None) -> Cause:
    return Cause(person.id, "person", turn_id=turn_id)


async def add(person: Person, due_at: str | datetime | None, *, turn_id: str | None = None, **fields: Any) -> int:
    async with transaction() as session:
        draft = TaskDraft("Call mum", due_at=due_at, **fields)
        return (await tasks.create_task(session, cause(person, turn_id), draft, zone=person.zone)).number


async def edit(person: Person, number: int, **fields: Any) -> None:
    async with transaction() as session:
        await tasks.update_task(session, cause(person), number, TaskEdit(**fields), zone=person.zone)


async def choose(person: Person, number: int, before: str, turn_id: str | None = None) -> reminders.Reminder:
    async with transaction() as session:
        return await reminders.set_reminder(session, cause(person, turn_id), number, before, zone=person.zone)


async def read(person: Person, number: int) -> reminders.Reminder:
    async with reading() as session:
        return await reminders.get_reminder(session, person.id, number)


async def complete(person: Person, number: int, done: bool = True) -> None:
    async with transaction() as session:
        await tasks.complete_task(session, cause(person), number, done)


async def ring(person: Person) -> list[int] | None:
    async with transaction() as session:
        return await scheduler.ring(session, person.id)


async def make_overdue(person: Person, number: int, **ago: float) -> None:
    """Set due date and reminder to this long ago, not rung, as if no server had run since."""
    moment = now().replace(microsecond=0) - timedelta(**ago)
    async with transaction() as session:
        mine = update(Task).where(col(Task.user_id) == person.id, col(Task.number) == number)
        await session.exec(
            mine.values(due_at=moment, remind_at=moment, rung_until=moment - timedelta(hours=1), remind_before=None)
        )


def due_at(reminder: reminders.Reminder) -> datetime:
    assert reminder.due
    return reminder.due.at


async def actions(person: Person) -> list[str]:
    async with reading() as session:
        query = select(Change.action).where(Change.user_id == person.id).order_by(col(Change.id))
        return list((await session.exec(query)).all())


async def claim(person: Person, tab: str, *, browser: str = "", visible: bool = True) -> list[int]:
    async with transaction() as session:
        asks = BrowserTab(browser or f"browser of {tab}", tab, visible)
        return [reminder.number for reminder in (await claim_for_tab(session, person.id, asks)).rung]


def in_hours(hours: float) -> datetime:
    return now().replace(microsecond=0) + timedelta(hours=hours)


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
        assert (await undo_change(session, cause(person), 4)).undone == [number]
        assert (await undo_change(session, cause(person), 3)).undone == [number]
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


async def test_a_due_task_rings_once_across_instances(person: Person):
    number, other = await add(person, in_hours(5)), await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    both = await asyncio.gather(ring(person), ring(person))  # as two instances do
    assert sorted(rung or [] for rung in both) == [[], [number]]
    assert await ring(person) == []
    async with reading() as session:
        [rung] = await reminders.list_rung(session, person.id)
        assert [reminder.number for reminder in await reminders.list_upcoming(session, person.id)] == [other]
    assert rung.number == number
    assert await actions(person) == ["created", "created", "reminded"]


@pytest.mark.parametrize(("hours", "rings"), [(23, True), (25, False)])
async def test_a_reminder_missed_while_no_server_ran_rings_only_within_24_hours(
    person: Person, hours: float, rings: bool
):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, hours=hours)
    assert await ring(person) == ([number] if rings else [])


async def test_completed_deleted_and_already_past_tasks_do_not_ring(person: Person):
    done, gone, past = await add(person, in_hours(5)), await add(person, in_hours(5)), await add(person, None)
    for number in (done, gone):
        await make_overdue(person, number, seconds=1)
    await edit(person, past, due_at=in_hours(-1))
    async with transaction() as session:
        await tasks.complete_task(session, cause(person), done)
        await tasks.delete_task(session, cause(person), gone)
    assert await ring(person) == []
    async with transaction() as session:
        await tasks.complete_task(session, cause(person), done, completed=False)
        await tasks.restore_task(session, cause(person), gone)
    assert await ring(person) == []
    await edit(person, past, due_at=in_hours(1))
    await make_overdue(person, past, seconds=1)
    assert await ring(person) == [past]


async def test_a_ring_does_not_prevent_an_undo(person: Person):
    number = await add(person, in_hours(5))
    await edit(person, number, title="Call dad")
    await make_overdue(person, number, seconds=1)
    await ring(person)
    async with transaction() as session:
        outcome = await undo_change(session, cause(person), 2)
    assert (outcome.undone, outcome.conflicts) == ([number], [])


async def test_undoing_another_change_keeps_a_snoozed_reminder(person: Person):
    number = await add(person, in_hours(5))
    await edit(person, number, title="Call dad")
    async with transaction() as session:
        snoozed = await reminders.snooze(session, cause(person), number)
        await undo_change(session, cause(person), 2)
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


async def test_one_tab_shows_a_reminder_until_it_is_dismissed(person: Person, other_person: Person):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    await ring(person)
    both = await asyncio.gather(claim(person, "a"), claim(person, "b"))
    assert sorted(rung or [] for rung in both) == [[], [number]]
    holder = "a" if both[0] else "b"
    assert await claim(person, holder) == [number]
    assert await claim(other_person, "c") == []
    async with transaction() as session:
        waiting = await claim_for_tab(session, person.id, BrowserTab("c", "c", visible=True))
        assert waiting.rung == []
        assert waiting.again_seconds is not None
        await reminders.mark_seen(session, person.id, number)
    assert await claim(person, holder) == []


async def test_a_visible_tab_takes_over_from_a_hidden_or_closed_tab(person: Person):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    await ring(person)
    assert await claim(person, "hidden", visible=False) == [number]
    assert await claim(person, "also hidden", visible=False) == []
    assert await claim(person, "seen") == [number]
    assert await claim(person, "hidden", visible=False) == []
    async with transaction() as session:
        await session.exec(update(Ring).where(col(Ring.user_id) == person.id).values(shown_until=now()))
    assert await claim(person, "hidden", visible=False) == []
    assert await claim(person, "new") == [number]


async def ring_beside_a_claim(person: Person) -> tuple[int, int]:
    """Ring two reminders, the second one while tab "a" of browser "here" shows the first."""
    first, second = await add(person, in_hours(5)), await add(person, in_hours(5))
    await make_overdue(person, first, seconds=2)
    await ring(person)
    assert await claim(person, "a", browser="here") == [first]
    await make_overdue(person, second, seconds=1)
    await ring(person)
    return first, second


async def test_one_tab_of_a_browser_shows_all_its_reminders(person: Person):
    first, second = await ring_beside_a_claim(person)
    assert await claim(person, "b", browser="here") == []
    assert await claim(person, "a", browser="here") == [first, second]
    assert await claim(person, "c", browser="there") == []


@pytest.fixture
def start_scheduler(announcements: None) -> Iterator[Callable[[], Any]]:
    running: list[asyncio.Task[None]] = []

    def start() -> None:
        running.append(asyncio.create_task(scheduler.run_scheduler()))

    yield start
    for task in running:
        task.cancel()


@pytest.mark.changes_all_users
async def test_the_scheduler_wakes_for_a_reminder_before_its_next_poll(
    person: Person, start_scheduler: Callable[[], None]
):
    for _ in range(2):  # two instances
        start_scheduler()
    await asyncio.sleep(0)
    number = await add(person, now() + timedelta(seconds=2))
    due = due_at(await read(person, number))
    async with asyncio.timeout(10), aclosing(changes.follow(person.id, 1)) as batches:
        while not await anext(batches):
            pass
    assert due is not None
    assert now() >= due
    assert await actions(person) == ["created", "reminded"]


async def test_a_task_that_rings_soon_wakes_the_scheduler(person: Person, announcements: None):
    with listener().listen(REMINDERS, ALL_USERS) as bell:
        await add(person, in_hours(30 * 24))
        assert not await bell.wait(0.3)
        await add(person, now() + timedelta(seconds=5))
        assert await bell.wait(5)
    await complete(person, 2)  # so that it is not due in a later test


async def test_an_undo_after_which_a_task_rings_soon_wakes_the_scheduler(person: Person, announcements: None):
    by = Cause(person.id, "person")
    with listener().listen(REMINDERS, ALL_USERS) as bell:
        number = await add(person, now() + timedelta(seconds=20))
        assert await bell.wait(5)
        bell.clear()
        async with transaction() as session:
            await tasks.delete_task(session, by, number)
            await undo_change(session, by, 2)
        assert await bell.wait(5)
    await complete(person, number)  # so that it is not due in a later test


async def test_an_expired_claim_goes_to_the_tab_of_the_browser_that_shows_reminders(person: Person):
    first, second = await ring_beside_a_claim(person)
    async with transaction() as session:
        ended = update(Ring).where(col(Ring.user_id) == person.id, col(Ring.task_number) == second)
        await session.exec(ended.values(shown_by="gone/tab", shown_until=now() - timedelta(seconds=1)))
    assert await claim(person, "b", browser="here") == []
    assert await claim(person, "a", browser="here") == [first, second]


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


async def test_a_reminder_that_passed_while_the_task_was_completed_does_not_ring_after_reopening(person: Person):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    await complete(person, number)
    await complete(person, number, done=False)
    assert await ring(person) == []


async def test_completing_a_task_does_not_mark_it_as_rung(person: Person):
    number = await add(person, in_hours(5))
    async with transaction() as session:
        moment = now().replace(microsecond=0) + timedelta(seconds=1)
        mine = update(Task).where(col(Task.user_id) == person.id, col(Task.number) == number)
        await session.exec(mine.values(due_at=moment, remind_at=moment))
    await complete(person, number)
    async with reading() as session:
        task = (await session.exec(select(Task).where(Task.user_id == person.id))).one()
    assert task.completed_at is not None
    assert task.rung_until is None or task.rung_until < task.completed_at


@pytest.mark.changes_all_users
@pytest.mark.parametrize("group", [1, 100])
async def test_a_locked_user_delays_no_other_users_reminders_and_rings_soon_after(
    person: Person, other_person: Person, monkeypatch: pytest.MonkeyPatch, group: int
):
    await scheduler.ring_due()  # what other tests left
    monkeypatch.setattr(scheduler, "USERS_AT_ONCE", group)
    for user in (person, other_person):
        await make_overdue(user, await add(user, in_hours(5)), seconds=1)
    async with transaction(person.id) as importing:
        await lock_user(importing, person.id)
        async with asyncio.timeout(10):
            assert await scheduler._ring_and_find_next() == scheduler.SKIPPED_SECONDS
        assert [await rung_numbers(user) for user in (person, other_person)] == [[], [1]]
    assert await scheduler._ring_and_find_next() > scheduler.SKIPPED_SECONDS
    assert [await rung_numbers(user) for user in (person, other_person)] == [[1], [1]]


@pytest.mark.changes_all_users
async def test_an_error_with_one_users_reminders_delays_no_other_users(person: Person, other_person: Person):
    await scheduler.ring_due()  # what other tests left
    for user in (person, other_person):
        await make_overdue(user, await add(user, in_hours(5)), seconds=1)
    async with transaction(person.id) as session:
        await session.exec(select(Task).where(Task.user_id == person.id).with_for_update())
        ringing = asyncio.create_task(scheduler.ring_due())
        await end_connection_that_waits()
        assert await ringing == 1
        assert [await rung_numbers(user) for user in (person, other_person)] == [[], [1]]
    assert await scheduler.ring_due() == 0
    assert await rung_numbers(person) == [1]


@pytest.mark.changes_all_users
async def test_reminders_of_one_user_that_cannot_ring_end_no_scheduler_and_are_logged_once(
    person: Person, other_person: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    await scheduler.ring_due()  # what other tests left
    for user in (person, other_person):
        await make_overdue(user, await add(user, in_hours(5)), seconds=1)
    first, ring_all = min(person, other_person, key=lambda user: user.id), scheduler.ring

    async def ring_others(session: AsyncSession, user_id: str) -> list[int] | None:
        if user_id == first.id:
            raise TypeError("Secret")
        return await ring_all(session, user_id)

    failed: set[str] = set()
    monkeypatch.setattr(scheduler, "ring", ring_others)
    for _ in range(2):
        assert await scheduler._ring_and_find_next(failed) == scheduler.SKIPPED_SECONDS
    assert [await rung_numbers(user) for user in (person, other_person) if user != first] == [[1]]
    [told] = caplog.messages
    assert "TypeError" in told
    assert "Secret" not in caplog.text
    monkeypatch.setattr(scheduler, "ring", ring_all)
    assert await scheduler.ring_due(failed) == 0
    assert await rung_numbers(first) == [1]


async def rung_numbers(person: Person) -> list[int]:
    async with reading() as session:
        return [reminder.number for reminder in await reminders.list_rung(session, person.id)]


async def test_the_tab_that_shows_a_reminder_asks_again_before_its_claim_ends_and_another_tab_after(person: Person):
    await make_overdue(person, await add(person, in_hours(5)), seconds=1)
    await ring(person)
    async with transaction() as session:
        holder = await claim_for_tab(session, person.id, BrowserTab("a", "a", visible=True))
        waiting = await claim_for_tab(session, person.id, BrowserTab("b", "b", visible=True))
        hidden = await claim_for_tab(session, person.id, BrowserTab("c", "c", visible=False))
    assert holder.again_seconds == SHOWN_SECONDS / 3
    assert waiting.again_seconds is not None
    assert SHOWN_SECONDS < waiting.again_seconds <= SHOWN_SECONDS + 1  # when the claim has certainly ended
    assert (hidden.rung, hidden.again_seconds) == ([], None)


async def test_a_claim_without_an_end_is_free_for_a_visible_tab(person: Person):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    await ring(person)
    async with transaction() as session:
        await session.exec(update(Ring).where(col(Ring.user_id) == person.id).values(shown_by="gone", shown_until=None))
    assert await claim(person, "hidden", visible=False) == []
    assert await claim(person, "new") == [number]


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


async def test_a_task_that_never_rang_rings(person: Person):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    async with transaction() as session:
        await session.exec(update(Task).where(col(Task.user_id) == person.id).values(rung_until=None))
    assert await ring(person) == [number]


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


async def test_the_reminders_of_a_deleted_user_do_not_ring(postgres: object):
    async with transaction() as session:
        assert not await scheduler.ring(session, "nobody")


@pytest.mark.changes_all_users
async def test_the_scheduler_rings_the_users_in_groups_until_none_is_left(
    person: Person, other_person: Person, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scheduler, "USERS_AT_ONCE", 1)
    for user, count in ((person, 3), (other_person, 1)):
        for _ in range(count):
            await make_overdue(user, await add(user, in_hours(5)), seconds=1)
    assert await scheduler.ring_due() == 0
    assert [sorted(await rung_numbers(user)) for user in (person, other_person)] == [[1, 2, 3], [1]]


@pytest.mark.changes_all_users
async def test_the_scheduler_sleeps_until_the_next_reminder_and_no_longer_than_its_poll(person: Person):
    async def set_reminder_in(seconds: float) -> float:
        moment = now() + timedelta(seconds=seconds)
        async with transaction() as session:
            mine = update(Task).where(col(Task.user_id) == person.id)
            await session.exec(mine.values(due_at=moment, remind_at=moment))
        return await scheduler._ring_and_find_next()

    await scheduler.ring_due()  # what other tests left
    await add(person, in_hours(5))
    assert 5 < await set_reminder_in(8) <= 8
    assert 0 <= await set_reminder_in(4) <= 4
    assert await set_reminder_in(3600) <= POLL_SECONDS
    await complete(person, 1)


@pytest.mark.parametrize(
    ("seconds", "wakes"), [(-1, False), (0, False), (1, True), (POLL_SECONDS, True), (POLL_SECONDS + 1, False)]
)
async def test_only_a_reminder_before_the_next_poll_wakes_the_schedulers(
    seconds: float, wakes: bool, announcements: None
):
    at = now()
    entries = [Entry("task", "created", 1, after={"remind_at": (at + timedelta(seconds=seconds)).isoformat()})]
    entries += [Entry("task", "created", 2, after={"remind_at": None}), Entry("task", "deleted", 3, before={})]
    with listener().listen(REMINDERS, ALL_USERS) as bell:
        async with transaction() as session:
            await announce_soon(session, entries, at)
        assert bool(await bell.wait(5 if wakes else 0.3)) is wakes


async def test_an_expired_claim_of_the_same_browser_does_not_hold_new_reminders_back(person: Person):
    first, second = await ring_beside_a_claim(person)
    async with transaction() as session:
        expired = update(Ring).where(col(Ring.user_id) == person.id, col(Ring.task_number) == first)
        await session.exec(expired.values(shown_until=now() - timedelta(seconds=1)))
    assert await claim(person, "hidden", browser="here", visible=False) == [second]
    assert await claim(person, "b", browser="here") == [first, second]


async def test_a_reminder_is_new_until_a_tab_has_shown_it(person: Person):
    await make_overdue(person, await add(person, in_hours(5)), seconds=1)
    await ring(person)
    async with transaction() as session:
        tab = BrowserTab("a", "a", visible=False)
        shown = [(await claim_for_tab(session, person.id, tab)).rung[0].is_new for _ in range(2)]
        other = (await claim_for_tab(session, person.id, BrowserTab("b", "b", visible=True))).rung
    assert (shown, [reminder.is_new for reminder in other]) == ([True, False], [False])
