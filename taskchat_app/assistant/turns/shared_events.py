"""Shares the events of running turns between processes: each turn has a stream in the Redis at REDIS_URL.

1. The process that runs a turn listens for requests (share_on_request): most turns are followed only where they run.
2. A process that follows a turn announces its request in Postgres, again until an entry comes (_read_stream).
3. At the first request the process that runs the turn writes all events to the stream, old ones too (_Offer, _share).
4. An entry holds a batch of events and how many were sent before it: readers skip what was written twice, and raise
   EventsLost after a gap. Then, as without Redis, they have only the stored parts of the turn.
5. An entry without events ends the stream.

Events are pickled, since JSON would lose messages that are not translated yet. Entries are signed, since others may
write to that Redis too.
"""

import asyncio
import copyreg
import hmac
import logging
import pickle
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, aclosing, nullcontext
from functools import cache
from typing import Any

import redis.exceptions
from chatkit.types import Page, ThreadItem
from redis.asyncio import Redis

from taskchat_app.assistant.core.context import Run, TurnContext, TurnEvent
from taskchat_app.config import jwt_secret, settings
from taskchat_app.domain.log.announcements import FOLLOWERS, Subscription, announce, announcements
from taskchat_app.domain.storage.database import transaction
from taskchat_app.runtime.broadcaster import Broadcaster, SharedBroadcasters
from taskchat_app.runtime.event_loop import start_background

log = logging.getLogger(__name__)

BATCH_SECONDS = 0.02  # between two entries
BLOCK_MS = 1_500  # that Redis waits for an entry
SOCKET_SECONDS = 10.0  # that Redis may take to answer
RETRY_SECONDS = 0.5
ABANDONED_SECONDS = 600
"""A stream without a new entry for so long is deleted: its turn's server was killed, or cannot write to Redis."""
ENDED_SECONDS = 60
"""The stream of a turn that has ended is deleted after so long."""
SILENCE_SECONDS = 1.0
"""The time without an event after which a follower asks whether the turn still runs."""


class EventsLost(Exception):
    """A turn's stream lacks events: Redis has restarted without its data, or the turn's server was killed."""


_NO_ANSWER = (redis.exceptions.RedisError, OSError)
REDIS_AWAY = (*_NO_ANSWER, EventsLost)


def _items_of(data: list[ThreadItem], has_more: bool, after: str | None) -> Page[ThreadItem]:
    return Page[ThreadItem](data=data, has_more=has_more, after=after)


# pickle cannot find the generic class by its name
copyreg.pickle(Page[ThreadItem], lambda page: (_items_of, (page.data, page.has_more, page.after)))


def is_available() -> bool:
    """Return whether turns of other processes can be followed live."""
    return settings().redis_url is not None


def share_on_request(turn: TurnContext) -> AbstractContextManager[object]:
    """Share all of the turn's events if another process asks for them during the block."""
    return announcements().listen(FOLLOWERS, turn.turn_id, _Offer(turn)) if is_available() else nullcontext()


class _Offer(Subscription):
    """Begins to share a turn at the first request."""

    def __init__(self, turn: TurnContext) -> None:
        super().__init__()
        self._turn = turn
        self._is_shared = False

    def wake(self, subject: str = "") -> None:
        # Without a subject the listener has only reconnected: processes that follow the turn ask again.
        if subject and not self._is_shared:
            self._is_shared = True
            start_background(_share(self._turn))


async def _share(turn: TurnContext) -> None:
    """Write the turn's events to its stream until it is over, also after an outage of Redis."""
    key, sent_before = _key(turn.run), 0
    # Not counted: without others that follow it, the turn can still be stopped.
    async with aclosing(turn.events.subscribe(pause=BATCH_SECONDS, is_counted=False)) as batches:
        async for batch in batches:
            await _append(key, sent_before, batch, ABANDONED_SECONDS)
            sent_before += len(batch)
    await _append(key, sent_before, (), ENDED_SECONDS)


_read_runs = SharedBroadcasters[TurnEvent]()
"""The runs whose streams this process reads, with one reader for all followers of a run."""


async def follow_stream(
    run: Run, current_run: Callable[[], Awaitable[Run | None]], *, pause: float = 0
) -> AsyncGenerator[Sequence[TurnEvent]]:
    """Yield the run's events from the first, then live ones, until the turn is over.

    `current_run` reads the turn's run, None if it is over. Raises REDIS_AWAY, also once the turn is silent and has
    another run or none: a killed server ends no stream. Raises DATABASE_AWAY.
    """
    with _read_runs.shared(run, Broadcaster[TurnEvent], lambda events: _read_stream(run, events)) as events:
        async with aclosing(events.subscribe(pause=pause, tick=SILENCE_SECONDS)) as batches:
            async for batch in batches:
                if batch:
                    yield batch
                elif await current_run() != run:  # `tick` yields an empty batch
                    raise EventsLost(f"the turn {run.turn_id} has ended without an end in its stream")


async def _append(key: str, sent_before: int, events: Sequence[TurnEvent], seconds: int) -> None:
    """Append an entry to the stream, which Redis deletes after so many seconds without another one.

    Raises the error of Redis if it could not be used for ABANDONED_SECONDS: the stream's earlier entries are gone then.
    """
    number, pickled = str(sent_before).encode(), pickle.dumps(list(events))
    signature = _signature(key, number, pickled)
    gives_up_at = time.monotonic() + ABANDONED_SECONDS
    while True:
        try:
            async with _redis().pipeline() as commands:
                commands.xadd(key, {b"number": number, b"events": pickled, b"signature": signature})
                commands.expire(key, seconds)
                await commands.execute()
        except _NO_ANSWER as error:
            if time.monotonic() > gives_up_at:
                raise
            log.warning("The events of a turn could not be shared, trying again: %s", error)
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return


async def _read_stream(run: Run, events: Broadcaster[TurnEvent]) -> None:
    """Publish the run's events, each once, until its stream ends. Raises EventsLost where some are missing."""
    async with aclosing(_entries(run)) as entries:
        async for entry in entries:
            number, pickled, signature = (entry.get(name, b"") for name in (b"number", b"events", b"signature"))
            if not hmac.compare_digest(signature, _signature(_key(run), number, pickled)):
                log.warning("Dropped an entry of a turn's stream in Redis that no instance of taskchat signed")
                continue
            sent_before = int(number)
            if sent_before > events.last:
                raise EventsLost(f"events {events.last + 1} to {sent_before} of the turn {run.turn_id} are missing")
            batch: list[TurnEvent] = pickle.loads(pickled)  # noqa: S301 -- see the module's docstring
            if not batch:
                return
            if sent_before == events.last:  # otherwise the entry was written twice
                events.publish(*batch)


async def _entries(run: Run) -> AsyncGenerator[dict[bytes, bytes]]:
    """Yield the entries of the run's stream from the first, endlessly; request them every BLOCK_MS until one comes."""
    last_id: Any = "0"
    while True:
        if last_id == "0":  # no entry came yet: an announcement may be lost
            async with transaction() as session:
                await announce(session, FOLLOWERS, run.turn_id)
        for _, entries in await _redis().xread({_key(run): last_id}, block=BLOCK_MS):
            for entry_id, entry in entries:
                last_id = entry_id
                yield entry


def _key(run: Run) -> str:
    return f"taskchat:turn:{run.turn_id}:{run.first_change_id}"


def _signature(key: str, number: bytes, pickled: bytes) -> bytes:
    """Return the signature of an entry of this stream: pickled events, and as digits how many were sent before them."""
    return hmac.digest(jwt_secret().encode(), b"\0".join([key.encode(), number, pickled]), "sha256")


@cache
def _redis() -> Redis:
    url = settings().redis_url
    assert url is not None, "REDIS_URL is not set"
    return Redis.from_url(url, socket_timeout=SOCKET_SECONDS)  # pyright: ignore[reportUnknownMemberType]  # untyped options
