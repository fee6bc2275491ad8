"""Server-sent event streams: comments while silent, how many may be open, their end, and the events of a turn."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import ExitStack, aclosing

from chatkit.types import ErrorEvent, ThreadStreamEvent
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from taskchat_app.api.core.credentials import network_of
from taskchat_app.api.core.problems import log_unexpected
from taskchat_app.api.core.request_language import request_language
from taskchat_app.assistant.core.items import json_in
from taskchat_app.assistant.turns.failures import NOT_READ
from taskchat_app.assistant.turns.turns import FollowableTurn
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.login_end import wait_for_login_end
from taskchat_app.domain.limits.open_connections import RETRY_AFTER, OpenCounts, Shares
from taskchat_app.domain.storage.database import DATABASE_AWAY, now
from taskchat_app.domain.storage.errors import TooManyOpen
from taskchat_app.i18n.messages import gettext
from taskchat_app.runtime import metrics
from taskchat_app.runtime.broadcaster import until
from taskchat_app.tcp_connections import close_connection

log = logging.getLogger(__name__)

STREAMS_OF_PERSON = 1_500
"""A server must serve 1,000 idle followers of one account and 300 concurrent answers; a stream takes about 40 kB."""
STREAMS_IN_NETWORK = 2_000
"""Equal to the limit for sockets: a large office, or all users of a proxy that TRUSTED_PROXY_HOPS does not count."""
STREAMS_MAX = 8_000
OF_NETWORK = gettext("Too many event streams are open from your network. Close some, then try again.")
REFUSALS = {
    "person": gettext("Too many event streams are open for your account. Close some, then try again."),
    "network": OF_NETWORK,
    "site": OF_NETWORK,
    "all": gettext("Too many event streams are open on this server. Close some, then try again."),
}
"""By the first word of the subject of the bound that is reached (Shares.bounds)."""

COMMENT_SECONDS = 10
"""How often a silent stream sends a comment, so that proxies keep it open; clients are promised 15 at most."""
SEND_TIMEOUT_SECONDS = 10.0
"""A client that reads nothing for so long is dropped."""
HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}

PIECE_MAX_BYTES = 16_384
"""What a client that reads slowly keeps in memory, in addition to one long event."""

drain = asyncio.Event()
"""Set on the event loop's thread when the server shuts down: every stream ends, open ones and later ones."""

_open = OpenCounts()


def stream_place(request: HTTPConnection, person: Person) -> ExitStack:
    """Count a stream until the returned stack is closed: by its response, which takes it over. Raises TooManyOpen."""
    shares = Shares(STREAMS_OF_PERSON, STREAMS_IN_NETWORK, STREAMS_MAX)
    bounds = shares.bounds(_open, person.id, network_of(request))
    reached = _open.take(bounds)
    if reached is not None:
        raise TooManyOpen(REFUSALS[reached.subject.split()[0]], resets_at=now() + RETRY_AFTER)
    place = ExitStack()
    place.callback(_open.give_back, bounds)
    return place


def stream(
    batches: AsyncGenerator[Sequence[bytes], None],
    person: Person,
    place: ExitStack,
    on_disconnect: Callable[[], None] = lambda: None,
) -> EventSourceResponse:
    """Return the batches of encoded events as a response, which takes over the place from the caller's `with`.

    It ends with the events, the login, the server or a client that stops reading. If it ends because its client has
    gone, `on_disconnect` is called after the batches are closed. That cannot await: whatever the handler of a closed
    connection awaits is cancelled repeatedly. No event waits in memory for a slow client: the next batch is asked for
    when the last one was sent.
    """
    return _Stream(_until_over(batches, person, on_disconnect), place.pop_all())


class _Stream(EventSourceResponse):
    """A response that releases its place when it is over."""

    def __init__(self, pieces: AsyncGenerator[bytes, None], place: ExitStack) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]  # its content is untyped
            pieces,
            headers=HEADERS,
            ping=COMMENT_SECONDS,
            ping_message_factory=lambda: ServerSentEvent(comment="still here", sep="\n"),
            sep="\n",
            send_timeout=SEND_TIMEOUT_SECONDS,
        )
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with metrics.STREAMS.track_inprogress():
                await super().__call__(scope, receive, send)
        except SendTimeoutError:
            log.info("Dropped a stream whose client stopped reading")
            if scope.get("client"):
                address, port = scope["client"]
                await close_connection(address, int(port))  # the server gives the number as text
        finally:
            self._place.close()


def _pieces(batch: Sequence[bytes]) -> Generator[bytes]:
    """Yield the events joined to pieces of up to PIECE_MAX_BYTES; a longer event is a piece by itself."""
    piece, size = list[bytes](), 0
    for event in batch:
        if piece and size + len(event) > PIECE_MAX_BYTES:
            yield b"".join(piece)
            piece, size = [], 0
        piece.append(event)
        size += len(event)
    if piece:
        yield b"".join(piece)


async def _until_over(
    batches: AsyncGenerator[Sequence[bytes], None], person: Person, on_disconnect: Callable[[], None]
) -> AsyncGenerator[bytes, None]:
    """Yield the batches in pieces; what ends first, the events, the login or the server, ends the stream.

    Sending a piece passes a dozen layers of middleware, so events that are there together are sent together.
    """
    over = asyncio.create_task(_login_end_or_drain(person))
    try:
        async with aclosing(until(batches, over)) as arriving:
            async for batch in arriving:
                for piece in _pieces(batch):
                    if over.done():
                        return
                    yield piece
    except (GeneratorExit, asyncio.CancelledError):  # so the response ends this when its client has gone
        if not over.done():
            on_disconnect()
        raise
    except Exception as error:
        log_unexpected(error, "A stream")  # its client connects again
    finally:
        over.cancel()


async def _login_end_or_drain(person: Person) -> None:
    ends = (asyncio.create_task(wait_for_login_end(person)), asyncio.create_task(drain.wait()))
    try:
        ended, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ended:
            end.result()  # raises what the task raised
    finally:
        for end in ends:
            end.cancel()


def encode(event: ThreadStreamEvent) -> bytes:
    """Return the event as the ChatKit SDK encodes it, in the reader's language."""
    return b"data: " + json_in(request_language.get(), event, context={"exclude_metadata": True}) + b"\n\n"


async def encoded_events(turn: FollowableTurn) -> AsyncGenerator[list[bytes], None]:
    """Yield the turn's events in batches, encoded, from the first to the last."""
    try:
        async with aclosing(turn.follow()) as batches:
            async for batch in batches:
                yield [encode(numbered.event) for numbered in batch]
    except DATABASE_AWAY as error:
        log.warning("A turn's stored events could not be read: %s", str(error).partition("\n")[0])
        yield [encode(ErrorEvent(code="custom", message=NOT_READ, allow_retry=True))]
