"""A user of the page who finds elements by the contract's names."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.serving import NO_CERTIFICATES, Server

PASSWORD = "correct horse battery"


@dataclass
class Visitor:
    """One person and one tab; `tab()` opens another tab of the same person."""

    server: Server
    context: BrowserContext
    page: Page
    token: str
    complaints: list[str] = field(default_factory=list[str])

    async def open(self, path: str) -> None:
        await self.page.goto(self.server.origin + path)
        await expect(self.page.get_by_role("status", name="Connection")).to_have_text("Connected")

    async def tab(self, path: str = "/") -> "Visitor":
        other = Visitor(self.server, self.context, await self.context.new_page(), self.token, self.complaints)
        await other.open(path)
        return other

    def forgive(self, *words: str) -> None:
        """Leave out of the complaints what a test provokes: network errors while the server is away."""
        self.complaints[:] = [line for line in self.complaints if not any(word in line for word in words)]

    # Chat

    @property
    def message_box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Conversation")

    @property
    def answers(self) -> Locator:
        return self.log.get_by_role("article", name="Assistant")

    @property
    def mine(self) -> Locator:
        return self.log.get_by_role("article", name="You")

    @property
    def alert(self) -> Locator:
        return self.page.get_by_role("alert")

    async def say(self, words: str) -> None:
        await self.message_box.fill(words)
        await self.message_box.press("Enter")

    async def hear(self, words: str) -> None:
        """Wait until the last answer holds the words and is complete."""
        await expect(self.answers.last).to_contain_text(words)
        await expect(self.page.get_by_role("button", name="Send")).to_be_visible()

    # Tasks

    @property
    def tasks(self) -> Locator:
        return self.page.get_by_role("list", name="Tasks").get_by_role("listitem")

    def checkbox(self, name: str) -> Locator:
        return self.page.get_by_role("checkbox", name=name)

    async def add_task(self, sentence: str) -> None:
        line = self.page.get_by_role("textbox", name="Add a task")
        await line.fill(sentence)
        await line.press("Enter")

    # The same person as a program

    async def api(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        origin = self.server.origin
        async with httpx.AsyncClient(base_url=origin, headers=headers, timeout=30, verify=NO_CERTIFICATES) as client:
            return await client.request(method, path, **options)


Visit = Callable[..., Awaitable[Visitor]]
"""The fixture `visit`."""
