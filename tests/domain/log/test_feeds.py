"""Followers of the log end equal to the database, in order, without duplicates."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy.exc import SQLAlchemyError

from taskchat_app.config import settings as chosen
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log import changes, feeds
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.storage import database
from taskchat_app.domain.storage.models import Change

pytestmark = pytest.mark.usefixtures("announcements")

FOLLOWERS = st.integers(0, 3)
CAUGHT_UP_SECONDS = 15


async def recorded(user_id: str, count: int = 1) -> None:
    async with database.transaction() as session:
        await changes.record(session, Cause(user_id, "person"), [Entry("turn", "started")] * count)


class Tab:
    """A follower that comes back by itself, with the last number it saw, like a tab or a program."""

    def __init__(self, user_id: str) -> None:
        self._user_id = user_id
        self.seen: list[int] = []
        self.reading = asyncio.Event()
        self.reading.set()
        self.news = asyncio.Event()
        self._following: asyncio.Task[None] | None = None

    def come(self) -> None:
        if self._following is None:
            self._following = asyncio.create_task(self._follow())

    async def leave(self) -> None:
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
            self._following = None

    async def _follow(self) -> None:
        while True:
            try:
                async with aclosing(feeds.follow(self._user_id, self.seen[-1] if self.seen else 0)) as batches:
                    async for batch in batches:
                        self.seen += [change.id for change in batch]
                        self.news.set()
                        await self.reading.wait()
            except (OSError, SQLAlchemyError):
                await asyncio.sleep(0.01)

    async def caught_up(self, newest: int) -> None:
        self.reading.set()
        self.come()
        async with asyncio.timeout(CAUGHT_UP_SECONDS):
            while not self.seen or self.seen[-1] < newest:
                self.news.clear()
                await self.news.wait()


def end_listener() -> None:
    """End the connection that listens, as a restart of the database would."""
    with psycopg.connect(database.connection_string(chosen()), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND (query LIKE 'LISTEN%' OR query = 'SELECT 1') AND pid <> pg_backend_pid()"
        )


def fail(*_: Any, **__: Any) -> None:
    raise ConnectionError("the database is gone")


def machine_for(user_id: str, loop: asyncio.AbstractEventLoop) -> type[RuleBasedStateMachine]:
    def wait(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(2 * CAUGHT_UP_SECONDS)

    async def now(act: Any, *given: Any) -> None:
        act(*given)

    class Followers(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.tabs = [Tab(user_id) for _ in range(4)]

        @rule(count=st.sampled_from([1, 2, 30, 350]))
        def change(self, count: int) -> None:
            wait(recorded(user_id, count))

        @rule()
        def change_at_once(self) -> None:
            async def many() -> None:
                await asyncio.gather(*(recorded(user_id, 2) for _ in range(8)))

            wait(many())

        @rule(which=FOLLOWERS)
        def come(self, which: int) -> None:
            wait(now(self.tabs[which].come))

        @rule(which=FOLLOWERS)
        def leave(self, which: int) -> None:
            wait(self.tabs[which].leave())

        @rule(which=FOLLOWERS)
        def fall_asleep(self, which: int) -> None:
            wait(now(self.tabs[which].reading.clear))

        @rule(which=FOLLOWERS)
        def wake_up(self, which: int) -> None:
            wait(now(self.tabs[which].reading.set))

        @rule(which=FOLLOWERS)
        def catch_up(self, which: int) -> None:
            newest = wait(changes.last_change_id(user_id))
            if newest:
                wait(self.tabs[which].caught_up(newest))

        @rule()
        def lose_the_listener(self) -> None:
            end_listener()

        @precondition(lambda self: user_id in feeds._feeds)
        @rule()
        def lose_the_feed(self) -> None:
            """Its next reading fails, as without a database."""

            feeds._feeds[user_id].publish = fail
            wait(recorded(user_id))

        def teardown(self) -> None:
            newest = wait(changes.last_change_id(user_id))
            for tab in self.tabs:
                if newest:
                    wait(tab.caught_up(newest))
                wait(tab.leave())
                assert tab.seen == list(range(1, newest + 1))
            assert user_id not in feeds._feeds

    return Followers


async def test_every_follower_ends_equal_to_the_database_in_order_and_nothing_twice(person: Person):
    machine = machine_for(person.id, asyncio.get_running_loop())
    bounded = settings(
        max_examples=15,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        database=None,
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=bounded)


async def first(batches: AsyncGenerator[Sequence[Change]], newest: int) -> list[int]:
    """The numbers up to the newest."""
    seen: list[int] = []
    async for batch in batches:
        seen += [change.id for change in batch]
        if seen and seen[-1] >= newest:
            return seen
    return seen


async def test_a_follower_that_does_not_read_keeps_nobody_waiting_and_little_in_memory(person: Person):
    slow, quick = feeds.follow(person.id, 0), feeds.follow(person.id, 0)
    await recorded(person.id)
    assert [change.id for change in await anext(slow)] == [1]
    following = asyncio.create_task(first(quick, 1 + 30 * changes.PAGE))
    for _ in range(30):
        await recorded(person.id, changes.PAGE)
    async with asyncio.timeout(CAUGHT_UP_SECONDS):
        assert await following == list(range(1, 2 + 30 * changes.PAGE))
        assert feeds._feeds[person.id].kept <= feeds.BEHIND_MAX
        assert await first(slow, 1 + 30 * changes.PAGE) == list(range(2, 2 + 30 * changes.PAGE))
    await slow.aclose()
    await quick.aclose()
