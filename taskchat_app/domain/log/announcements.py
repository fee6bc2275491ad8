"""Tells every process that data changed, by Postgres NOTIFY and one LISTEN connection per process.

An announcement is only a hint to read the database and may be lost: subscribers must poll as well.
"""

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Generator
from functools import lru_cache
from typing import Any

import psycopg
from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import settings
from taskchat_app.domain.storage import database, embedded_postgres
from taskchat_app.runtime.supervision import set_failing

log = logging.getLogger(__name__)

PING_SECONDS = 5.0
"""Interval of a query on the listening connection, whose loss could go unnoticed otherwise."""
RECONNECT_MAX_SECONDS = 5.0
FAILING_AFTER = 3
"""Attempts to connect in a row that fail until health names the announcements: without them changes arrive late."""
PART = "announcements"
"""The listener's name among the background tasks."""
CHANGES = "taskchat_changes"
TURNS = "taskchat_turns"
"""Tells a running turn to read its thread: a stop is requested, or the thread has another title."""
FOLLOWERS = "taskchat_followers"
"""Tells a running turn that another process follows it (see shared_events)."""
REMINDERS = "taskchat_reminders"
ANY = "*"
"""The subject of subscriptions to a whole channel."""
CHANNELS = (CHANGES, TURNS, FOLLOWERS, REMINDERS)


async def announce(session: AsyncSession, channel: str, subject: str) -> None:
    """Notify every process about the subject when the session commits."""
    await session.exec(select(func.pg_notify(channel, json.dumps({"subject": subject}))))


class Subscription:
    """Wakes its owner when its subject is announced."""

    def __init__(self) -> None:
        self._announced = asyncio.Event()

    def wake(self, subject: str = "") -> None:
        """Wake the owner; without a subject, announcements may have been lost."""
        self._announced.set()

    def clear(self) -> None:
        self._announced.clear()

    async def wait(self, seconds: float) -> bool:
        """Return True as soon as there was an announcement since the last clear(), False after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._announced.wait()
        except TimeoutError:
            return False
        return True


class AnnouncementListener:
    """Wakes this process's subscriptions; `run()` holds the LISTEN connection and reconnects."""

    def __init__(self) -> None:
        self._subscriptions: dict[tuple[str, str], set[Subscription]] = defaultdict(set)
        self.listening = asyncio.Event()

    @contextlib.contextmanager
    def listen(self, channel: str, subject: str, subscription: Subscription | None = None) -> Generator[Subscription]:
        """Subscribe to the channel for this subject: a user's or a turn's id, or ANY."""
        subscription = subscription or Subscription()
        key = (channel, subject)
        self._subscriptions[key].add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[key].discard(subscription)
            if not self._subscriptions[key]:
                del self._subscriptions[key]

    async def run(self) -> None:
        """Listen until cancelled."""
        pause, failures = 0.1, 0
        while True:
            try:
                async with await self._connect() as connection:
                    for channel in CHANNELS:
                        await connection.execute(f"LISTEN {channel}".encode())
                    pause, failures = 0.1, 0
                    self.listening.set()
                    set_failing(PART, is_failing=False)
                    self._wake_all()
                    async for channel, subject in _announced(connection):
                        self._wake(channel, subject)
            except (psycopg.Error, OSError, TimeoutError, embedded_postgres.EmbeddedPostgresError) as error:
                log.warning("Lost the database's announcements, connecting again: %s", str(error).partition("\n")[0])
                failures += 1
                if failures >= FAILING_AFTER:
                    set_failing(PART, is_failing=True)
            finally:
                self.listening.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, RECONNECT_MAX_SECONDS)

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        if settings().database_url is None:
            await embedded_postgres.ensure_running_within(settings().home, database.CONNECT_TIMEOUT_SECONDS)
        return await psycopg.AsyncConnection.connect(database.connection_string(settings()), autocommit=True)

    def _wake(self, channel: str, subject: str) -> None:
        for subscribed in (subject, ANY):
            for subscription in tuple(self._subscriptions.get((channel, subscribed), ())):
                subscription.wake(subject)

    def _wake_all(self) -> None:
        """Wake every subscription after a reconnect: announcements in between were lost, but the data are stored."""
        for subscriptions in tuple(self._subscriptions.values()):
            for subscription in tuple(subscriptions):
                subscription.wake()


async def _announced(connection: psycopg.AsyncConnection[Any]) -> AsyncIterator[tuple[str, str]]:
    """Yield channel and subject of announcements; raise within 2 * PING_SECONDS after the connection was lost."""
    while True:
        is_noted = False
        async for notify in connection.notifies(timeout=PING_SECONDS):
            if (subject := subject_of(notify.payload)) is not None:
                yield notify.channel, subject
            elif not is_noted:
                log.warning("Dropped notifications on %s that are none of taskchat's", notify.channel)
                is_noted = True  # one line until the next ping
        async with asyncio.timeout(PING_SECONDS):
            await connection.execute("SELECT 1")


def subject_of(text: str) -> str | None:
    """Return the subject of an announcement; None if it is none: any program on the database can notify."""
    try:
        match json.loads(text):
            case {"subject": str(subject)}:
                return subject
            case _:
                return None
    except (ValueError, RecursionError):
        return None


@lru_cache(maxsize=1)
def announcements() -> AnnouncementListener:
    """Return this process's listener, which the application's lifespan runs."""
    return AnnouncementListener()
