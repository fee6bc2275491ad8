"""ASGI middleware: reads the whole body of a request before the app, or refuses it; discards refused uploads."""

import codecs
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.api.core.credentials import network_of
from taskchat_app.api.core.problems import API_PREFIXES, problem, refusal_problem, standard_problem
from taskchat_app.api.core.request_bodies import BODY_MAX_BYTES, IncomingBody
from taskchat_app.api.middleware.body_budget import HeldBody, user_of
from taskchat_app.domain.limits.open_connections import Bound, OpenCounts
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.i18n.messages import gettext

VALUES_MAX = 8_000
"""Values in one JSON body: a message about 1,000 selected tasks has 7,000. Validating a body with 500,000 invalid ones
blocked the event loop for 28 s."""
UPLOADS = ("/api/attachments", "/api/import")
"""Routes that read their body themselves (streams/uploads.py), once they know who sends it."""
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The mark of UTF-32 begins with one of them, or holds a NUL."""
WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")
REFUSED_SECONDS = 30.0
"""Maximum time for what is read and discarded of a refused upload."""
REFUSED_OF_ACCOUNT = 8
REFUSED_MAX = 64
"""Refused uploads that are read at once; each holds some 180 kB of the process."""

_refused = OpenCounts()


class BodyLimit:
    """Middleware: refuses a body with

    413 if it has more bytes than its sender may send (body_budget.py), or more values than VALUES_MAX,
    503 if the budget of its sender has no room for it,
    408 if it stops or takes too long,
    400 if it is in UTF-16 or UTF-32, which json.loads() would read, and whose values are not counted.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in WITHOUT_BODY or not scope["path"].startswith(API_PREFIXES):
            return await self.app(scope, receive, send)
        if scope["path"].startswith(UPLOADS):
            return await _Upload(scope, receive, send).call(self.app)
        # A refusal for lack of room is answered at once: whatever is read of such a request has no room either.
        connection = HTTPConnection(scope)
        with HeldBody(await user_of(connection), network_of(connection)) as body:
            last = await _read(body, receive)
            if isinstance(last, Response):
                return await last(scope, receive, send)
            await self.app(scope, _replay(body.take_content(), last, receive), send)


@dataclass
class _Upload:
    """An upload, whose body the app reads itself.

    If the app refuses it unread, the body is read and discarded before the answer: otherwise a client that is still
    sending would see a broken connection. The answer comes at once to a client that waits for leave to send
    (`Expect: 100-continue`), to an unknown sender, and beyond REFUSED_OF_ACCOUNT or REFUSED_MAX, since a thousand
    discarded uploads would hold 180 MB.
    """

    scope: Scope
    receive: Receive
    send: Send
    is_read: bool = False
    """Whether the app has begun to read the body, or it was discarded."""

    async def call(self, app: ASGIApp) -> None:
        try:
            await app(self.scope, self._receive_part, self._send_answer)
        except PersonError:  # which ProblemMiddleware answers
            await self._discard_unread()
            raise

    async def _receive_part(self) -> Message:
        self.is_read = True
        return await self.receive()

    async def _send_answer(self, message: Message) -> None:
        await self._discard_unread()
        await self.send(message)

    async def _discard_unread(self) -> None:
        waits_for_leave = any(name == b"expect" for name, _ in self.scope["headers"])
        if self.is_read or waits_for_leave:
            return
        self.is_read = True
        user_id = await user_of(HTTPConnection(self.scope))
        if user_id is None:
            return
        bounds = (Bound(user_id, REFUSED_OF_ACCOUNT), Bound("all", REFUSED_MAX))
        if _refused.take(bounds) is None:
            try:
                await IncomingBody(0, keep=lambda _: None).read(self.receive, REFUSED_SECONDS)
            finally:
                _refused.give_back(bounds)


async def _read(body: HeldBody, receive: Receive) -> Message | Response:
    """Read the whole body, which then is `body.content`; return its last message, or the response that refuses it."""
    incoming = IncomingBody(BODY_MAX_BYTES, body.keep)
    last = await incoming.read(receive, body.seconds)
    if incoming.is_too_large:
        return standard_problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if incoming.refusal is not None:
        return refusal_problem(incoming.refusal)
    if count_values(body.content) > VALUES_MAX:
        sentence = gettext("The request holds too many values. Send at most {most:#,##0} at once.", most=VALUES_MAX)
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_many_values", sentence)
    if last is None:
        return standard_problem(HTTPStatus.REQUEST_TIMEOUT)
    if body.content.startswith(UTF_16_MARKS) or b"\0" in body.content[:4]:
        return standard_problem(HTTPStatus.BAD_REQUEST)
    return last


def _replay(body: bytes, last: Message, receive: Receive) -> Receive:
    """Return a receive function that yields the body in one message, or the disconnect that ended it."""
    unread = [{"type": "http.request", "body": body} if last["type"] == "http.request" else last]

    async def replaying() -> Message:
        return unread.pop() if unread else await receive()

    return replaying


def count_values(body: bytes | bytearray) -> int:
    """Return the approximate number of values in a JSON body, by its commas outside of strings; 0 if it has few.

    Brackets without commas only nest, and JSON parsers limit the depth. Takes a few milliseconds for 1 MiB, since all
    loops run in C.
    """
    if body.count(b",") < VALUES_MAX:
        return 0
    without_escapes = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside_strings = b"".join(without_escapes.split(b'"')[::2])  # each second part is in quotation marks
    return outside_strings.count(b",") + 1
