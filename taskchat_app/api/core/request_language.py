"""ASGI middleware: sets the response's language (Accept-Language), and the API's address as the client reached it."""

from contextvars import ContextVar
from urllib.parse import urlsplit

from starlette.datastructures import URL, Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from taskchat_app.config import settings
from taskchat_app.domain.attachments.signed_urls import api_origin
from taskchat_app.i18n.catalogue import accepted_language
from taskchat_app.i18n.messages import ENGLISH

request_language: ContextVar[str] = ContextVar("request_language", default=ENGLISH)
"""The language of what this API says in its own words, by Accept-Language."""


class RequestLanguageMiddleware:
    """Middleware: sets `request_language` and `api_origin` while a request is answered.

    The host is the client's own; the scheme that of PUBLIC_URL, since a proxy may speak http to this server.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        language_before = request_language.set(accepted_language(Headers(scope=scope).get("accept-language", "")))
        scheme, host = urlsplit(settings().origin).scheme, URL(scope=scope).netloc
        origin_before = api_origin.set(f"{scheme}://{host}" if host else "")
        try:
            await self.app(scope, receive, send)
        finally:
            api_origin.reset(origin_before)
            request_language.reset(language_before)
