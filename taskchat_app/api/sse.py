"""Server-sent event streams that end with the login, the server or a slow client."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import Self

import psutil
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from taskchat_app.api.problems import is_outage
from taskchat_app.api.stream_limits import StreamPlace
from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now

log = logging.getLogger(__name__)

COMMENT_SECONDS = 10
"""How often a silent stream sends a comment, so that proxies keep it open; clients are promised 15 at most."""
LOGIN_CHECK_SECONDS = 5.0
"""How often a stream asks whether its login still stands; clients are promised an end within 15."""
BEHIND_MAX = 1000
"""How many events wait for a slow client; then their source waits too."""
SEND_TIMEOUT_SECONDS = 10.0
"""A client that takes nothing for so long does not read, and is dropped."""
HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}

Event = ServerSentEvent | bytes
"""Bytes are sent as they are, already in the stream's format."""

drain = asyncio.Event()
"""Set once the server is going down: every stream ends, so that the process can."""


def begin_drain() -> None:
    """End all streams, open ones and those still to come. Call it on the event loop's thread."""
    drain.set()


def stream(events: AsyncIterator[Event], person: Person, place: StreamPlace) -> EventSourceResponse:
    """The events as a response, until they end, the login ends, the server drains or the client stops reading.

    Its end gives the place back.
    """
    return _Stream(
        _until_over(events, person),
        headers=HEADERS,
        ping=COMMENT_SECONDS,
        ping_message_factory=lambda: ServerSentEvent(comment="still here", sep="\n"),
        sep="\n",
        send_timeout=SEND_TIMEOUT_SECONDS,
    ).at(place)


class _Stream(EventSourceResponse):
    def at(self, place: StreamPlace) -> Self:
        self._place = place
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            log.info("Dropped a stream whose client stopped reading")
            if scope.get("client"):
                address, port = scope["client"]
                _hang_up(address, int(port))  # the server tells the number as text
        finally:
            self._place.give_back()


def _hang_up(address: str, port: int) -> None:
    """Close the connection of a client: the server would keep it, and what it has not sent yet, until that is read."""
    for one in psutil.Process().net_connections("tcp"):
        if one.raddr and (one.raddr.ip, one.raddr.port) == (address, port):
            with suppress(OSError), socket.socket(fileno=os.dup(one.fd)) as connection:
                connection.shutdown(socket.SHUT_RDWR)


async def _until_over(events: AsyncIterator[Event], person: Person) -> AsyncGenerator[Event, None]:
    outbox: asyncio.Queue[Event | None] = asyncio.Queue(BEHIND_MAX)
    filling = asyncio.create_task(_fill(outbox, events, person))
    try:
        while (event := await outbox.get()) is not None:
            yield event
    finally:
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)


async def _fill(outbox: asyncio.Queue[Event | None], events: AsyncIterator[Event], person: Person) -> None:
    """Whatever ends first, the events, the login or the server, ends the stream."""
    parts = [asyncio.create_task(part) for part in (_copy(events, outbox), _login_end(person), _drained())]
    done: set[asyncio.Task[None]] = set()
    try:
        done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        for part in done:
            _note_failure(part.exception())
    finally:
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
    if parts[0] not in done:
        _clear(outbox)  # what waits is no longer for this client
    await outbox.put(None)


async def _copy(events: AsyncIterator[Event], outbox: asyncio.Queue[Event | None]) -> None:
    try:
        async for event in events:
            await outbox.put(event)
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()


def _clear(outbox: asyncio.Queue[Event | None]) -> None:
    while not outbox.empty():
        outbox.get_nowait()


async def _login_end(person: Person) -> None:
    """Returns once the login has ended; a database that is away ends neither it nor the answer that is being told."""
    valid = True
    while valid:
        left = (person.login_expires_at - now()).total_seconds()
        await asyncio.sleep(max(0.0, min(left, LOGIN_CHECK_SECONDS)))
        try:
            valid = await accounts.is_login_valid(person)
        except Exception as error:
            if not is_outage(error):
                raise
            valid = person.login_expires_at > now()


async def _drained() -> None:
    await drain.wait()


def _note_failure(error: BaseException | None) -> None:
    """The client sees a stream that ended, and comes back; the unexpected is ours to read."""
    if error is None:
        return
    if is_outage(error):
        log.warning("A stream ended since the database cannot be reached: %s", str(error).splitlines()[:1])
    else:
        log.error("A stream failed", exc_info=error)
