"""The page in a real browser: seconds until a change, a message, a tool's change and the first page are displayed."""

import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from benchmarks import page_scripts
from benchmarks.figures import Row
from benchmarks.live import FOLLOWERS, record_change
from benchmarks.servers import Servers
from benchmarks.sizes import Sizes, seconds_of
from benchmarks.wire import Connection
from tests.browsers import FLAGS
from tests.serving import Server
from tests.standin import API_KEY, call, calls, text

ROUNDS = 20
WARM_UP = 5
TASKS = 50
FIRST_PAGES = 8
PATIENCE_MS = 120_000
"""How long a measurement waits on a slow or busy machine."""
NO_THROTTLING = (
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)
"""By default, a browser runs timers of background tabs once a second."""
BARE = "/api/health"
"""The baseline of a page: the browser displays it in almost no time."""


@dataclass(frozen=True)
class SignedInBrowser:
    """A signed-in user with tasks, in one browser."""

    server: Server
    servers: Servers
    context: BrowserContext
    token: str
    user_id: str

    def tab(self) -> Page:
        page = self.context.new_page()
        page.goto(self.server.origin)
        expect(page.get_by_role("status", name="Connection")).to_have_text("Connected")
        expect(page.get_by_role("list", name="Tasks").get_by_role("listitem").first).to_be_visible()
        return page

    def bare_tab(self) -> Page:
        """Open a page that only follows /api/events."""
        page = self.context.new_page()
        page.goto(self.server.origin + BARE)
        page.evaluate(page_scripts.FOLLOW_EVENTS)
        return page


def pages(servers: Servers, _: Sizes) -> Iterator[Row]:
    """All measurements in a browser."""
    with page_server(servers) as server, launched_browser() as browser:
        token = servers.register("page")
        with Connection(servers.port, token) as connection:
            for number in range(TASKS):
                connection.call("POST", "/api/tasks", {"title": f"Task {number}"})
            user_id = connection.user_id()
        browser_user = SignedInBrowser(server, servers, signed_in(server, browser, token), token, user_id)
        yield from _changes(browser_user)
        yield _messages(browser_user)
        yield from _tools(browser_user)
        yield from _first_pages(browser_user, browser)


def page_server(servers: Servers) -> Server:
    """Return a server that builds the page first; it shares the database of `servers`."""
    model = f"http://127.0.0.1:{servers.model_port}/v1beta/openai/"
    return Server(TASKCHAT_HOME=str(servers.home), GEMINI_API_KEY=API_KEY, GEMINI_BASE_URL=model)


@contextmanager
def launched_browser() -> Generator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *NO_THROTTLING])
        yield browser
        browser.close()


def signed_in(server: Server, browser: Browser, token: str) -> BrowserContext:
    # The baseline's page is an answer of the API, whose policy permits no scripts and no requests.
    context = browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    context.add_cookies([{"name": "auth_token", "value": token, "url": server.origin, "httpOnly": True}])
    return context


def _changes(browser_user: SignedInBrowser) -> Iterator[Row]:
    """A change committed by another instance, on the page and on the baseline page of the same browser."""
    page, bare = browser_user.tab(), browser_user.bare_tab()
    boot = page_scripts.boot_frame(page)
    page.bring_to_front()
    with psycopg.connect(browser_user.servers.database) as database:
        for others in (0, FOLLOWERS):
            bare.evaluate(page_scripts.OPEN_TABS, [boot, others])
            seen = [_change(browser_user, database, page, bare, number) for number in range(WARM_UP + ROUNDS)]
            shown, received = zip(*seen[WARM_UP:], strict=True)
            wanted = "p95 < 150 ms" if others else ""
            yield Row(f"commit to a tab's screen, {others} more tabs", shown, received, wanted)
    for opened in (page, bare):
        opened.close()


def _change(
    browser_user: SignedInBrowser, database: psycopg.Connection[Any], page: Page, bare: Page, number: int
) -> tuple[float, float]:
    """Return the seconds from the commit of a change to the page's screen, and to the baseline page."""
    title = f"Changed for the {number}. time at {time.time()}"
    page.evaluate(page_scripts.AWAIT_TEXT, ["main, aside, section", title])
    database.execute(
        "UPDATE tasks SET title = %s, updated_at = now() WHERE user_id = %s AND number = %s",
        [title, browser_user.user_id, TASKS],
    )
    last = record_change(database, browser_user.user_id, TASKS)
    at = time.time()
    database.commit()
    return page_scripts.shown_at(page) - at, page_scripts.received_at(bare, last) - at


def _messages(browser_user: SignedInBrowser) -> Row:
    """From the key press to the user's message in the conversation; the baseline page adds it by a script."""
    page, bare = browser_user.tab(), browser_user.bare_tab()
    bare.evaluate(page_scripts.BARE_COMPOSER)

    def ask(tab: Page, number: int) -> float:
        tab.bring_to_front()
        tab.evaluate(page_scripts.AWAIT_TEXT, ["article", f"Question {number}?"])
        tab.get_by_role("textbox", name="Message").fill(f"Question {number}?")
        tab.keyboard.press("Enter")
        return page_scripts.shown_at(tab) - page_scripts.pressed_at(tab)

    ours, baseline = list[float](), list[float]()
    for number in range(WARM_UP + ROUNDS):
        browser_user.servers.script(text(f"Answer {number}."))
        ours.append(ask(page, number))
        expect(page.get_by_role("log").get_by_text(f"Answer {number}.")).to_be_visible()
        expect(page.get_by_role("button", name="Send")).to_be_visible()
        baseline.append(ask(bare, number))
    return Row("Enter to the message on the screen", ours[WARM_UP:], baseline[WARM_UP:], "< 100 ms")


def _tools(browser_user: SignedInBrowser) -> Iterator[Row]:
    """From a tool's recorded change until the list shows it, and until the baseline page receives it."""
    page, bare = browser_user.tab(), browser_user.bare_tab()
    page.bring_to_front()
    shown, received = list[float](), list[float]()
    with psycopg.connect(browser_user.servers.database, autocommit=True) as database:
        for number in range(WARM_UP + ROUNDS):
            title = f"Made by a tool for the {number}. time"
            browser_user.servers.script(calls(call("create_task", {"title": title})), text("Added it."))
            page.evaluate(page_scripts.AWAIT_TEXT, ["[aria-label=Tasks]", title])
            page.get_by_role("textbox", name="Message").fill("Add it")
            page.keyboard.press("Enter")
            seen = page_scripts.shown_at(page)
            newest = "SELECT id, at FROM changes WHERE user_id = %s AND kind = 'task' ORDER BY id DESC LIMIT 1"
            [(last, at)] = database.execute(newest, [browser_user.user_id]).fetchall()
            shown.append(seen - at.timestamp())
            received.append(page_scripts.received_at(bare, last) - at.timestamp())
            expect(page.get_by_role("button", name="Send")).to_be_visible()
    yield Row("tool's commit to the moved list", shown[WARM_UP:], received[WARM_UP:], "< 200 ms")


def _first_pages(browser_user: SignedInBrowser, browser: Browser) -> Iterator[Row]:
    """A first visit without cache, until the tasks are shown and a message can be typed."""
    ours, bare, shifts, errors = list[float](), list[float](), list[float](), list[str]()
    for _ in range(FIRST_PAGES):
        with _new_visitor(browser_user, browser, errors) as page:
            bare.append(seconds_of(lambda: page.goto(browser_user.server.origin + BARE)))
        with _new_visitor(browser_user, browser, errors) as page:
            ours.append(seconds_of(lambda: open_page(page, browser_user.server.origin)))
            shifts.append(page.evaluate("window.layoutShift"))
    yield Row("first page on a warm server", ours, bare, "< 1 s")
    yield Row("layout shift of the first page", shifts, goal="≤ 0.05", unit="shift")
    yield Row("console errors of the first page", [len(errors)], goal="0", unit="")


@contextmanager
def _new_visitor(browser_user: SignedInBrowser, browser: Browser, errors: list[str]) -> Generator[Page]:
    context = signed_in(browser_user.server, browser, browser_user.token)
    context.add_init_script(page_scripts.SUM_SHIFTS)
    page = context.new_page()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()


def open_page(page: Page, address: str) -> None:
    page.goto(address, wait_until="commit")
    expect(page.get_by_role("list", name="Tasks").get_by_role("listitem").first).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_be_editable()
    expect(page.get_by_role("status", name="Connection")).to_have_text("Connected")
