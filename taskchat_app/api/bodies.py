"""Request bodies: read whole before a route runs, and refused over 1 MiB or a minute, however they arrive."""

import asyncio
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.api.problems import OURS, plain_problem

BODY_MAX_BYTES = 1024 * 1024
READ_MAX_BYTES = 16 * BODY_MAX_BYTES
"""A client that is still sending sees a broken connection instead of the 413, so this much is read and thrown away."""
BODY_SECONDS = 60.0
"""A client that sends bit by bit, or goes silent, holds the memory for its body no longer than this."""
WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")


class BodyLimit:
    """Middleware: answers 413 to a body over BODY_MAX_BYTES, 408 to one that takes over BODY_SECONDS."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in WITHOUT_BODY or not scope["path"].startswith(OURS):
            return await self.app(scope, receive, send)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body, last = await _read(receive)
        except TimeoutError:
            return await plain_problem(HTTPStatus.REQUEST_TIMEOUT)(scope, receive, send)
        if body is None:
            return await plain_problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)(scope, receive, send)
        await self.app(scope, _replay(body, last, receive), send)


async def _read(receive: Receive) -> tuple[bytes | None, Message]:
    """The body, None where it is too large, and the message that ended it."""
    body, size, message = bytearray(), 0, await receive()
    while message["type"] == "http.request":
        part = message.get("body", b"")
        size += len(part)
        if size <= BODY_MAX_BYTES:
            body += part
        if not message.get("more_body", False) or size > READ_MAX_BYTES:
            break
        message = await receive()
    return bytes(body) if size <= BODY_MAX_BYTES else None, message


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
