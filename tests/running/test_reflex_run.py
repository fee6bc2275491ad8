"""`reflex run` with its options: users register, chat, reload and sign out, wherever page and API are served."""

import asyncio
import re
import socket
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, expect

from taskchat_app import __version__
from tests.running.support.reflex_run import ApiOnly, PageOnly, ReflexRun, TwoPorts, copy_of_project
from tests.ui.conftest import browser as browser
from tests.ui.visitor import PASSWORD, Visitor, fill_account_form
from tests.waiting import until

PAGE_TIMEOUT_MS = 60_000
"""A page server in development sends hundreds of modules, and may build them first."""
RELOAD_SECONDS = 90
UPDATE_SECONDS = 10
"""How long to wait for an open page to apply a change before reloading it."""
pytestmark = pytest.mark.soak

Meet = Callable[[ReflexRun], Awaitable[Visitor]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_project(tmp_path_factory.mktemp("checkout") / "taskchat")


@pytest.fixture(scope="module")
def two_ports(project: Path) -> Iterator[TwoPorts]:
    """A run in development with local state in visible folders of the project."""
    folders = {"TASKCHAT_HOME": "state/home", "REFLEX_WEB_WORKDIR": "state/web"}
    with TwoPorts(project, **{name: str(project / folder) for name, folder in folders.items()}) as running:
        yield running


@pytest.fixture
async def meet(browser: Browser) -> AsyncIterator[Meet]:
    """Factory of anonymous visitors; fails if a page sent requests to other hosts than page server and API."""
    requested: set[str] = set()
    allowed: set[str] = set()
    contexts: list[BrowserContext] = []

    async def make(running: ReflexRun) -> Visitor:
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(PAGE_TIMEOUT_MS)
        contexts.append(context)
        allowed.update(urlsplit(url).netloc for url in (running.origin, running.api))
        page = await context.new_page()
        page.on("request", lambda request: requested.add(urlsplit(request.url).netloc))
        page.on("websocket", lambda socket: requested.add(urlsplit(socket.url).netloc))
        return Visitor(running, context, page, "")

    expect.set_options(timeout=PAGE_TIMEOUT_MS)
    yield make
    for context in contexts:
        await context.close()
    assert requested <= allowed


async def register(visitor: Visitor) -> str:
    """Register a new account on the page and return its email."""
    email = f"{uuid.uuid4().hex}@example.org"
    await visitor.page.goto(f"{visitor.server.origin}/register")
    await fill_account_form(visitor.page, email, PASSWORD, "Create account")
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/")
    await expect(visitor.connection).to_have_text("Connected")
    return email


async def use_all_pages(visitor: Visitor) -> None:
    """Visit anonymously, register, chat, edit a title, reload, sign out, mistype the password, and sign in again."""
    origin, page = visitor.server.origin, visitor.page
    await page.goto(f"{origin}/settings")
    await expect(page).to_have_url(re.compile(f"^{origin}/login/?\\?next=%2Fsettings"))
    await expect(page.get_by_role("alert")).to_have_count(0)
    email = await register(visitor)
    await visitor.send("add buy milk tomorrow")
    await visitor.tasks.get_by_role("button", name="Buy milk").click()
    await page.get_by_role("textbox", name="Title").fill("Buy oat milk")
    await page.get_by_role("textbox", name="Title").press("Enter")
    await expect(visitor.tasks).to_contain_text("Buy oat milk")
    await page.reload()
    await expect(visitor.answers.last).to_contain_text("Buy milk")
    await expect(visitor.tasks).to_contain_text("Buy oat milk")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page).to_have_url(re.compile(f"^{origin}/login/?$"))
    await fill_account_form(page, email, "not the password", "Sign in")
    await expect(page.get_by_role("alert")).to_contain_text("password is wrong")
    await expect(page.get_by_label("Email")).to_have_value(email)
    await fill_account_form(page, email, PASSWORD, "Sign in")
    await expect(page).to_have_url(f"{origin}/")
    await expect(visitor.tasks).to_have_count(1)


async def test_page_and_api_on_two_ports(meet: Meet, two_ports: TwoPorts):
    assert two_ports.api != two_ports.origin
    await use_all_pages(await meet(two_ports))


async def test_local_state_in_the_project_reloads_nothing(meet: Meet, two_ports: TwoPorts):
    compiled = two_ports.output.count("Compiling")
    await register(await meet(two_ports))
    assert two_ports.output.count("Compiling") == compiled


async def test_the_page_works_at_127_0_0_1_as_at_localhost(meet: Meet, two_ports: TwoPorts):
    by_number = copy(two_ports)
    by_number.origin, by_number.api = (
        url.replace("localhost", "127.0.0.1") for url in (two_ports.origin, two_ports.api)
    )
    await register(await meet(by_number))


def test_page_and_api_listen_at_the_chosen_address_only(two_ports: TwoPorts):
    for url in (two_ports.origin, two_ports.api):
        with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.2", urlsplit(url).port or 0)):
            pass


async def test_a_change_of_the_source_reloads_page_and_api_and_leaves_postgres_running(meet: Meet, two_ports: TwoPorts):
    visitor = await meet(two_ports)
    await register(visitor)
    postgres = two_ports.postgres()[0]
    api = edited(two_ports.folder / "taskchat_app/__init__.py", __version__, "99.9.9")
    page = edited(two_ports.folder / "taskchat_app/ui/i18n/words.py", '"Offline assistant: ', '"Changed assistant: ')
    with api, page:
        until(lambda: version(two_ports) == "99.9.9", RELOAD_SECONDS)
        await expect_changed(visitor, "Changed assistant: ")
        await expect(visitor.connection).to_have_text("Connected")
        await visitor.send("add buy bread")
        await expect(visitor.tasks).to_have_count(1)
        assert two_ports.postgres()[0] == postgres


async def expect_changed(visitor: Visitor, words: str) -> None:
    """Wait until the page shows the text; reload it if it missed the page server's update."""
    async with asyncio.timeout(RELOAD_SECONDS):
        while True:
            try:
                return await expect(visitor.page.get_by_text(words)).to_be_visible(timeout=UPDATE_SECONDS * 1000)
            except AssertionError:
                await visitor.page.reload()


@contextmanager
def edited(file: Path, old: str, new: str) -> Iterator[None]:
    content = file.read_text()
    assert old in content
    file.write_text(content.replace(old, new))
    try:
        yield
    finally:
        file.write_text(content)


def version(running: ReflexRun) -> str:
    """Return the version that the API reports; empty while it reloads."""
    try:
        return httpx.get(f"{running.api}/api/health", timeout=5).json()["version"]
    except httpx.HTTPError:
        return ""


async def test_concurrent_runs_from_one_folder_are_independent(meet: Meet, project: Path):
    with ReflexRun(project, "--env", "prod") as first, ReflexRun(project, "--env", "preview") as second:
        await use_all_pages(await meet(first))
        await use_all_pages(await meet(second))


async def test_page_and_api_in_separate_processes(meet: Meet, project: Path):
    page = PageOnly(project, "--env", "prod", "--frontend-only")
    with ApiOnly(project, page) as api:
        page.find_api(api.api)
        with page:
            visitor = await meet(page)
            await use_all_pages(visitor)
            api.end()
            told = visitor.page.get_by_text("No connection to the server. What you write is sent")
            await expect(told).to_be_visible()
            await expect(visitor.connection).to_have_text("Reconnecting")
            await visitor.page.goto(f"{page.origin}/login")
            await expect_no_server(visitor, api.api)


async def expect_no_server(visitor: Visitor, address: str) -> None:
    await expect(visitor.page.get_by_text(f"This page cannot reach its server at {address}.")).to_be_visible()
    await expect(visitor.connection).to_have_text("Reconnecting")
