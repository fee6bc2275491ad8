"""The scheduler: which reminders ring, once each, and when it wakes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log import changes
from taskchat_app.domain.log.announcements import REMINDERS, announce
from taskchat_app.domain.log.announcements import announcements as listener
from taskchat_app.domain.log.changes import Entry
from taskchat_app.domain.preferences import set_preferences
from taskchat_app.domain.reminders import scheduler
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.tasks.task_dates import ALL_USERS, POLL_SECONDS, announce_soon
from tests.chatting import write
from tests.domain.reminders.reminder_calls import add, add_overdue, in_hours, make_overdue, ring, rung, upcoming
from tests.task_account import Account
from tests.waiting import end_connection_that_waits, in_background

PATIENCE_SECONDS = 60.0
"""A generous end of what a busy machine does late."""


async def test_a_due_task_rings_once_across_instances(me: Account):
    await add_overdue(me)
    await add(me)
    both = await asyncio.gather(ring(me), ring(me))  # as two instances do
    assert sorted(numbers or [] for numbers in both) == [[], [1]]
    assert await ring(me) == []
    assert (await rung(me), await upcoming(me)) == ([1], [2])
    assert await me.actions() == ["created", "created", "reminded"]
    async with transaction() as session:
        assert not await scheduler.ring(session, "nobody")


async def test_a_missed_reminder_rings_only_within_24_hours_and_one_that_never_rang_rings(me: Account):
    for hours in (23, 25):
        await add_overdue(me, hours=hours)
    [never_rang] = await add_overdue(me)
    await me.set_columns(never_rang, rung_until=None)
    assert await ring(me) == [1, never_rang]


async def test_completed_deleted_and_past_tasks_do_not_ring_nor_after_they_are_back(me: Account, other: Account):
    done, gone = await add_overdue(me, 2)
    past = (await me.add()).number
    await me.edit(past, due_at=in_hours(-1))
    await me.complete(done)
    await me.delete(gone)
    assert await ring(me) == []
    await me.complete(done, False)
    await me.restore(gone)
    assert await ring(me) == []
    await me.edit(past, due_at=in_hours(1))
    await make_overdue(me, past, seconds=1)
    assert await ring(me) == [past]
    await add(other)
    moment = now().replace(microsecond=0) + timedelta(seconds=1)
    await other.set_columns(1, due_at=moment, remind_at=moment)
    await other.complete(1)
    task = await other.row(1)
    assert task.completed_at is not None
    assert task.rung_until is None or task.rung_until < task.completed_at


# When it wakes


@pytest.fixture
async def two_schedulers(announcements: None) -> AsyncIterator[None]:
    async with in_background(*(scheduler.run_scheduler() for _ in range(2))):
        await asyncio.sleep(0)
        yield


@pytest.mark.changes_all_users
@pytest.mark.usefixtures("two_schedulers")
async def test_the_scheduler_wakes_for_a_reminder_before_its_next_poll(me: Account):
    due_at = now().replace(microsecond=0) + timedelta(seconds=2)
    await add(me, due_at)
    async with asyncio.timeout(PATIENCE_SECONDS), aclosing(changes.follow_log(me.person.id, 1)) as batches:
        while not await anext(batches):
            pass
    assert now() >= due_at
    assert await me.actions() == ["created", "reminded"]


async def wakes(account: Account, act: Callable[[], Awaitable[object]]) -> bool:
    """Return whether this wakes the schedulers; a marker that is announced after it tells when it has not."""
    marker = account.person.id
    with listener().listen(REMINDERS, ALL_USERS) as bell, listener().listen(REMINDERS, marker) as sent:
        await act()
        async with transaction(account.person.id) as session:
            await announce(session, REMINDERS, marker)
        assert await sent.wait(PATIENCE_SECONDS)
        return await bell.wait(0)


@pytest.mark.usefixtures("announcements")
async def test_only_a_reminder_before_the_next_poll_wakes_the_schedulers(me: Account):
    at = now()

    async def announce_in(seconds: float) -> None:
        entries = [Entry("task", "created", 1, after={"remind_at": (at + timedelta(seconds=seconds)).isoformat()})]
        entries += [Entry("task", "created", 2, after={"remind_at": None}), Entry("task", "deleted", 3, before={})]
        async with transaction(me.person.id) as session:
            await announce_soon(session, entries, at)

    for seconds, expected in ((-1, False), (0, False), (1, True), (POLL_SECONDS, True), (POLL_SECONDS + 1, False)):
        assert await wakes(me, lambda seconds=seconds: announce_in(seconds)) is expected, seconds
    soon = now().replace(microsecond=0) + timedelta(seconds=POLL_SECONDS - 1)
    assert not await wakes(me, lambda: me.add(due_at=in_hours(24)))
    assert await wakes(me, lambda: me.add(due_at=soon))
    assert not await wakes(me, lambda: me.delete(2))
    assert await wakes(me, lambda: me.undo(3)), "an undo, after which a task rings soon"
    assert await wakes(me, lambda: set_preferences(me.person, timezone="Asia/Tokyo"))
    await me.complete(2)  # so that it is not due in a later test


# Several users


@pytest.fixture
async def both(me: Account, other: Account) -> list[Account]:
    """Two users with an overdue task each, and none that other tests left."""
    await scheduler.ring_due()
    for account in (me, other):
        await add_overdue(account)
    return [me, other]


async def rung_of(accounts: Sequence[Account]) -> list[list[int]]:
    return [sorted(await rung(account)) for account in accounts]


@pytest.mark.changes_all_users
@pytest.mark.parametrize("group", [1, 100])
async def test_a_locked_user_delays_nobody_else(both: list[Account], monkeypatch: pytest.MonkeyPatch, group: int):
    monkeypatch.setattr(scheduler, "USERS_AT_ONCE", group)
    monkeypatch.setattr(scheduler, "SKIPPED_SECONDS", -1.0)  # so that it is no time until another test's reminder
    locked = both[0].person.id
    async with transaction(locked) as importing:
        await lock_user(importing, locked)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await scheduler._ring_and_find_next() == scheduler.SKIPPED_SECONDS
        assert await rung_of(both) == [[], [1]]
    assert await scheduler._ring_and_find_next() >= 0
    assert await rung_of(both) == [[1], [1]]


@pytest.mark.changes_all_users
async def test_an_error_with_one_users_reminders_delays_no_other_users(both: list[Account]):
    person = both[0].person
    async with transaction(person.id) as session:
        await session.exec(select(Task).where(Task.user_id == person.id).with_for_update())
        ringing = asyncio.create_task(scheduler.ring_due())
        await end_connection_that_waits()
        assert await ringing == 1
        assert await rung_of(both) == [[], [1]]
    assert await scheduler.ring_due() == 0
    assert await rung_of(both) == [[1], [1]]


@pytest.mark.changes_all_users
async def test_reminders_of_one_user_that_cannot_ring_end_no_scheduler_and_are_logged_once(
    both: list[Account], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    first, second = sorted(both, key=lambda account: account.person.id)
    ring_all = scheduler.ring

    async def ring_others(session: AsyncSession, user_id: str) -> list[int] | None:
        if user_id == first.person.id:
            raise TypeError("Secret")
        return await ring_all(session, user_id)

    monkeypatch.setattr(scheduler, "ring", ring_others)
    for _ in range(2):
        assert await scheduler._ring_and_find_next() == scheduler.SKIPPED_SECONDS
    assert await rung_of([second]) == [[1]]
    [told] = caplog.messages
    assert "TypeError" in told
    assert "Secret" not in caplog.text
    monkeypatch.setattr(scheduler, "ring", ring_all)
    assert await scheduler.ring_due() == 0
    assert await rung_of([first]) == [[1]]


@pytest.mark.changes_all_users
async def test_users_ring_in_groups_until_none_is_left(both: list[Account], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scheduler, "USERS_AT_ONCE", 1)
    await add_overdue(both[0], 2)
    assert await scheduler.ring_due() == 0
    assert await rung_of(both) == [[1, 2, 3], [1]]


@pytest.mark.changes_all_users
async def test_the_scheduler_sleeps_until_the_next_reminder_and_no_longer_than_its_poll(me: Account):
    await write(update(Task).values(remind_at=None))  # other tests left reminders, which may be due before this one's
    await add(me)
    for seconds in (POLL_SECONDS - 1, 4):
        moment = now() + timedelta(seconds=seconds)
        await me.set_columns(1, due_at=moment, remind_at=moment)
        before = now()
        sleeps = await scheduler._ring_and_find_next()
        assert max((moment - now()).total_seconds(), 0) <= sleeps <= (moment - before).total_seconds()
    await me.set_columns(1, due_at=in_hours(2), remind_at=in_hours(2))
    assert await scheduler._ring_and_find_next() <= POLL_SECONDS
    await me.complete(1)
