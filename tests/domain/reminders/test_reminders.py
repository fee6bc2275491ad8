"""Reminders: when a task rings, exactly once, in one tab."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select, update

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import undo_change, undo_turn
from taskchat_app.domain.log import feeds
from taskchat_app.domain.log.announcements import REMINDERS
from taskchat_app.domain.log.announcements import announcements as listener
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.reminders import reminders, scheduler
from taskchat_app.domain.reminders.display import SHOWN_SECONDS, BrowserTab, claim_for_tab
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.storage.models import Change, Ring, Task
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft, TaskEdit
from taskchat_app.domain.tasks.reminder_times import ALL_USERS, BEFORE, compute_remind_at

BERLIN = ZoneInfo("Europe/Berlin")
UTC_ZONE = ZoneInfo("UTC")


def by(person: Person, turn_id: str | None = None) -> Cause:
    return Cause(person.id, "person", turn_id=turn_id)


async def added(person: Person, due_at: str | datetime | None, *, turn_id: str | None = None, **fields: Any) -> int:
    async with transaction() as session:
        draft = TaskDraft("Call mum", due_at=due_at, **fields)
        return (await tasks.create_task(session, by(person, turn_id), draft, zone=person.zone)).number


async def edited(person: Person, number: int, **fields: Any) -> None:
    async with transaction() as session:
        await tasks.update_task(session, by(person), number, TaskEdit(**fields), zone=person.zone)


async def chosen(person: Person, number: int, before: str, turn_id: str | None = None) -> reminders.Reminder:
    async with transaction() as session:
        return await reminders.set_reminder(session, by(person, turn_id), number, before, zone=person.zone)


async def of(person: Person, number: int) -> reminders.Reminder:
    async with reading() as session:
        return await reminders.get_reminder(session, person.id, number)


async def completed(person: Person, number: int, done: bool = True) -> None:
    async with transaction() as session:
        await tasks.complete_task(session, by(person), number, done)


async def rung(person: Person) -> list[int]:
    async with transaction() as session:
        return await scheduler.ring(session, person.id)


async def late(person: Person, number: int, **ago: float) -> None:
    """As if the task's moment had come so long ago while no server ran."""
    moment = now().replace(microsecond=0) - timedelta(**ago)
    async with transaction() as session:
        mine = update(Task).where(col(Task.user_id) == person.id, col(Task.number) == number)
        await session.exec(
            mine.values(due_at=moment, remind_at=moment, rung_until=moment - timedelta(hours=1), remind_before=None)
        )


async def actions(person: Person) -> list[str]:
    async with reading() as session:
        query = select(Change.action).where(Change.user_id == person.id).order_by(col(Change.id))
        return list((await session.exec(query)).all())


async def shown(person: Person, tab: str, *, browser: str = "", visible: bool = True) -> list[int]:
    async with transaction() as session:
        asks = BrowserTab(browser or f"browser of {tab}", tab, visible)
        return [one.number for one in (await claim_for_tab(session, person.id, asks)).rung]


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
def test_when_a_task_rings(due: str, before: int | None, rings: str | None):
    at = datetime.fromisoformat(due).replace(tzinfo=BERLIN).astimezone(UTC)
    found = compute_remind_at(at, before, BERLIN)
    assert (found and found.astimezone(BERLIN).replace(tzinfo=None)) == (rings and datetime.fromisoformat(rings))


async def test_a_time_of_day_rings_by_itself_and_a_whole_day_does_not(person: Person):
    due = in_hours(5)
    timed, whole = await added(person, due), await added(person, "tomorrow")
    assert await of(person, timed) == reminders.Reminder(timed, "Call mum", due, "at_due_time", due)
    assert ((await of(person, whole)).before, (await of(person, whole)).remind_at) == ("none", None)


async def test_a_task_without_a_date_cannot_have_one(person: Person):
    number = await added(person, None)
    with pytest.raises(Invalid, match="no due date") as refused:
        await chosen(person, number, "1_hour")
    assert refused.value.facts["field"] == "before"
    assert (await chosen(person, number, "none")).before == "none"
    assert await actions(person) == ["created"]


async def test_what_is_no_reminder_is_refused(person: Person):
    number = await added(person, in_hours(1))
    with pytest.raises(Invalid, match="at_due_time, 10_minutes, 1_hour, 1_day or none"):
        await chosen(person, number, "2_hours")
    with pytest.raises(Invalid, match="has passed"):
        await chosen(person, number, "1_day")
    assert (await of(person, number)).before == "at_due_time"


async def test_nobody_elses_task_can_be_given_one(person: Person, other_person: Person):
    number = await added(person, in_hours(5))
    with pytest.raises(NotFound):
        await chosen(other_person, number, "1_hour")
    assert (await of(person, number)).before == "at_due_time"


async def test_the_same_choice_again_changes_nothing(person: Person):
    number, due = await added(person, in_hours(5)), in_hours(5)
    first = await chosen(person, number, "1_hour")
    assert first.remind_at is not None
    assert abs(first.remind_at - (due - timedelta(hours=1))) <= timedelta(seconds=1)
    assert await chosen(person, number, "1_hour") == first
    assert await actions(person) == ["created", "reminder_set"]


async def test_the_reminder_moves_along_with_the_date_and_goes_with_it(person: Person):
    number = await added(person, in_hours(5))
    await chosen(person, number, "1_hour")
    later = in_hours(30)
    await edited(person, number, due_at=later)
    assert await of(person, number) == reminders.Reminder(
        number, "Call mum", later, "1_hour", later - timedelta(hours=1)
    )
    await edited(person, number, clear=["due_at"])
    assert (await of(person, number)).before == "none"


async def test_undo_puts_back_a_reminder_exactly(person: Person):
    number = await added(person, in_hours(5))
    await chosen(person, number, "1_hour")
    kept = await of(person, number)
    await edited(person, number, due_at="2030-01-01", clear=["recurrence"])
    await chosen(person, number, "none")
    async with transaction() as session:
        assert (await undo_change(session, by(person), 4)).undone == [number]
        assert (await undo_change(session, by(person), 3)).undone == [number]
    assert await of(person, number) == kept


async def test_undoing_a_turn_takes_its_reminder_along(person: Person):
    number = await added(person, in_hours(5))
    made = await added(person, in_hours(5), turn_id="msg_1")
    for one in (number, made):
        await chosen(person, one, "10_minutes", turn_id="msg_1")
    async with transaction() as session:
        assert (await undo_turn(session, by(person), "msg_1")).undone == [number, made]
    assert (await of(person, number)).before == "at_due_time"
    with pytest.raises(NotFound):
        await of(person, made)


async def test_a_deleted_task_is_silent_and_comes_back_with_its_reminder(person: Person):
    number = await added(person, in_hours(5))
    kept = await chosen(person, number, "10_minutes")
    async with transaction() as session:
        await tasks.delete_task(session, by(person), number)
    async with transaction() as session:
        assert await reminders.list_upcoming(session, person.id) == []
        await tasks.restore_task(session, by(person), number)
    assert await of(person, number) == kept


async def test_the_next_task_of_a_repeating_one_rings_as_it_did(person: Person):
    number = await added(person, in_hours(5), recurrence="FREQ=DAILY")
    await chosen(person, number, "1_hour")
    due = (await of(person, number)).due_at
    await completed(person, number)
    assert (await of(person, number)).remind_at is None
    following = await of(person, number + 1)
    assert due is not None
    assert (following.before, following.remind_at) == ("1_hour", due + timedelta(days=1, hours=-1))


async def test_what_is_due_rings_once(person: Person):
    number, other = await added(person, in_hours(5)), await added(person, in_hours(5))
    await late(person, number, seconds=1)
    both = await asyncio.gather(rung(person), rung(person))  # as two instances do
    assert sorted(both) == [[], [number]]
    assert await rung(person) == []
    async with reading() as session:
        [told] = await reminders.list_rung(session, person.id)
        assert [one.number for one in await reminders.list_upcoming(session, person.id)] == [other]
    assert told.number == number
    assert await actions(person) == ["created", "created", "reminded"]


@pytest.mark.parametrize(("hours", "rings"), [(23, True), (25, False)])
async def test_what_fell_due_while_no_server_ran_rings_within_a_day(person: Person, hours: float, rings: bool):
    number = await added(person, in_hours(5))
    await late(person, number, hours=hours)
    assert await rung(person) == ([number] if rings else [])


async def test_what_is_done_deleted_or_was_past_when_it_was_set_stays_silent(person: Person):
    done, gone, past = await added(person, in_hours(5)), await added(person, in_hours(5)), await added(person, None)
    for number in (done, gone):
        await late(person, number, seconds=1)
    await edited(person, past, due_at=in_hours(-1))
    async with transaction() as session:
        await tasks.complete_task(session, by(person), done)
        await tasks.delete_task(session, by(person), gone)
    assert await rung(person) == []
    async with transaction() as session:
        await tasks.complete_task(session, by(person), done, completed=False)
        await tasks.restore_task(session, by(person), gone)
    assert await rung(person) == []
    await edited(person, past, due_at=in_hours(1))
    await late(person, past, seconds=1)
    assert await rung(person) == [past]


async def test_a_ring_is_no_change_of_the_task(person: Person):
    number = await added(person, in_hours(5))
    await edited(person, number, title="Call dad")
    await late(person, number, seconds=1)
    await rung(person)
    async with transaction() as session:
        outcome = await undo_change(session, by(person), 2)
    assert (outcome.undone, outcome.conflicts) == ([number], [])


async def test_undoing_something_else_lets_the_clock_go_on(person: Person):
    number = await added(person, in_hours(5))
    await edited(person, number, title="Call dad")
    async with transaction() as session:
        put_off = await reminders.snooze(session, by(person), number)
        await undo_change(session, by(person), 2)
    assert put_off.remind_at is not None
    assert await of(person, number) == replace(put_off, title="Call mum")


async def test_snoozing_rings_again_later_and_nothing_else(person: Person):
    number = await added(person, in_hours(5))
    await late(person, number, seconds=1)
    await rung(person)
    async with transaction() as session:
        again = await reminders.snooze(session, by(person), number, 10)
        assert await reminders.list_rung(session, person.id) == []
        with pytest.raises(Invalid):
            await reminders.snooze(session, by(person), number, 0)
    assert again.remind_at is not None
    assert timedelta(minutes=9, seconds=50) < again.remind_at - now() <= timedelta(minutes=10)
    assert await rung(person) == []


async def test_one_tab_shows_it_until_it_is_seen(person: Person, other_person: Person):
    number = await added(person, in_hours(5))
    await late(person, number, seconds=1)
    await rung(person)
    both = await asyncio.gather(shown(person, "a"), shown(person, "b"))
    assert sorted(both) == [[], [number]]
    holder = "a" if both[0] else "b"
    assert await shown(person, holder) == [number]
    assert await shown(other_person, "c") == []
    async with transaction() as session:
        waiting = await claim_for_tab(session, person.id, BrowserTab("c", "c", visible=True))
        assert waiting.rung == []
        assert waiting.again_seconds is not None
        await reminders.mark_seen(session, person.id, number)
    assert await shown(person, holder) == []


async def test_a_tab_that_is_hidden_or_gone_gives_way(person: Person):
    number = await added(person, in_hours(5))
    await late(person, number, seconds=1)
    await rung(person)
    assert await shown(person, "hidden", visible=False) == [number]
    assert await shown(person, "also hidden", visible=False) == []
    assert await shown(person, "seen") == [number]
    assert await shown(person, "hidden", visible=False) == []
    async with transaction() as session:
        await session.exec(update(Ring).where(col(Ring.user_id) == person.id).values(shown_until=now()))
    assert await shown(person, "hidden", visible=False) == []
    assert await shown(person, "new") == [number]


async def test_all_are_shown_in_one_tab_of_a_browser(person: Person):
    first, second = await added(person, in_hours(5)), await added(person, in_hours(5))
    await late(person, first, seconds=2)
    await rung(person)
    assert await shown(person, "a", browser="here") == [first]
    await late(person, second, seconds=1)
    await rung(person)
    assert await shown(person, "b", browser="here") == []
    assert await shown(person, "a", browser="here") == [first, second]
    assert await shown(person, "c", browser="there") == []


@pytest.fixture
def watching(announcements: None) -> Iterator[Callable[[], Any]]:
    running: list[asyncio.Task[None]] = []

    def start() -> None:
        running.append(asyncio.create_task(scheduler.run_scheduler()))

    yield start
    for task in running:
        task.cancel()


@pytest.mark.changes_all_users
async def test_the_clock_wakes_for_what_comes_sooner(person: Person, watching: Callable[[], None]):
    for _ in range(2):  # two instances
        watching()
    await asyncio.sleep(0)
    number = await added(person, now() + timedelta(seconds=2))
    due = (await of(person, number)).due_at
    async with asyncio.timeout(10), aclosing(feeds.follow(person.id, 1)) as batches:
        while not await anext(batches):
            pass
    assert due is not None
    assert timedelta() <= now() - due < timedelta(seconds=2)
    assert await actions(person) == ["created", "reminded"]


async def test_a_task_that_rings_soon_wakes_the_scheduler(person: Person, announcements: None):
    with listener().listen(REMINDERS, ALL_USERS) as bell:
        await added(person, in_hours(30 * 24))
        assert not await bell.wait(0.3)
        await added(person, now() + timedelta(seconds=5))
        assert await bell.wait(5)


async def test_a_tab_leaves_a_stale_claim_to_the_tab_of_its_browser_that_shows_reminders(person: Person):
    first, second = await added(person, in_hours(5)), await added(person, in_hours(5))
    await late(person, first, seconds=2)
    await rung(person)
    assert await shown(person, "a", browser="here") == [first]
    await late(person, second, seconds=1)
    await rung(person)
    async with transaction() as session:
        ended = update(Ring).where(col(Ring.user_id) == person.id, col(Ring.task_number) == second)
        await session.exec(ended.values(shown_by="gone/tab", shown_until=now() - timedelta(seconds=1)))
    assert await shown(person, "b", browser="here") == []
    assert await shown(person, "a", browser="here") == [first, second]


def test_every_choice_has_a_name_that_says_it():
    assert BEFORE == {"at_due_time": 0, "10_minutes": 10, "1_hour": 60, "1_day": 1440}


@pytest.mark.parametrize("number", [2, 0, -1, 2**31, 2**61 + 1, 10**30])
async def test_the_reminder_of_a_task_that_never_was_cannot_be_seen(person: Person, number: int):
    assert await added(person, in_hours(5)) == 1
    with pytest.raises(NotFound):
        async with transaction() as session:
            await reminders.mark_seen(session, person.id, number)
    async with reading() as session:
        assert list(await reminders.reminders_of(session, person.id, [1, number])) == [1]


async def test_reminders_of_tasks_are_those_of_the_user(person: Person, other_person: Person):
    due = {
        one.id: now().replace(microsecond=0) + timedelta(days=days) for days, one in ((1, person), (2, other_person))
    }
    for one in (person, other_person):
        assert await added(one, due[one.id]) == 1
        assert await added(one, due[one.id]) == 2
    await edited(person, 1, title="Call dad")  # its row comes last now, that of the twin first
    async with reading() as session:
        for one in (person, other_person):
            found = await reminders.reminders_of(session, one.id, [1, 2, 3])
            assert {number: reminder.due_at for number, reminder in found.items()} == dict.fromkeys((1, 2), due[one.id])
            assert found[2].title == "Call mum"
    async with transaction() as session:
        await tasks.delete_task(session, by(person), 2)
        assert list(await reminders.reminders_of(session, person.id, [1, 2])) == [1]


async def test_a_seen_reminder_is_seen_by_its_user_alone(person: Person, other_person: Person):
    for one in (person, other_person):
        number = await added(one, now() + timedelta(days=1))
        await late(one, number, minutes=1)
        assert await rung(one) == [number]
    async with transaction() as session:
        await reminders.mark_seen(session, person.id, 1)
    async with reading() as session:
        assert await reminders.list_rung(session, person.id) == []
        assert [one.number for one in await reminders.list_rung(session, other_person.id)] == [1]


async def test_a_done_task_stays_silent_when_it_is_snoozed(person: Person):
    number = await added(person, now() + timedelta(days=1))
    await completed(person, number)
    before = await of(person, number)
    async with transaction() as session:
        put_off = await reminders.snooze(session, by(person), number)
    assert (put_off, await of(person, number)) == (before, before)
    assert await actions(person) == ["created", "completed"]
    await completed(person, number, done=False)
    assert (await of(person, number)).remind_at == before.due_at


async def test_a_task_whose_moment_passed_while_it_was_done_stays_silent_when_it_is_reopened(person: Person):
    number = await added(person, in_hours(5))
    await late(person, number, seconds=1)
    await completed(person, number)
    await completed(person, number, done=False)
    assert await rung(person) == []


async def test_completing_a_task_does_not_count_as_its_ring(person: Person):
    number = await added(person, in_hours(5))
    async with transaction() as session:
        moment = now().replace(microsecond=0) + timedelta(seconds=1)
        mine = update(Task).where(col(Task.user_id) == person.id, col(Task.number) == number)
        await session.exec(mine.values(due_at=moment, remind_at=moment))
    await completed(person, number)
    async with reading() as session:
        task = (await session.exec(select(Task).where(Task.user_id == person.id))).one()
    assert task.completed_at is not None
    assert task.rung_until is None or task.rung_until < task.completed_at


async def test_a_user_with_several_due_reminders_is_rung_once(person: Person, other_person: Person):
    for user, count in ((person, 3), (other_person, 1)):
        for _ in range(count):
            await late(user, await added(user, in_hours(5)), seconds=1)
    assert await scheduler.ring_due() == 2
    assert len(await rung_numbers(person)) == 3
    assert await scheduler.ring_due() == 0


async def rung_numbers(person: Person) -> list[int]:
    async with reading() as session:
        return [one.number for one in await reminders.list_rung(session, person.id)]


async def test_the_tab_that_shows_a_reminder_asks_again_before_its_claim_ends_and_another_tab_after(person: Person):
    await late(person, await added(person, in_hours(5)), seconds=1)
    await rung(person)
    async with transaction() as session:
        holder = await claim_for_tab(session, person.id, BrowserTab("a", "a", visible=True))
        waiting = await claim_for_tab(session, person.id, BrowserTab("b", "b", visible=True))
        hidden = await claim_for_tab(session, person.id, BrowserTab("c", "c", visible=False))
    assert holder.again_seconds == SHOWN_SECONDS / 3
    assert waiting.again_seconds is not None
    assert SHOWN_SECONDS - 5 < waiting.again_seconds <= SHOWN_SECONDS + 1
    assert (hidden.rung, hidden.again_seconds) == ([], None)


async def test_a_claim_without_an_end_is_free_for_a_visible_tab(person: Person):
    number = await added(person, in_hours(5))
    await late(person, number, seconds=1)
    await rung(person)
    async with transaction() as session:
        await session.exec(update(Ring).where(col(Ring.user_id) == person.id).values(shown_by="gone", shown_until=None))
    assert await shown(person, "hidden", visible=False) == []
    assert await shown(person, "new") == [number]
