"""ASGI middleware: limits the size of a request's headers, and drops cookies with quotation marks."""

from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from taskchat_app.api.core.problems import standard_problem

HEADERS_MAX_BYTES = 32_768
"""Names and values of all headers. The server reads up to 400 kB, over which parsers of fields take up to 2 s."""


class HeaderLimit:
    """Middleware: answers 431 to more than HEADERS_MAX_BYTES; the app gets no cookie that holds a quotation mark.

    Ours hold none. Starlette decodes quoted values with `http.cookies`, which takes quadratic time before Python
    3.11.10 and 3.12.6 (CVE-2024-7592): 100 kB stopped the server for 38 s.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        # A handshake has a lower limit, which the socket checks itself.
        if scope["type"] == "http" and sum(len(name) + len(value) for name, value in headers) > HEADERS_MAX_BYTES:
            return await standard_problem(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)(scope, receive, send)
        # In place: the middleware around this one reads the route from the same scope.
        scope["headers"] = [(name, _without_quoted(value) if name == b"cookie" else value) for name, value in headers]
        await self.app(scope, receive, send)


def _without_quoted(cookies: bytes) -> bytes:
    """Return a Cookie header without the cookies that hold a quotation mark."""
    return b";".join(pair for pair in cookies.split(b";") if b'"' not in pair)
