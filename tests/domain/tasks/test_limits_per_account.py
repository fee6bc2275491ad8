"""Limits on the tasks of one user and of one call, and bulk changes that do not block the event loop."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import undo_changes
from taskchat_app.domain.limits.open_tasks import OPEN_MAX
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import ListFull, TooManyAtOnce
from taskchat_app.domain.storage.user_lock import locked_user
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskDraft, TaskEdit
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX, TaskQuery, select_tasks
from tests.conftest import SignedInPerson

NewPerson = Callable[[], Awaitable[SignedInPerson]]

BLOCKED_MAX_SECONDS = 0.04
"""CPU time; half of it is usual on a quiet machine."""
TRIES = 3
SEED = text("""
    INSERT INTO tasks (user_id, number, position, title, description, priority, tags, created_at, updated_at, search,
        recurrence, recurrence_start, due_at)
    SELECT :user_id, n, 'Q' || 9999999999 - n, 'Task ' || n, repeat('ä wörd ', 280), 2,
        ARRAY['home', 'b'], now(), now(),
        to_tsvector('simple', 'Task'), CAST(:rule AS text), TIMESTAMPTZ '2031-01-01 23:59:59Z',
        TIMESTAMPTZ '2031-01-01 23:59:59Z'
    FROM generate_series(1, :count) AS n
""")


def by(person: Person) -> Cause:
    return Cause(person.id, "api")


async def fill(person: Person, count: int, rule: str | None = None) -> None:
    """Insert `count` open tasks with long descriptions."""
    async with transaction(person.id) as session:
        user = await locked_user(session, person.id)
        await (await session.connection()).execute(SEED, {"user_id": person.id, "count": count, "rule": rule})
        user.last_task_number = count
        await session.flush()


async def longest_block(act: Callable[[], Awaitable[None]]) -> float:
    """Return the longest CPU time for which the event loop ran no other task while this one ran."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            start = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - start)

    gc.disable()  # collecting the objects of earlier tests would block the event loop
    watching = asyncio.create_task(watch())
    try:
        await act()
    finally:
        gc.enable()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    return longest


async def blocks(act: Callable[[Person], Awaitable[None]], new_person: NewPerson) -> bool:
    """Return whether this blocks the event loop in each of TRIES tries: unlike the effect of other load, it recurs."""
    for _ in range(TRIES):
        person = (await new_person()).person
        if await longest_block(lambda person=person: act(person)) < BLOCKED_MAX_SECONDS:
            return False
    return True


async def test_bulk_changes_of_a_thousand_tasks_do_not_block_the_event_loop(new_person: NewPerson) -> None:
    numbers = list(range(1, AT_ONCE_MAX + 1))

    async def change(person: Person) -> None:
        await fill(person, AT_ONCE_MAX)
        edit = TaskEdit(priority="high", add_tags=["x"])
        async with transaction(person.id) as session:
            edited = await tasks.bulk_update(session, by(person), TaskQuery(), edit, zone=person.zone)
        async with transaction(person.id) as session:
            done = await tasks.bulk_complete(session, by(person), numbers)
        async with transaction(person.id) as session:
            back = await undo_changes(session, by(person), done.changes)
        async with transaction(person.id) as session:
            deleted = await tasks.bulk_delete(session, by(person), numbers)
        assert edited.changed == done.changed == back.undone == deleted.changed == numbers
        assert edited.changes + done.changes == list(range(1, 2 * AT_ONCE_MAX + 1))

    assert not await blocks(change, new_person)


async def test_completing_and_reopening_a_thousand_repeating_tasks_does_not_block_the_event_loop(
    new_person: NewPerson,
) -> None:
    numbers = list(range(1, AT_ONCE_MAX + 1))

    async def complete_and_reopen(person: Person) -> None:
        await fill(person, AT_ONCE_MAX, "FREQ=DAILY")
        async with transaction(person.id) as session:
            done = await tasks.bulk_complete(session, by(person), numbers)
            assert [task.number for task in done.next] == [number + AT_ONCE_MAX for number in numbers]
            await tasks.bulk_complete(session, by(person), numbers, completed=False)
            assert [task.number for task in await select_tasks(session, person.id, TaskQuery())] == numbers

    assert not await blocks(complete_and_reopen, new_person)


Bulk = Callable[[Person, list[int] | TaskQuery], Awaitable[object]]


async def edit_all(person: Person, which: list[int] | TaskQuery) -> object:
    async with transaction(person.id) as session:
        return await tasks.bulk_update(session, by(person), which, TaskEdit(priority="high"), zone=person.zone)


async def complete_all(person: Person, which: list[int] | TaskQuery) -> object:
    async with transaction(person.id) as session:
        return await tasks.bulk_complete(session, by(person), which)


async def delete_all(person: Person, which: list[int] | TaskQuery) -> object:
    async with transaction(person.id) as session:
        return await tasks.bulk_delete(session, by(person), which)


async def select_all(person: Person, which: list[int] | TaskQuery) -> object:
    async with transaction(person.id) as session:
        return await select_tasks(session, person.id, which)


@pytest.mark.parametrize("bulk", [edit_all, complete_all, delete_all, select_all])
async def test_one_call_accepts_at_most_a_thousand_tasks(person: Person, bulk: Bulk) -> None:
    await fill(person, AT_ONCE_MAX + 1)
    selections: list[list[int] | TaskQuery] = [list(range(1, AT_ONCE_MAX + 2)), TaskQuery(), TaskQuery(q="task")]
    for which in selections:
        with pytest.raises(TooManyAtOnce, match="1,000 tasks at most"):
            await bulk(person, which)
    async with transaction(person.id) as session:
        assert (await locked_user(session, person.id)).last_change_id == 0


async def test_one_call_undoes_at_most_a_thousand_changes(person: Person) -> None:
    with pytest.raises(TooManyAtOnce):
        async with transaction(person.id) as session:
            await undo_changes(session, by(person), list(range(1, AT_ONCE_MAX + 2)))


async def test_a_user_has_at_most_ten_thousand_open_tasks(person: Person, other_person: Person) -> None:
    await fill(person, OPEN_MAX)

    async def add(person: Person) -> int:
        async with transaction(person.id) as session:
            return (await tasks.create_task(session, by(person), TaskDraft("One more"), zone=person.zone)).number

    with pytest.raises(ListFull, match="10,000 open tasks at most"):
        await add(person)
    assert await add(other_person) == 1
    async with transaction(person.id) as session:
        await tasks.complete_task(session, by(person), 7)
        deleted = await tasks.bulk_delete(session, by(person), [8])
    assert [await add(person) for _ in range(2)] == [OPEN_MAX + 1, OPEN_MAX + 2]

    async def reopen() -> None:
        async with transaction(person.id) as session:
            await tasks.complete_task(session, by(person), 7, False)

    async def restore() -> None:
        async with transaction(person.id) as session:
            await tasks.restore_task(session, by(person), 8)

    async def undo() -> None:
        async with transaction(person.id) as session:
            await undo_changes(session, by(person), deleted.changes)

    for reopen_or_restore in (reopen, restore, undo):
        with pytest.raises(ListFull):
            await reopen_or_restore()
