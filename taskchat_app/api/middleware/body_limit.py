"""ASGI middleware: reads complete request bodies, limits their size and duration, and refuses JSON in UTF-16 or 32."""

import codecs
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.api.core.problems import API_PREFIXES, standard_problem
from taskchat_app.api.core.request_bodies import BODY_SECONDS, IncomingBody
from taskchat_app.api.middleware.json_values import VALUES_MAX, count_values, too_many_values

BODY_MAX_BYTES = 1024 * 1024
UPLOADS = ("/api/attachments", "/api/import")
"""Routes that read their body themselves (streams/uploads.py), once they know who sends it."""
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""That of UTF-32 begins with one of them, or holds a NUL."""
WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")


class BodyLimit:
    """Middleware: answers 413 to a body over BODY_MAX_BYTES or VALUES_MAX, 408 to one that stops or takes too long.

    400 to one in UTF-16 or UTF-32, which json.loads() would read, and whose values are not counted.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in WITHOUT_BODY or not scope["path"].startswith(API_PREFIXES):
            return await self.app(scope, receive, send)
        if scope["path"].startswith(UPLOADS):
            return await self.app(scope, receive, send)
        body = bytearray()
        incoming = IncomingBody(BODY_MAX_BYTES, body.extend)
        last = await incoming.read(receive, BODY_SECONDS)
        if incoming.is_too_large:
            return await standard_problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)(scope, receive, send)
        if count_values(bytes(body)) > VALUES_MAX:
            return await too_many_values()(scope, receive, send)
        if last is None:
            return await standard_problem(HTTPStatus.REQUEST_TIMEOUT)(scope, receive, send)
        if body.startswith(UTF_16_MARKS) or b"\0" in body[:4]:
            return await standard_problem(HTTPStatus.BAD_REQUEST)(scope, receive, send)
        await self.app(scope, _replay(bytes(body), last, receive), send)


def _replay(body: bytes, last: Message, receive: Receive) -> Receive:
    """Return a receive function that yields the body in one message, or the disconnect that ended it."""
    first: Message | None = {"type": "http.request", "body": body} if last["type"] == "http.request" else last

    async def replaying() -> Message:
        nonlocal first
        if first is not None:
            message, first = first, None
            return message
        return await receive()

    return replaying
