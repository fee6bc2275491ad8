"""Request bodies: read whole before a route runs, and refused over 1 MiB however they arrive."""

from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.api.problems import OURS, plain_problem

BODY_MAX_BYTES = 1024 * 1024
READ_MAX_BYTES = 16 * BODY_MAX_BYTES
"""A client that is still sending sees a broken connection instead of the 413, so this much is read and thrown away."""


WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")


class BodyLimit:
    """Middleware: answers 413 to a body over BODY_MAX_BYTES."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in WITHOUT_BODY or not scope["path"].startswith(OURS):
            return await self.app(scope, receive, send)
        body, size, message = bytearray(), 0, await receive()
        while message["type"] == "http.request":
            part = message.get("body", b"")
            size += len(part)
            if size <= BODY_MAX_BYTES:
                body += part
            if not message.get("more_body", False) or size > READ_MAX_BYTES:
                break
            message = await receive()
        if size > BODY_MAX_BYTES:
            return await plain_problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)(scope, receive, send)
        await self.app(scope, _replay(bytes(body), message, receive), send)


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
