"""The change log: ids without gaps, followers that get every change."""

import asyncio
from itertools import chain

import pytest

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log import changes
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import NotFound

pytestmark = pytest.mark.usefixtures("announcements")


def entry(action: str = "started") -> Entry:
    return Entry("turn", action)


async def record(person: Person, *entries: Entry) -> list[int]:
    async with transaction() as session:
        return await changes.record(session, Cause(person.id, "person"), entries or [entry()])


async def follow_ids(user_id: str, after: int, count: int) -> list[int]:
    """Follow the log until at least `count` changes have arrived; return their ids."""
    ids: list[int] = []
    async for batch in changes.follow_log(user_id, after):
        ids += [change.id for change in batch]
        if len(ids) >= count:
            break
    return ids


async def test_change_ids_count_from_one_for_each_user_without_gaps(person: Person, other_person: Person):
    assert [await changes.last_change_id(user_id) for user_id in (person.id, "nobody")] == [0, 0]
    async with transaction() as session:
        await changes.record(session, Cause(person.id, "person"), [entry()])
        await session.rollback()
    assert await changes.changes_after(person.id, 0) == []
    assert await record(person) == [1]
    assert await record(person, entry(), entry()) == [2, 3]
    assert await changes.last_change_id(person.id) == 3
    assert await record(other_person) == [1]
    await record(person)
    assert [change.id for change in await changes.changes_after(other_person.id, 0)] == [1]


async def test_concurrently_recorded_changes_have_ids_without_gaps_and_each_follower_gets_each_once(person: Person):
    followers = [asyncio.create_task(follow_ids(person.id, 0, 100)) for _ in range(3)]
    ids = await asyncio.gather(*(record(person, entry(), entry()) for _ in range(50)))
    every = list(range(1, 101))
    assert sorted(chain.from_iterable(ids)) == every
    assert [change.id for change in await changes.changes_after(person.id, 0)] == every
    async with asyncio.timeout(60):
        assert await asyncio.gather(*followers) == [every] * 3


async def test_changes_are_read_by_page_and_none_of_a_deleted_account(person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(changes, "PAGE", 2)
    await record(person, *(entry() for _ in range(5)))
    pages = [await changes.changes_after(person.id, after) for after in (0, 2, 4, 5)]
    assert [[change.id for change in page] for page in pages] == [[1, 2], [3, 4], [5], []]
    assert await follow_ids(person.id, 0, 5) == [1, 2, 3, 4, 5], "a follower gets several pages in order"
    with pytest.raises(NotFound):
        async with transaction() as session:
            await changes.record(session, Cause("nobody", "person"), [entry()])


async def test_a_follower_gets_a_change_before_it_reads_the_log_again(person: Person):
    following = asyncio.create_task(follow_ids(person.id, 0, 1))
    await asyncio.wait([following], timeout=0.1)
    await record(person)
    async with asyncio.timeout(changes.IDLE_SECONDS / 2):
        assert await following == [1]
