"""Postgres NOTIFY in the transaction, and one LISTEN connection in each process.

An announcement is a hint to read again and may be lost; whoever waits for one also looks from time to time.
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

log = logging.getLogger(__name__)

PING_SECONDS = 5.0
"""A listening connection can die without a word, so it is asked this often."""
RECONNECT_MAX_SECONDS = 5.0
CHANGES = "taskchat_changes"
STOPS = "taskchat_stops"
REMINDERS = "taskchat_reminders"
CHANNELS = (CHANGES, STOPS, REMINDERS)


async def announce(session: AsyncSession, channel: str, subject: str, **payload: Any) -> None:
    """Notify every process about the subject when the session commits (payload under 8,000 bytes as JSON)."""
    message = json.dumps({"subject": subject, **payload})
    await session.exec(select(func.pg_notify(channel, message)))


class Subscription:
    """Wakes its owner when its subject is announced; keeps the last payload."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self.payload: dict[str, Any] = {}

    def ring(self, payload: dict[str, Any]) -> None:
        self.payload = payload
        self._rung.set()

    def clear(self) -> None:
        self._rung.clear()

    async def wait(self, seconds: float) -> bool:
        """True once it has rung since the last clear(), False when the seconds are over."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        return True


class AnnouncementListener:
    """Wakes this process's subscriptions; `run()` holds the LISTEN connection and reconnects."""

    def __init__(self) -> None:
        self._bells: dict[tuple[str, str], set[Subscription]] = defaultdict(set)
        self.listening = asyncio.Event()

    @contextlib.contextmanager
    def listen(self, channel: str, subject: str) -> Generator[Subscription]:
        """Subscribe to the channel for this subject (a user's or a turn's id)."""
        bell, key = Subscription(), (channel, subject)
        self._bells[key].add(bell)
        try:
            yield bell
        finally:
            self._bells[key].discard(bell)
            if not self._bells[key]:
                del self._bells[key]

    async def run(self) -> None:
        """Listen until cancelled."""
        pause = 0.1
        while True:
            try:
                async with await self._connect() as connection:
                    pause = 0.1
                    self.listening.set()
                    self._ring_all()
                    async for channel, payload in _notifications(connection):
                        self._ring(channel, payload)
            except (psycopg.Error, OSError, TimeoutError, embedded_postgres.EmbeddedPostgresError) as error:
                log.warning("Lost the database's announcements, connecting again: %s", str(error).splitlines()[:1])
            self.listening.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, RECONNECT_MAX_SECONDS)

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        if settings().database_url is None:
            await embedded_postgres.ensure_running_within(settings().home, database.CONNECT_TIMEOUT_SECONDS)
        target = database.connection_string(settings())
        connection = await psycopg.AsyncConnection.connect(target, autocommit=True)
        for channel in CHANNELS:
            await connection.execute(f"LISTEN {channel}".encode())
        return connection

    def _ring(self, channel: str, payload: dict[str, Any]) -> None:
        for bell in tuple(self._bells.get((channel, payload["subject"]), ())):
            bell.ring(payload)

    def _ring_all(self) -> None:
        """Whatever was announced while nobody listened is in the database: let everybody look."""
        for bells in tuple(self._bells.values()):
            for bell in tuple(bells):
                bell.ring({})


async def _notifications(connection: psycopg.AsyncConnection[Any]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """What arrives on the connection, for ever; raises within PING_SECONDS and a timeout once it is dead."""
    while True:
        async for notify in connection.notifies(timeout=PING_SECONDS):
            yield notify.channel, json.loads(notify.payload)
        async with asyncio.timeout(PING_SECONDS):
            await connection.execute("SELECT 1")


@lru_cache(maxsize=1)
def announcements() -> AnnouncementListener:
    """This process's listener; the application's lifespan runs it."""
    return AnnouncementListener()
