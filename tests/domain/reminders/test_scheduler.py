"""The scheduler: which reminders ring, once each, and when it wakes."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import undo_changes
from taskchat_app.domain.log import changes
from taskchat_app.domain.log.announcements import REMINDERS
from taskchat_app.domain.log.announcements import announcements as listener
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.reminders import reminders, scheduler
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.reminder_times import ALL_USERS, POLL_SECONDS, announce_soon
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
from tests.waiting import end_connection_that_waits


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


async def test_a_task_that_never_rang_rings(person: Person):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    async with transaction() as session:
        await session.exec(update(Task).where(col(Task.user_id) == person.id).values(rung_until=None))
    assert await ring(person) == [number]


async def test_the_reminders_of_a_deleted_user_do_not_ring(postgres: object):
    async with transaction() as session:
        assert not await scheduler.ring(session, "nobody")


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
            await undo_changes(session, by, [2])
        assert await bell.wait(5)
    await complete(person, number)  # so that it is not due in a later test


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
