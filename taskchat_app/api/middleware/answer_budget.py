"""ASGI middleware: budgets of the memory that large answers hold until their clients have read them.

A client that does not read keeps its answer in the server: 200 long tasks are some 1 MB, 200 changes 2.
"""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.api.core.problems import API_PREFIXES, refusal_problem
from taskchat_app.api.middleware.body_budget import KIB, MIB, sender_of
from taskchat_app.domain.limits.open_connections import RETRY_AFTER, Bound, OpenCounts
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Overloaded
from taskchat_app.i18n.messages import gettext

LARGE_BYTES = 64 * KIB
"""Smaller answers are not counted: the system's buffers take them. Larger ones are sent in pieces of this size."""
SENDER_TOTAL = 16 * MIB
"""Answers to one account, or to one network without a login, that are not read yet."""
PROCESS_TOTAL = 128 * MIB
FULL = gettext("Other answers to you are not read yet. Read them, then send this request again.")

_unread = OpenCounts()


class AnswerBudget:
    """Middleware: answers 503 where the answers that are being sent leave no room for a large one.

    Streams, and downloads from a file, hold one piece at a time, and are sent as they are.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API_PREFIXES):
            return await self.app(scope, receive, send)
        held_start: Message | None = None
        """The answer's start until its first part comes, which shows whether it is a large one."""

        async def budgeted(message: Message) -> None:
            nonlocal held_start
            if message["type"] == "http.response.start":
                held_start = message
                return
            if held_start is not None:
                start, held_start = held_start, None
                body: bytes = message.get("body", b"")
                if not message.get("more_body") and len(body) >= LARGE_BYTES:
                    return await _send_large(scope, receive, send, start, body)
                await send(start)
            await send(message)

        await self.app(scope, receive, budgeted)


async def _send_large(scope: Scope, receive: Receive, send: Send, start: Message, body: bytes) -> None:
    """Send the answer in pieces, each once there is room for it in the connection's buffer, or refuse it."""
    bounds = (Bound(await sender_of(HTTPConnection(scope)), SENDER_TOTAL), Bound("process", PROCESS_TOTAL))
    if _unread.take(bounds, len(body)) is not None:  # a bound that is full
        return await refusal_problem(Overloaded(FULL, resets_at=now() + RETRY_AFTER))(scope, receive, send)
    try:
        await send(start)
        for begin in range(0, len(body), LARGE_BYTES):
            end = begin + LARGE_BYTES
            await send({"type": "http.response.body", "body": body[begin:end], "more_body": end < len(body)})
    finally:
        _unread.give_back(bounds, len(body))
