"""Collects what pages do wrong, and what a failed test leaves of them."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Page

from tests import evidence
from tests.serving import Server
from tests.ui.contexts import SITE

PICTURE_SECONDS = 20


class PageWatch:
    """Watches pages of contexts; `errors` are requests to other origins, exceptions and errors that they log."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self._ignored: set[str] = set()
        self._lines: list[str] = []
        self._watched: list[tuple[BrowserContext, Callable[[Page], None]]] = []

    def ignore(self, *words: str) -> None:
        """Remove errors with these words, and add none from now on."""
        self._ignored.update(words)
        self.errors[:] = [line for line in self.errors if not self._is_ignored(line)]

    def begin(self, context: BrowserContext, server: Server) -> None:
        def watch(page: Page) -> None:
            self._watch(page, urlsplit(server.origin).netloc)

        context.on("page", watch)
        self._watched.append((context, watch))

    def end(self) -> None:
        for context, watch in self._watched:
            context.remove_listener("page", watch)

    async def keep_evidence(self) -> None:
        """Write the pictures, texts and console lines of all pages into the test's folder."""
        pages = [
            page for context, _ in self._watched for page in context.pages if page.url not in (SITE, "about:blank")
        ]
        for number, page in enumerate(pages, 1):
            try:
                async with asyncio.timeout(PICTURE_SECONDS):
                    evidence.keep(f"page-{number}.html", (await page.content()).encode())
                    evidence.keep(f"page-{number}.png", await page.screenshot())
            except (Error, TimeoutError) as error:
                self._lines.append(f"no picture of {page.url}: {error}")
        evidence.keep("console.txt", "\n".join([*self._lines, *self.errors]).encode())

    def _is_ignored(self, line: str) -> bool:
        return any(word in line for word in self._ignored)

    def _add(self, line: str) -> None:
        if not self._is_ignored(line):
            self.errors.append(line)

    def _watch(self, page: Page, host: str) -> None:
        def check_origin(url: str) -> None:
            if urlsplit(url).scheme in ("http", "https", "ws", "wss") and urlsplit(url).netloc != host:
                self._add(f"asked {url}")

        def note(message: ConsoleMessage) -> None:
            self._lines.append(f"{page.url} {message.type}: {message.text}")
            if message.type == "error":
                self._add(f"wrote {message.text}")

        page.on("request", lambda request: check_origin(request.url))
        page.on("websocket", lambda socket: check_origin(socket.url))
        page.on("pageerror", lambda error: self._add(f"threw {error}"))
        page.on("console", note)
