"""ASGI middleware: gives each request an id, for the answer (X-Request-ID) and the log."""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.runtime.log_context import begin_request

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._:+/=@-]{1,128}")


class RequestIds:
    """Takes over a client's or proxy's well-formed id, else makes one; logs each request at its end."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        begin_request(request_id)
        began, status = time.monotonic(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(raw=message["headers"])[HEADER] = request_id
            await send(message)

        await self.app(scope, receive, send_with_id)
        # The route's pattern and not the path, which can hold a text or a secret; pages and files have none.
        route = getattr(scope.get("route"), "path", None)
        if route and scope["type"] == "http":
            log.info("%s %s: %d in %.0f ms", scope["method"], route, status, 1000 * (time.monotonic() - began))
