"""ASGI middleware: rejects cookie-authenticated requests from foreign origins."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from taskchat_app.api.credentials import via_bearer
from taskchat_app.api.problems import person_problem
from taskchat_app.config import settings
from taskchat_app.domain.accounts.tokens import COOKIE
from taskchat_app.domain.storage.errors import Forbidden
from taskchat_app.i18n.messages import gettext

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SETS_COOKIE = "/auth/"
"""The form posts: without this check another page could sign its visitors into an account of its own."""


class Origins:
    """Middleware: refuses, with 403, what a foreign page does with a person's cookie.

    A browser names the page in `Origin` on every unsafe request and every socket; programs send none.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            connection = HTTPConnection(scope)
            if _refused(connection):
                return await _refuse(scope, receive, send)
            if connection.headers.get("origin") in settings().allowed_origins:
                scope = _without_cookies(scope)
        return await self.app(scope, receive, send)


def _refused(connection: HTTPConnection) -> bool:
    if connection.scope["type"] == "websocket":
        return not _from_own_page(connection.headers)
    if connection.scope["method"] in SAFE_METHODS or via_bearer(connection):
        return False
    acts_for_somebody = COOKIE in connection.cookies or connection.scope["path"].startswith(SETS_COOKIE)
    return acts_for_somebody and not _from_own_page(connection.headers)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        # Closing before accepting answers the handshake with 403.
        return await send({"type": "websocket.close", "code": 1008})
    sentence = gettext(
        "This page may not do that for you. Open {origin} and try again there.", origin=settings().origin
    )
    await person_problem(Forbidden(sentence))(scope, receive, send)


def _from_own_page(headers: Headers) -> bool:
    """Whether a browser says it is our page, or no browser says anything."""
    origin = headers.get("origin")
    if origin is not None:
        return origin in settings().own_origins
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _without_cookies(scope: Scope) -> Scope:
    """An allowed page may read answers (CORS, with credentials), so the cookie must not count there even for GET."""
    scope = {**scope, "headers": list(scope["headers"])}
    del MutableHeaders(scope=scope)["cookie"]
    return scope
