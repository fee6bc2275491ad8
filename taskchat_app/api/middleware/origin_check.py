"""ASGI middleware: rejects cookie-authenticated requests from foreign origins (CORS: rxconfig.py)."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from taskchat_app.api.core.credentials import cookie_token, uses_bearer
from taskchat_app.api.core.problems import refusal_problem
from taskchat_app.config import settings
from taskchat_app.domain.storage.errors import Forbidden
from taskchat_app.i18n.messages import gettext

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
FORM_PREFIX = "/auth/"
"""Form posts that set the cookie: without the check, another page could sign visitors in to an attacker's account."""


class OriginCheck:
    """Middleware: answers 403 to unsafe requests and sockets of a foreign page with a user's cookie.

    Browsers send the page's `Origin` with every unsafe request and socket handshake; other clients send none.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            connection = HTTPConnection(scope)
            if _is_forbidden(connection):
                return await _refuse(scope, receive, send)
            origin = connection.headers.get("origin")
            if origin in settings().allowed_origins and origin not in settings().own_origins:
                scope = _without_cookies(scope)
        return await self.app(scope, receive, send)


def _is_forbidden(connection: HTTPConnection) -> bool:
    if connection.scope["type"] == "websocket":
        return not _from_own_page(connection.headers)
    if connection.scope["method"] in SAFE_METHODS or uses_bearer(connection):
        return False
    uses_cookie = cookie_token(connection) is not None or connection.scope["path"].startswith(FORM_PREFIX)
    return uses_cookie and not _from_own_page(connection.headers)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        # Closing before accepting makes the server answer the handshake with 403.
        return await send({"type": "websocket.close", "code": 1008})
    sentence = gettext(
        "This page may not do that for you. Open {origin} and try again there.", origin=settings().origin
    )
    await refusal_problem(Forbidden(sentence))(scope, receive, send)


def _from_own_page(headers: Headers) -> bool:
    """Return whether the headers name our own page, or come from a client that is not a browser."""
    origin = headers.get("origin")
    if origin is not None:
        return origin in settings().own_origins
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _without_cookies(scope: Scope) -> Scope:
    """Remove the cookie header: pages of ALLOWED_ORIGINS may read responses (CORS), also those to GET."""
    scope = {**scope, "headers": list(scope["headers"])}
    del MutableHeaders(scope=scope)["cookie"]
    return scope
