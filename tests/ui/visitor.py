"""A user in a browser; finds elements by their accessible names of the contract."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.async_api import BrowserContext, FloatRect, Locator, Page, expect

from taskchat_app.domain.accounts.accounts import COOKIE
from tests.evidence import Step
from tests.serving import NO_CERTIFICATES, Server
from tests.ui.contexts import VIEWPORT, new_window
from tests.ui.page_watch import PageWatch

Part = Callable[..., Awaitable[None]]
PASSWORD = "correct horse battery"
GO_BACK = "history.pushState(null, '', '/'); dispatchEvent(new PopStateEvent('popstate', {state: null}))"
"""Shows the start page as the browser's Back does: a fourth of the CPU of a load."""
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
"""The options of a visit with a phone."""
NETWORK, NO_SCRIPT = "net::ERR", "An unknown error occurred when fetching the script."
"""What Chromium writes without a network, and when it looks for a newer service worker then."""


async def choose_in_menu(page: Page | Locator, name: str) -> None:
    """Open the list's menu and click this choice."""
    await page.get_by_role("button", name="More for the list").click()
    await page.get_by_role("button", name=name, exact=True).click()


async def box_of(element: Locator) -> FloatRect:
    """Return the place of an element that is shown."""
    box = await element.bounding_box()
    assert box is not None
    return box


async def enter(field: Locator, text: str) -> None:
    await field.fill(text)
    await field.press("Enter")


async def fill_account_form(page: Page, email: str, password: str, button: str) -> None:
    """Fill in the form of the page to sign in or to register, and send it by this button."""
    await page.get_by_label("Email").fill(email)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name=button).click()


@dataclass
class Visitor:
    """One user and one tab; `open_tab()` opens another tab of the same user."""

    server: Server
    context: BrowserContext
    page: Page
    token: str
    watch: PageWatch = field(default_factory=PageWatch)
    step: Step = lambda _: None

    @property
    def errors(self) -> list[str]:
        return self.watch.errors

    async def open(self, path: str) -> None:
        await self.page.goto(self.server.origin + path)
        # Hidden on a phone that shows the tasks.
        connection = self.page.get_by_role("status", name="Connection", include_hidden=True)
        await expect(connection).to_have_text("Connected")

    async def open_tab(self, path: str = "/") -> "Visitor":
        other = Visitor(self.server, self.context, await new_window(self.context), self.token, self.watch)
        await other.open(path)
        return other

    async def show_pane(self, name: str) -> None:
        """Show this pane if the device shows only one at a time."""
        tab = self.page.get_by_role("navigation", name="Panes").get_by_role("button", name=name)
        if await tab.is_visible():
            await tab.click()

    async def go_through(self, *parts: Part, given: Sequence[Any] = (), begins_again: bool = True) -> None:
        """Take the parts of a journey, each without tasks and in a new conversation; a failure names the part.

        They take the visitor and what is given. Without `begins_again` each goes on where the one before it ended.
        """
        for part in parts:
            self.step(part.__name__)
            if begins_again and part is not parts[0]:
                await self._begin_again()
            await part(self, *given)

    async def _begin_again(self) -> None:
        """Close the user's other tabs and the notice, delete the tasks, and begin a new conversation.

        The numbers of tasks go on.
        """
        for page in self.context.pages:
            if page is not self.page and page.url.startswith(self.server.origin):
                await page.close()
        if self.page.viewport_size != VIEWPORT:
            await self.page.set_viewport_size(VIEWPORT)
        await expect(self.page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
        await self.page.evaluate("document.querySelector('.toast .icon-button')?.click()")  # Undo is another one's
        await expect(self.page.locator(".toast")).to_have_count(0)
        await self.api("POST", "/api/tasks/bulk-delete", json={"filter": {"status": "all"}})
        if "?" in self.page.url and await self.alert.count():
            await self.open("/")
        elif "?" in self.page.url:
            await self.page.evaluate(GO_BACK)
        else:
            await self.page.get_by_role("button", name="New conversation").click()
            await expect(self.page).not_to_have_url(re.compile("/c/"))
            if "?" in self.page.url:  # the list of an answer came meanwhile
                await self.open("/")
        await expect(self.panel).to_have_count(0)
        await expect(self.page).to_have_url(f"{self.server.origin}/")
        await expect(self.log.get_by_role("article")).to_have_count(0)
        await expect(self.tasks).to_have_count(0)

    async def conversation_path(self) -> str:
        """Wait until the address is that of a conversation, which it may become after the answer is shown."""
        await expect(self.page).to_have_url(re.compile("/c/"))
        return urlsplit(self.page.url).path

    def ignore_errors(self, *words: str) -> None:
        """Remove errors with these words, which the test provokes, such as network errors while the server is down.

        Those that the browser reports later are ignored too: another tab may try once more.
        """
        self.watch.ignore(*words, *([NO_SCRIPT] if NETWORK in words else []))

    def ignore_network_errors(self) -> None:
        """Ignore what the browser logs while the server cannot be reached."""
        self.ignore_errors("WebSocket", NETWORK)

    async def sign_in(self, token: str) -> None:
        """Give the browser this login, as signing out and in again in another tab does."""
        origin = self.server.origin
        await self.context.add_cookies([{"name": COOKIE, "value": token, "url": origin, "httpOnly": True}])

    async def set_offline(self, offline: bool) -> None:
        """Take the network from a context of one's own, or give it back; ignore what the browser writes of it."""
        self.ignore_errors(NETWORK, "WebSocket", "Failed to fetch")
        await self.context.set_offline(offline)

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
    def user_messages(self) -> Locator:
        return self.log.get_by_role("article", name="You")

    @property
    def conversations(self) -> Locator:
        return self.page.get_by_role("navigation", name="Conversations")

    @property
    def connection(self) -> Locator:
        return self.page.get_by_role("status", name="Connection")

    @property
    def announcement(self) -> Locator:
        """What screen readers hear about the conversation."""
        return self.page.locator(".chat .sr-only[aria-live=polite]")

    @property
    def alert(self) -> Locator:
        return self.page.get_by_role("alert")

    async def send(self, words: str) -> None:
        await enter(self.message_box, words)

    async def edit_last_message(self, words: str | None = None) -> Locator:
        """Open the box for editing the last message, and replace its text if `words` are given; return the box."""
        await self.user_messages.last.hover()
        await self.user_messages.last.get_by_role("button", name="Edit message").click()
        box = self.page.get_by_role("textbox", name="New wording")
        await expect(box).to_be_focused()
        if words is not None:
            await box.fill(words)
        return box

    async def expect_answer(self, words: str) -> None:
        """Wait until the last answer contains the words and is complete."""
        await expect(self.answers.last).to_contain_text(words)
        await expect(self.page.get_by_role("button", name="Send")).to_be_visible()

    async def ask(self, words: str, answer: str) -> None:
        """Send a message, and wait until its answer contains these words and is complete."""
        await self.send(words)
        await self.expect_answer(answer)

    # Tasks

    @property
    def tasks(self) -> Locator:
        return self.page.get_by_role("list", name="Tasks").get_by_role("listitem")

    def checkbox(self, name: str) -> Locator:
        return self.page.get_by_role("checkbox", name=name)

    @property
    def add_line(self) -> Locator:
        return self.page.get_by_role("textbox", name="Add a task")

    async def add_task(self, sentence: str) -> None:
        await enter(self.add_line, sentence)

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("article", name="Task details")

    async def open_task(self, title: str) -> Locator:
        """Open the panel of the task in this row, and return it."""
        row = self.tasks.filter(has_text=title)
        await row.hover()
        await row.get_by_role("button", name="Task details").click()
        await expect(self.panel).to_contain_text(title)
        return self.panel

    @property
    def notice(self) -> Locator:
        return self.page.get_by_role("group", name="Notice")

    async def undo(self) -> None:
        await self.notice.get_by_role("button", name="Undo").click()

    # The same user over the API

    async def all_tasks(self) -> list[dict[str, Any]]:
        return (await self.api("GET", "/api/tasks", params={"status": "all"})).json()["tasks"]

    async def task(self, words: str = "") -> dict[str, Any]:
        """Return the only task, or the only one with these words in its title."""
        [found] = [task for task in await self.all_tasks() if words in task["title"]]
        return found

    async def post_tasks(self, *tasks: str | Mapping[str, object]) -> None:
        """Add tasks, one after the other: titles, or bodies of requests."""
        async with self._client() as client:
            for task in tasks:
                body = {"title": task} if isinstance(task, str) else task
                (await client.post("/api/tasks", json=body)).raise_for_status()

    async def api(self, method: str, path: str, **options: Any) -> httpx.Response:
        async with self._client() as client:
            return await client.request(method, path, **options)

    def _client(self) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.AsyncClient(base_url=self.server.origin, headers=headers, timeout=30, verify=NO_CERTIFICATES)


Visit = Callable[..., Awaitable[Visitor]]
"""The type of the fixture `visit`."""
