"""The language of what this API says in its own words: the reader's, by Accept-Language."""

from contextvars import ContextVar

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from taskchat_app.i18n.catalogue import accepted_language
from taskchat_app.i18n.messages import ENGLISH

reader_language: ContextVar[str] = ContextVar("reader_language", default=ENGLISH)


class ReaderLanguage:
    """Middleware: sets the reader's language while a request is answered."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        before = reader_language.set(accepted_language(Headers(scope=scope).get("accept-language", "")))
        try:
            await self.app(scope, receive, send)
        finally:
            reader_language.reset(before)
