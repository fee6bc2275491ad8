"""ASGI middleware: reads request bodies whole, limits their size and duration."""

import asyncio
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.api.problems import OURS, plain_problem, problem

BODY_MAX_BYTES = 1024 * 1024
READ_MAX_BYTES = 16 * BODY_MAX_BYTES
"""A client that is still sending sees a broken connection instead of the 413, so this much is read and thrown away."""
SILENCE_SECONDS = 30.0
"""A client that goes silent holds the memory for its body no longer than this."""
BODY_SECONDS = 300.0
"""Nor one that sends bit by bit longer than this; a phone with 50 kbit/s needs 170 s for a whole MiB."""
VALUES_MAX = 8_000
"""Values in one JSON body: a message about 1,000 selected tasks has 7,000. To say what is wrong with each of 500,000
held everybody up for 28 s."""
WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")


class BodyLimit:
    """Middleware: answers 413 to a body over BODY_MAX_BYTES or VALUES_MAX, 408 to one that stops or takes too long."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in WITHOUT_BODY or not scope["path"].startswith(OURS):
            return await self.app(scope, receive, send)
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                last = await _read(body, receive)
        except TimeoutError:
            last = None
        if len(body) > BODY_MAX_BYTES:
            return await plain_problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)(scope, receive, send)
        if values_in(bytes(body)) > VALUES_MAX:
            return await _too_many_values()(scope, receive, send)
        if last is None:
            return await plain_problem(HTTPStatus.REQUEST_TIMEOUT)(scope, receive, send)
        await self.app(scope, _replay(bytes(body), last, receive), send)


def _too_many_values() -> Response:
    sentence = f"The request holds too many values. Send at most {VALUES_MAX:,} at once."
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_many_values", sentence)


def values_in(body: bytes) -> int:
    """About how many values a JSON body holds, by the commas between its texts; 0 for what is no list or object.

    Brackets alone only nest, which no reader of JSON follows for long. Some milliseconds for a whole MiB, for all of it
    is done in C.
    """
    if body.lstrip()[:1] not in (b"{", b"["):
        return 0
    if body.count(b",") < VALUES_MAX:
        return 0
    without_escapes = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    between = b"".join(without_escapes.split(b'"')[::2])
    return between.count(b",") + 1


async def _read(body: bytearray, receive: Receive) -> Message:
    """Fill `body`, with one byte more than is allowed where it is too large; returns the message that ended it.

    Raises TimeoutError when the client goes silent.
    """
    size = 0
    while True:
        async with asyncio.timeout(SILENCE_SECONDS):
            message = await receive()
        part = message.get("body", b"")
        size += len(part)
        body += part[: BODY_MAX_BYTES + 1 - len(body)]
        if not message.get("more_body", False) or size > READ_MAX_BYTES:
            return message


def _replay(body: bytes, last: Message, receive: Receive) -> Receive:
    """A receive that brings the body in one piece, or the disconnect that came instead of its end."""
    first: Message | None = {"type": "http.request", "body": body} if last["type"] == "http.request" else last

    async def replaying() -> Message:
        nonlocal first
        if first is not None:
            message, first = first, None
            return message
        return await receive()

    return replaying
