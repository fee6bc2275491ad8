"""ASGI middleware: notes the scheme and host by which the client reaches the API, for addresses in responses."""

from urllib.parse import urlsplit

from starlette.datastructures import URL
from starlette.types import ASGIApp, Receive, Scope, Send

from taskchat_app.config import settings
from taskchat_app.domain.attachments.addresses import api_origin


class ApiOrigin:
    """Middleware: sets `api_origin` while a request is answered.

    The host is the client's own; the scheme that of PUBLIC_URL, since a proxy may speak http to this server.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        scheme, host = urlsplit(settings().origin).scheme, URL(scope=scope).netloc
        before = api_origin.set(f"{scheme}://{host}" if host else "")
        try:
            await self.app(scope, receive, send)
        finally:
            api_origin.reset(before)
