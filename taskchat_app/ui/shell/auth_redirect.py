"""ASGI middleware: redirects anonymous visitors to the sign-in page, and those of /embed to EMBED_URL."""

from urllib.parse import urlencode

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import token_in
from taskchat_app.ui.core.session import CONVERSATIONS, EMBED, LOGIN, SETTINGS


class AuthRedirectMiddleware:
    """Redirects requests without a login cookie; the page's handlers check whether the cookie is valid.

    Works only if page and API share an origin: a separate page server gets no cookie; its page redirects by itself.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        path = scope["path"].rstrip("/") or "/"  # a page has both addresses, see PagePaths
        if path == EMBED and (embed_url := settings().embed_url):
            return await RedirectResponse(embed_url, 303, {"Cache-Control": "no-store"})(scope, receive, send)
        needs_login = path in ("/", SETTINGS, EMBED) or path.startswith(CONVERSATIONS)
        if needs_login and token_in("; ".join(HTTPConnection(scope).headers.getlist("cookie"))) is None:
            return await _to_login(path, scope["query_string"].decode("latin-1"))(scope, receive, send)
        return await self.app(scope, receive, send)


def _to_login(path: str, query: str) -> RedirectResponse:
    """Return the redirect; its parameter `next` is the address to open after signing in."""
    target = f"{path}?{query}" if query else path
    parameters = "" if target == "/" else "?" + urlencode({"next": target})
    return RedirectResponse(f"{LOGIN}{parameters}", status_code=303, headers={"Cache-Control": "no-store"})
