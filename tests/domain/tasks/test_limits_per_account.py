"""Limits on the tasks of one user and of one call, bulk changes that do not block the event loop, the user's lock."""

import asyncio
import sys
from collections.abc import Awaitable
from contextlib import nullcontext
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from psycopg.errors import LockNotAvailable
from sqlalchemy import delete, text
from sqlalchemy.exc import OperationalError
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import undo_changes, undo_turn
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.reminders import reminders
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import ListFull, NotFound, TooManyAtOnce
from taskchat_app.domain.storage.models import LimitWindow
from taskchat_app.domain.storage.user_lock import lock_user, locked_user
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX, TaskQuery, select_tasks
from taskchat_app.domain.tasks.task_rows import OPEN_MAX
from tests.task_account import Account
from tests.waiting import in_background

CALLS_AT_ONCE_MAX = 50_000
"""Twice as many as pieces of 20 tasks make, which take some 20 ms; without pieces there are a million."""
SEED = text("""
    INSERT INTO tasks (user_id, number, position, title, description, priority, tags, created_at, updated_at, search,
        recurrence, recurrence_start, due_at)
    SELECT :user_id, n, 'Q' || 9999999999 - n, 'Task ' || n, repeat('ä wörd ', 280), 2,
        ARRAY['home', 'b'], now(), now(),
        to_tsvector('simple', 'Task'), CAST(:rule AS text), TIMESTAMPTZ '2031-01-01 23:59:59Z',
        TIMESTAMPTZ '2031-01-01 23:59:59Z'
    FROM generate_series(1, :count) AS n
""")


async def fill(person: Person, count: int, rule: str | None = None) -> None:
    """Insert `count` open tasks with long descriptions."""
    async with transaction(person.id) as session:
        user = await locked_user(session, person.id)
        await (await session.connection()).execute(SEED, {"user_id": person.id, "count": count, "rule": rule})
        user.last_task_number = count
        await session.flush()


async def calls_at_once(act: Awaitable[None]) -> int:
    """Return the most functions that were called while the event loop ran no other task than this one.

    Counted, not timed: so other load on the machine changes nothing.
    """
    most = count = 0

    def note(frame: FrameType, event: str, _: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    async def watch() -> None:
        nonlocal most, count
        while True:
            count = 0
            await asyncio.sleep(0)
            most = max(most, count)

    settings()  # a process reads them once; a test before this one may have changed them
    async with in_background(watch()):
        sys.setprofile(note)
        try:
            await act
        finally:
            sys.setprofile(None)
    return most


@pytest.mark.soak
async def test_bulk_changes_of_a_thousand_tasks_do_not_block_the_event_loop(me: Account):
    numbers = list(range(1, AT_ONCE_MAX + 1))

    async def change() -> None:
        edited = await me.edit_all(TaskQuery(), priority="high", add_tags=["x"])
        done = await me.complete_all(numbers)
        back = await me.undo(*done.changes)
        async with transaction(me.person.id) as session:  # else the fourth bulk change of a minute is refused
            await session.exec(delete(LimitWindow).where(col(LimitWindow.subject) == me.person.id))
        deleted = await me.delete_all(numbers)
        assert edited.changed == done.changed == back.undone == deleted.changed == numbers
        assert edited.changes + done.changes == list(range(1, 2 * AT_ONCE_MAX + 1))

    await fill(me.person, AT_ONCE_MAX)
    assert await calls_at_once(change()) < CALLS_AT_ONCE_MAX


@pytest.mark.soak
async def test_completing_and_reopening_a_thousand_repeating_tasks_does_not_block_the_event_loop(me: Account):
    numbers = list(range(1, AT_ONCE_MAX + 1))

    async def complete_and_reopen() -> None:
        done = await me.complete_all(numbers)
        assert [task.number for task in done.next] == [number + AT_ONCE_MAX for number in numbers]
        await me.run(tasks.bulk_complete, numbers, completed=False)
        assert [task.number for task in await me.get(select_tasks, TaskQuery())] == numbers

    await fill(me.person, AT_ONCE_MAX, "FREQ=DAILY")
    assert await calls_at_once(complete_and_reopen()) < CALLS_AT_ONCE_MAX


async def test_one_call_accepts_at_most_a_thousand_tasks_and_undoes_as_many_changes(me: Account):
    await fill(me.person, AT_ONCE_MAX + 1)
    numbers = list(range(1, AT_ONCE_MAX + 2))
    for which in (numbers, TaskQuery(), TaskQuery(q="task")):
        edit = me.edit_all(which, priority="high")
        for attempt in (edit, me.complete_all(which), me.delete_all(which), me.get(select_tasks, which)):
            with pytest.raises(TooManyAtOnce, match="1,000 tasks at most"):
                await attempt
    with pytest.raises(TooManyAtOnce):
        await me.undo(*numbers)
    assert await me.log() == []


async def test_a_user_has_at_most_ten_thousand_open_tasks(me: Account, other: Account):
    await fill(me.person, OPEN_MAX)
    with pytest.raises(ListFull, match="10,000 open tasks at most"):
        await me.add()
    assert (await other.add()).number == 1
    await me.complete(7)
    deleted = await me.delete_all([8])
    assert [(await me.add()).number for _ in range(2)] == [OPEN_MAX + 1, OPEN_MAX + 2]
    for attempt in (me.complete(7, False), me.restore(8), me.undo(*deleted.changes)):
        with pytest.raises(ListFull):
            await attempt


# Writes take the user's lock before they read what they change

ABSENT = 99
ZONED = {"zone": ZoneInfo("UTC")}
WRITES: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = [
    (tasks.update_task, (ABSENT, TaskEdit(title="Milk")), ZONED),
    (tasks.bulk_update, ([ABSENT], TaskEdit(priority="high")), ZONED),
    (tasks.move_task, (ABSENT,), {}),
    (tasks.complete_task, (ABSENT,), {}),
    (tasks.bulk_complete, ([ABSENT],), {}),
    (tasks.delete_task, (ABSENT,), {}),
    (tasks.bulk_delete, ([ABSENT],), {}),
    (tasks.restore_task, (ABSENT,), {}),
    (undo_changes, ([ABSENT],), {}),
    (reminders.set_reminder, (ABSENT, "1_hour"), ZONED),
    (reminders.snooze, (ABSENT,), {}),
    (undo_turn, ("absent",), {}),
]


async def without_waiting(session: AsyncSession, by: Cause, verb: Any, *arguments: Any, **options: Any) -> None:
    await session.exec(text("SET LOCAL lock_timeout = '20ms'"))  # pyright: ignore[reportCallIssue, reportArgumentType]  # SQLModel types only its own statements
    await verb(session, by, *arguments, **options)


async def test_every_write_takes_the_users_lock_before_it_reads(me: Account, other: Account):
    async with transaction(me.person.id) as session:
        await lock_user(session, me.person.id)
        for verb, arguments, options in WRITES:
            with pytest.raises(OperationalError) as refused:
                await me.run(without_waiting, verb, *arguments, **options)
            assert isinstance(refused.value.orig, LockNotAvailable), verb
            with nullcontext() if verb is undo_turn else pytest.raises(NotFound):
                await other.run(verb, *arguments, **options)
