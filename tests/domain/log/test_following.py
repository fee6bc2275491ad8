"""Followers of the log get every change in order, without duplicates."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy.exc import SQLAlchemyError

from taskchat_app.config import settings as chosen
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log import changes
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.storage import database
from taskchat_app.domain.storage.models import Change

pytestmark = [pytest.mark.usefixtures("announcements"), pytest.mark.soak]

FOLLOWERS = st.integers(0, 3)
CAUGHT_UP_SECONDS = 60


async def record_changes(user_id: str, count: int = 1) -> None:
    async with database.transaction() as session:
        await changes.record(session, Cause(user_id, "person", counted=False), [Entry("turn", "started")] * count)


class Tab:
    """A follower that reconnects by itself with the last id it saw, like a browser tab or an API client."""

    def __init__(self, user_id: str) -> None:
        self._user_id = user_id
        self.seen: list[int] = []
        self.reading = asyncio.Event()
        self.reading.set()
        self.news = asyncio.Event()
        self._following: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._following is None:
            self._following = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
            self._following = None

    async def _follow(self) -> None:
        while True:
            try:
                async with aclosing(changes.follow_log(self._user_id, self.seen[-1] if self.seen else 0)) as batches:
                    async for batch in batches:
                        self.seen += [change.id for change in batch]
                        self.news.set()
                        await self.reading.wait()
            except (OSError, SQLAlchemyError):
                await asyncio.sleep(0.01)

    async def wait_until_caught_up(self, newest: int) -> None:
        self.reading.set()
        self.start()
        async with asyncio.timeout(CAUGHT_UP_SECONDS):
            while not self.seen or self.seen[-1] < newest:
                self.news.clear()
                await self.news.wait()


def end_listener() -> None:
    """Terminate the listening connection, as a restart of the database would."""
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

    async def now(act: Any, *arguments: Any) -> None:
        act(*arguments)

    class Followers(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.tabs = [Tab(user_id) for _ in range(4)]

        @rule(count=st.sampled_from([1, 2, 30, 350]))
        def change(self, count: int) -> None:
            wait(record_changes(user_id, count))

        @rule()
        def change_at_once(self) -> None:
            async def many() -> None:
                await asyncio.gather(*(record_changes(user_id, 2) for _ in range(8)))

            wait(many())

        @rule(which=FOLLOWERS)
        def start(self, which: int) -> None:
            wait(now(self.tabs[which].start))

        @rule(which=FOLLOWERS)
        def stop(self, which: int) -> None:
            wait(self.tabs[which].stop())

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
                wait(self.tabs[which].wait_until_caught_up(newest))

        @rule()
        def lose_the_listener(self) -> None:
            end_listener()

        @rule()
        def lose_the_feed(self) -> None:
            """Make the next read of the feed fail. No precondition: feeds open while rules are chosen."""

            async def lose() -> None:
                if user_id in changes._feeds:  # in the loop, where followers open and close it
                    changes._feeds._open[user_id].broadcaster.publish = fail
                    await record_changes(user_id)

            wait(lose())

        def teardown(self) -> None:
            newest = wait(changes.last_change_id(user_id))
            for tab in self.tabs:
                if newest:
                    wait(tab.wait_until_caught_up(newest))
                wait(tab.stop())
                assert tab.seen == list(range(1, newest + 1))
            assert user_id not in changes._feeds

    return Followers


async def test_every_follower_gets_every_change_once_and_in_order(person: Person):
    machine = machine_for(person.id, asyncio.get_running_loop())
    bounded = settings(
        max_examples=10,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        database=None,
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=bounded)


async def read_ids(batches: AsyncGenerator[Sequence[Change]], newest: int) -> list[int]:
    """Read batches up to the id `newest`; return the ids."""
    seen: list[int] = []
    async for batch in batches:
        seen += [change.id for change in batch]
        if seen and seen[-1] >= newest:
            return seen
    return seen


async def test_a_slow_follower_delays_no_other_and_its_backlog_in_memory_is_limited(person: Person):
    slow, quick = changes.follow_log(person.id, 0), changes.follow_log(person.id, 0)
    await record_changes(person.id)
    assert [change.id for change in await anext(slow)] == [1]
    following = asyncio.create_task(read_ids(quick, 1 + 30 * changes.PAGE))
    for _ in range(30):
        await record_changes(person.id, changes.PAGE)
    async with asyncio.timeout(CAUGHT_UP_SECONDS):
        assert await following == list(range(1, 2 + 30 * changes.PAGE))
        assert len(changes._feeds._open[person.id].broadcaster._events) <= changes.BEHIND_MAX
        assert await read_ids(slow, 1 + 30 * changes.PAGE) == list(range(2, 2 + 30 * changes.PAGE))
    await slow.aclose()
    await quick.aclose()
