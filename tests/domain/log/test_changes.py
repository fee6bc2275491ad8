"""The change log: numbers without gaps, followers that miss nothing."""

import asyncio
from itertools import chain

import pytest

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log import changes, feeds
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.errors import NotFound

pytestmark = pytest.mark.usefixtures("announcements")


def entry(action: str = "started") -> Entry:
    return Entry("turn", action)


async def recorded(person: Person, *entries: Entry) -> list[int]:
    async with transaction() as session:
        return await changes.record(session, Cause(person.id, "person"), entries or [entry()])


async def first_numbers(user_id: str, after: int, how_many: int) -> list[int]:
    """The numbers that a follower sees until it has so many."""
    seen: list[int] = []
    async for found in feeds.follow(user_id, after):
        seen += [change.id for change in found]
        if len(seen) >= how_many:
            break
    return seen


async def test_the_first_change_is_one_and_later_ones_follow(person: Person):
    assert await changes.last_change_id(person.id) == 0
    assert await recorded(person) == [1]
    assert await recorded(person, entry(), entry()) == [2, 3]
    assert await changes.last_change_id(person.id) == 3


async def test_changes_recorded_at_once_have_no_gaps_and_no_repeats(person: Person):
    numbers = await asyncio.gather(*(recorded(person, entry(), entry()) for _ in range(50)))
    assert sorted(chain.from_iterable(numbers)) == list(range(1, 101))
    assert [change.id for change in await changes.changes_after(person.id, 0)] == list(range(1, 101))


async def test_what_is_rolled_back_leaves_neither_a_change_nor_a_gap(person: Person):
    async with reading() as session:
        await changes.record(session, Cause(person.id, "person"), [entry()])
    assert await changes.changes_after(person.id, 0) == []
    assert await recorded(person) == [1]


async def test_each_person_has_a_log_of_their_own(person: Person, other_person: Person):
    await recorded(person)
    assert await recorded(other_person) == [1]
    await recorded(person)
    assert [change.id for change in await changes.changes_after(other_person.id, 0)] == [1]


async def test_a_change_keeps_who_made_it_and_in_which_turn(person: Person):
    by = Cause(person.id, "assistant", thread_id="thr_1", turn_id="msg_1")
    made = Entry("task", "created", task_number=7, before=None, after={"number": 7}, item_id="itm_1")
    async with transaction() as session:
        await changes.record(session, by, [made])
    [found] = await changes.changes_after(person.id, 0)
    assert (found.actor, found.thread_id, found.turn_id, found.item_id) == ("assistant", "thr_1", "msg_1", "itm_1")
    assert (found.kind, found.action, found.task_number, found.before) == ("task", "created", 7, None)
    assert found.after == {"number": 7}


async def test_an_account_that_is_gone_records_nothing():
    with pytest.raises(NotFound):
        async with transaction() as session:
            await changes.record(session, Cause("nobody", "person"), [entry()])


async def test_a_follower_gets_what_was_missed_and_then_what_happens(person: Person):
    await recorded(person, entry(), entry(), entry())
    following = asyncio.create_task(first_numbers(person.id, after=1, how_many=4))
    await recorded(person, entry())
    await recorded(person, entry())
    async with asyncio.timeout(5):
        assert await following == [2, 3, 4, 5]


async def test_a_follower_gets_more_than_a_page_in_order(person: Person):
    many = changes.PAGE * 2 + 1
    await recorded(person, *(entry() for _ in range(many)))
    assert await first_numbers(person.id, 0, many) == list(range(1, many + 1))


async def test_followers_see_concurrent_writers_without_gaps_or_repeats(person: Person):
    followers = [asyncio.create_task(first_numbers(person.id, 0, 60)) for _ in range(3)]
    await asyncio.gather(*(recorded(person, entry(), entry()) for _ in range(30)))
    async with asyncio.timeout(10):
        assert await asyncio.gather(*followers) == [list(range(1, 61))] * 3


async def test_a_follower_hears_of_a_change_at_once(person: Person):
    following = asyncio.create_task(first_numbers(person.id, 0, 1))
    await asyncio.wait([following], timeout=0.1)
    await recorded(person)
    async with asyncio.timeout(1):  # far less than IDLE_SECONDS
        assert await following == [1]
