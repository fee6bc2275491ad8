"""Fixtures: servers, a browser, and visitors."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest
import reflex as rx
from playwright.async_api import Browser, BrowserContext, expect
from reflex.istate.data import RouterData

from taskchat_app.domain.accounts.accounts import COOKIE
from taskchat_app.ui.i18n.language import current_language
from tests import browsers, evidence
from tests.conftest import SignedInPerson
from tests.failures.support.instances import Address, Instance
from tests.serving import NO_CERTIFICATES, Server
from tests.standin import Standin
from tests.ui.contexts import Contexts
from tests.ui.page_watch import PageWatch
from tests.ui.proxy import Proxy
from tests.ui.visitor import PASSWORD, Visit, Visitor

DOMAIN_KEY = "domain_pk_of_the_tests"


@pytest.fixture(scope="session")
def offline_server() -> Iterator[Server]:
    """A server without a key: the offline assistant answers; its webhooks may lead into private networks."""
    with Server(ALLOW_PRIVATE_HOOKS="true", CHATKIT_DOMAIN_KEY=DOMAIN_KEY) as server:
        yield server


@pytest.fixture(scope="session")
def standin() -> Iterator[Standin]:
    with Standin() as running:
        yield running


@pytest.fixture(scope="session")
def gemini_server(standin: Standin) -> Iterator[Server]:
    """A server whose model is the stand-in."""
    with Server(**standin.settings) as server:
        yield server


@pytest.fixture(scope="session")
def other_instance(gemini_server: Server, standin: Standin) -> Iterator[Instance]:
    """Another instance on the same database, without the page."""
    with Instance(TASKCHAT_HOME=gemini_server.home, **standin.settings) as instance:
        yield instance


@pytest.fixture
def gemini(standin: Standin) -> Standin:
    """The stand-in without requests and scripts of earlier tests."""
    standin.reset()
    return standin


@dataclass(frozen=True)
class Proxied:
    """A server with the stand-in as its model, and the proxy between it and the browser."""

    server: Server
    network: Proxy

    @property
    def without_proxy(self) -> Address:
        """The server's own address, which works while the proxy is cut."""
        return Address(f"http://127.0.0.1:{self.server.port}")

    @asynccontextmanager
    async def disconnected(self, visitor: Visitor) -> AsyncIterator[httpx.AsyncClient]:
        """Break the visitor's connection, and restore it at the end; yields a client of the API without the proxy."""
        await self.network.cut()
        await expect(visitor.connection).to_have_text("Reconnecting")
        origin, headers = self.without_proxy.origin, {"Authorization": f"Bearer {visitor.token}"}
        async with httpx.AsyncClient(base_url=origin, headers=headers, timeout=30) as client:
            yield client
        await self.network.restore()
        await expect(visitor.connection).to_have_text("Connected")
        visitor.ignore_network_errors()

    async def reconnect(self, visitor: Visitor) -> None:
        """Break the visitor's connection, and restore it."""
        async with self.disconnected(visitor):
            pass


@pytest.fixture(scope="session")
async def _proxied_server(standin: Standin) -> AsyncIterator[Proxied]:
    async with Proxy() as proxy:
        with Server(PUBLIC_URL=proxy.origin, **standin.settings) as server:
            proxy.target, server.origin = server.port, proxy.origin
            yield Proxied(server, proxy)


@pytest.fixture
async def proxied(_proxied_server: Proxied) -> AsyncIterator[Proxied]:
    """A server behind a proxy, which is restored after the test."""
    yield _proxied_server
    await _proxied_server.network.restore()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    evidence.follow(asyncio.get_running_loop())
    async with browsers.running(browsers.ONE_PROCESS) as running:
        yield running


@pytest.fixture(scope="session")
async def contexts(browser: Browser) -> Contexts:
    return Contexts(browser)


@pytest.fixture
async def browser_with_microphone() -> AsyncIterator[Browser]:
    """A browser that gives the microphone to each page: the headless shell gives it to a single one in no way."""
    async with browsers.running("--use-fake-ui-for-media-stream") as running:
        yield running


def new_tab(token: str, address: str = "") -> Any:
    """Return the states of a tab that has connected at this address, without a browser."""
    root = cast(Any, rx.State)(_reflex_internal_init=True)
    connect(root, token, address, address)
    return root


def connect(tab: Any, token: str, address: str, socket: str) -> None:
    """Let the tab be connected at this address over the socket of this name."""
    headers = {"cookie": f"{COOKIE}={token}", "origin": "http://localhost"}
    tab.router = RouterData.from_router_data({"headers": headers, "asPath": address, "sid": socket})


@pytest.fixture
def tab(signed_in: SignedInPerson) -> rx.State:
    return new_tab(signed_in.token)


@pytest.fixture
def german() -> Iterator[None]:
    before = current_language.set("de")
    yield
    current_language.reset(before)


def server_of(request: pytest.FixtureRequest) -> Server:
    """Return the server of the test: `proxied`, named before it, the stand-in's, or else the offline one."""
    if "proxied" in request.fixturenames:
        return request.getfixturevalue("proxied").server
    return request.getfixturevalue("gemini_server" if "gemini" in request.fixturenames else "offline_server")


@asynccontextmanager
async def visits(contexts: Contexts, request: pytest.FixtureRequest) -> AsyncIterator[Visit]:
    """Yield a factory of visitors in these contexts; see the fixture `visit`."""
    used: list[tuple[BrowserContext, Server]] = []
    watch = PageWatch()
    step: evidence.Step = request.getfixturevalue("step")

    async def make(
        *tasks: str | Mapping[str, object],
        server: Server | None = None,
        at: str | None = "/",
        signed_in: bool = True,
        **options: object,
    ) -> Visitor:
        server = server or server_of(request)
        context = await contexts.take(**options)
        used.append((context, server))
        watch.begin(context, server)
        token = await _register(server) if signed_in else ""
        visitor = Visitor(server, context, await context.new_page(), token, watch, step)
        if signed_in:
            await visitor.sign_in(token)
        await visitor.post_tasks(*tasks)
        if signed_in and at:
            await visitor.open(at)
        return visitor

    yield make
    failed = bool(watch.errors) or evidence.has_failed(request.node)
    if failed:
        await watch.keep_evidence()
    watch.end()
    for context, server in used:
        await contexts.give_back(context, server, after_failure=failed)
    assert watch.errors == []


@pytest.fixture
async def visit(contexts: Contexts, request: pytest.FixtureRequest) -> AsyncIterator[Visit]:
    """Factory of visitors of the test's server with new accounts: `await visit("Buy milk", at="/?view=all")` has a task
    and the page open, none with `at=None`; `signed_in=False` creates no account, `server` is another server.

    The test fails at its end if a page has made a request to another origin or logged an error.
    """
    async with visits(contexts, request) as make:
        yield make


@pytest.fixture
async def visitor(visit: Visit) -> Visitor:
    return await visit()


async def _register(server: Server) -> str:
    """Make an account; return its token."""
    body = {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD, "timezone": "UTC"}
    async with httpx.AsyncClient(base_url=server.origin, timeout=30, verify=NO_CERTIFICATES) as client:
        return (await client.post("/api/auth/register", json=body)).raise_for_status().json()["token"]
