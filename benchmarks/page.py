"""The page in a real browser: how soon a change, a message and a tool's work are on the screen, and the first page."""

import json
import shutil
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from benchmarks import watching
from benchmarks.figures import Row
from benchmarks.live import CHANNEL, CROWD
from benchmarks.servers import Servers
from benchmarks.wire import Connection
from tests.serving import Server
from tests.standin import API_KEY, call, calls, text
from tests.ui.conftest import FLAGS

ROUNDS = 20
WARM_UP = 5
TASKS = 50
FIRST_PAGES = 8
AWAKE = (
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)
"""A browser slows tabs that are behind another one to a step each second."""
BARE = "/api/health"
"""What the browser shows of it costs next to nothing: the bare peer of a page."""
Line = Row | tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Somebody with tasks, in one browser."""

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
        """A page that does nothing but follow /api/events."""
        page = self.context.new_page()
        page.goto(self.server.origin + BARE)
        page.evaluate(watching.FOLLOW_EVENTS)
        return page


def pages(servers: Servers) -> Iterator[Line]:
    """All that is seen in a browser."""
    with served(servers) as server, in_browser() as browser:
        person = _person(server, servers, browser)
        yield from _changes(person)
        yield _messages(person)
        yield from _tools(person)
        yield from _first_pages(person, browser)


def served(servers: Servers) -> Server:
    """A server with the page, which it has to build first; it shares the others' database."""
    model = f"http://127.0.0.1:{servers.model_port}/v1beta/openai/"
    return Server(TASKCHAT_HOME=str(servers.home), GEMINI_API_KEY=API_KEY, GEMINI_BASE_URL=model)


@contextmanager
def in_browser() -> Generator[Browser]:
    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *AWAKE])
        yield browser
        browser.close()


def _person(server: Server, servers: Servers, browser: Browser) -> Person:
    token = servers.register("page")
    with Connection(servers.port, token) as connection:
        for number in range(TASKS):
            connection.call("POST", "/api/tasks", {"title": f"Task {number}"})
        user_id = connection.call("GET", "/api/auth/me")["user"]["id"]
    return Person(server, servers, signed_in(server, browser, token), token, user_id)


def signed_in(server: Server, browser: Browser, token: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": "auth_token", "value": token, "url": server.origin, "httpOnly": True}])
    return context


def _changes(person: Person) -> Iterator[Row]:
    """A change as another instance commits it, on the page and on the bare page of the same browser."""
    page, bare = person.tab(), person.bare_tab()
    boot = watching.boot_frame(page)
    page.bring_to_front()
    with psycopg.connect(person.servers.database) as database:
        for others in (0, CROWD):
            bare.evaluate(watching.OPEN_TABS, [boot, others])
            seen = [_change(person, database, page, bare, number) for number in range(WARM_UP + ROUNDS)][WARM_UP:]
            shown, heard = [one[0] for one in seen], [one[1] for one in seen]
            wanted = "p95 < 150 ms" if others else ""
            yield Row(f"commit to a tab's screen, {others} more tabs", shown, heard, wanted)
    for opened in (page, bare):
        opened.close()


def _change(
    person: Person, database: psycopg.Connection[Any], page: Page, bare: Page, number: int
) -> tuple[float, float]:
    title = f"Changed for the {number}. time at {time.time()}"
    page.evaluate(watching.AWAIT_TEXT, ["main, aside, section", title])
    counter = "UPDATE users SET last_change_id = last_change_id + 1 WHERE id = %s RETURNING last_change_id"
    [last] = database.execute(counter, [person.user_id]).fetchall()[0]
    database.execute(
        "UPDATE tasks SET title = %s, updated_at = now() WHERE user_id = %s AND number = %s",
        [title, person.user_id, TASKS],
    )
    database.execute(
        "INSERT INTO changes (user_id, id, at, actor, kind, action, task_number)"
        " VALUES (%s, %s, now(), 'api', 'task', 'updated', %s)",
        [person.user_id, last, TASKS],
    )
    database.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"subject": person.user_id, "id": last})])
    at = time.time()
    database.commit()
    return watching.shown_at(page) - at, watching.heard_at(bare, last) - at


def _messages(person: Person) -> Row:
    """From the key to the person's own words in the conversation; the bare peer puts them there itself."""
    person.servers.script(text("Yes."))
    page, bare = person.tab(), person.bare_tab()
    bare.evaluate(watching.BARE_COMPOSER)

    def ask(asked: Page, number: int) -> float:
        asked.bring_to_front()
        asked.evaluate(watching.AWAIT_TEXT, ["article", f"Question {number}?"])
        asked.get_by_role("textbox", name="Message").fill(f"Question {number}?")
        asked.keyboard.press("Enter")
        return watching.shown_at(asked) - watching.pressed_at(asked)

    ours, theirs = list[float](), list[float]()
    for number in range(WARM_UP + ROUNDS):
        ours.append(ask(page, number))
        expect(page.get_by_role("log").get_by_role("article", name="Assistant")).to_have_count(number + 1)
        expect(page.get_by_role("button", name="Send")).to_be_visible()
        theirs.append(ask(bare, number))
    return Row("Enter to the message on the screen", ours[WARM_UP:], theirs[WARM_UP:], "< 100 ms")


def _tools(person: Person) -> Iterator[Row]:
    """From the moment that a tool recorded its change to the list that shows it, and to the bare page."""
    page, bare = person.tab(), person.bare_tab()
    page.bring_to_front()
    shown, heard = list[float](), list[float]()
    with psycopg.connect(person.servers.database, autocommit=True) as database:
        for number in range(WARM_UP + ROUNDS):
            title = f"Made by a tool for the {number}. time"
            person.servers.script(calls(call("create_task", {"title": title})), text("Added it."))
            page.evaluate(watching.AWAIT_TEXT, ["[aria-label=Tasks]", title])
            page.get_by_role("textbox", name="Message").fill("Add it")
            page.keyboard.press("Enter")
            seen = watching.shown_at(page)
            newest = "SELECT id, at FROM changes WHERE user_id = %s AND kind = 'task' ORDER BY id DESC LIMIT 1"
            [(last, at)] = database.execute(newest, [person.user_id]).fetchall()
            shown.append(seen - at.timestamp())
            heard.append(watching.heard_at(bare, last) - at.timestamp())
            expect(page.get_by_role("button", name="Send")).to_be_visible()
    yield Row("tool's commit to the moved list", shown[WARM_UP:], heard[WARM_UP:], "< 200 ms")


def _first_pages(person: Person, browser: Browser) -> Iterator[Line]:
    """A browser that has never been here, until the tasks are there and a message can be written."""
    ours, bare, shifts, errors = list[float](), list[float](), list[float](), list[str]()
    for _ in range(FIRST_PAGES):
        with _fresh(person, browser, errors) as page:
            bare.append(_seconds(lambda: page.goto(person.server.origin + BARE)))
        with _fresh(person, browser, errors) as page:
            ours.append(_seconds(lambda: _open(page, person.server.origin)))
            shifts.append(page.evaluate("window.layoutShift"))
    yield Row("first page on a warm server", ours, bare, "< 1 s")
    yield (
        "layout shift of the first page",
        f"{sorted(shifts)[len(shifts) // 2]:.3f}",
        f"{max(shifts):.3f}",
        "-",
        "-",
        ("≤ 0.05"),
    )
    yield "console errors of the first page", str(len(errors)), "-", "-", "-", "0"


@contextmanager
def _fresh(person: Person, browser: Browser, errors: list[str]) -> Generator[Page]:
    context = signed_in(person.server, browser, person.token)
    context.add_init_script(watching.SUM_SHIFTS)
    page = context.new_page()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()


def _open(page: Page, address: str) -> None:
    page.goto(address, wait_until="commit")
    expect(page.get_by_role("list", name="Tasks").get_by_role("listitem").first).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_be_editable()
    expect(page.get_by_role("status", name="Connection")).to_have_text("Connected")


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
