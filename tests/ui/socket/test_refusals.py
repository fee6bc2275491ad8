"""The socket refuses other origins, undeclared events, too long input and too many sockets; nothing is lost."""

import asyncio
import inspect
import pkgutil
from collections.abc import Iterator
from contextlib import AsyncExitStack
from importlib import import_module
from urllib.parse import urlsplit

import pytest
import reflex as rx
from playwright.async_api import expect
from reflex.state import BaseState

from taskchat_app import ui
from taskchat_app.ui.i18n import words
from taskchat_app.ui.socket.socket_limits import SOCKETS_PER_USER
from tests.failures.support.page_socket import page_socket
from tests.serving import Server
from tests.ui.visitor import Visit, Visitor, enter

pytestmark = pytest.mark.soak

HANDSHAKE = (
    "GET /_event/?EIO=4&transport=websocket&token=b1a7 HTTP/1.1\r\n"
    "Host: {host}\r\nOrigin: {origin}\r\nCookie: auth_token={token}\r\n"
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


async def handshake(server: Server, token: str, origin: str) -> int:
    """Return the status of the server's answer to a WebSocket handshake (RFC 6455)."""
    host = urlsplit(server.origin).netloc
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(server.origin).port)
    writer.write(HANDSHAKE.format(host=host, origin=origin, token=token).encode())
    status = int((await reader.readline()).split()[1])
    writer.close()
    await writer.wait_closed()
    return status


async def test_a_foreign_origin_is_refused_despite_a_valid_cookie(visitor: Visitor):
    for origin in ("https://evil.example", "http://localhost:1", "null"):
        assert await handshake(visitor.server, visitor.token, origin) == 403, origin
    assert await handshake(visitor.server, visitor.token, visitor.server.origin) == 101


async def test_a_cookie_of_another_app_is_ignored(visitor: Visitor):
    email = (await visitor.api("GET", "/api/auth/me")).json()["user"]["email"]
    for cookies in ("x; auth_token={}", "{}; auth_token=x"):
        async with page_socket(visitor.server, login=cookies.format(visitor.token)) as socket:
            await socket.boot()
            await socket.wait_for_frame(email)


def handlers_of(state: type[BaseState]) -> Iterator[tuple[str, str]]:
    """Return the handlers of the state and its substates with their source, without those that Reflex adds to all."""
    for below in state.get_substates():
        if below.__module__.startswith("taskchat_app."):
            for name, handler in below.event_handlers.items():
                if handler.fn.__module__.startswith("taskchat_app."):
                    yield f"{below.__name__}.{name}", inspect.getsource(handler.fn)
        yield from handlers_of(below)


def test_only_declared_events_can_be_called_over_the_socket():
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        import_module(module.name)
    handlers = dict(handlers_of(rx.State))
    assert "RowState.tick" in handlers
    assert [name for name, source in handlers.items() if not source.lstrip().startswith("@rx.event")] == []


TOO_LONG = "All my notes of this year. " * 8_000
"""216,000 characters: more than the page sends in one frame."""


async def test_a_far_too_long_message_returns_to_the_composer_and_a_refused_event_shows_a_notice(visitor: Visitor):
    await visitor.send(TOO_LONG)
    await expect(visitor.alert).to_contain_text("10,000")
    await expect(visitor.message_box).to_have_value(TOO_LONG.strip())
    await visitor.ask("add Buy milk", "Buy milk")

    await visitor.add_line.fill("a" * 10_001)
    await expect(visitor.alert).to_contain_text("Shorten it to 10,000 characters")
    await visitor.add_line.fill("")
    await visitor.add_task("Buy bread")
    await expect(visitor.checkbox("Complete #2 Buy bread")).to_be_visible()


async def test_a_refused_text_on_the_settings_page_has_a_notice(visit: Visit):
    page = (await visit(at="/settings")).page
    await enter(page.get_by_label("Time zone"), "a" * 10_001)
    await expect(page.get_by_role("alert")).to_contain_text("Shorten it to 10,000 characters")
    await enter(page.get_by_label("Time zone"), "Asia/Tokyo")
    await expect(page.get_by_text("Saved.")).to_be_visible()


async def test_a_page_beyond_the_socket_limit_says_so_and_connects_later(visitor: Visitor):
    async with AsyncExitStack() as others:
        for _ in range(SOCKETS_PER_USER - 1):
            other = await others.enter_async_context(page_socket(visitor.server, login=visitor.token))
            await other.send("40/_event,")
        page = await visitor.context.new_page()
        await page.goto(visitor.server.origin)
        await expect(page.get_by_role("alert")).to_contain_text(words.TOO_MANY_PAGES[:60])
        await expect(page.get_by_role("status", name="Connection")).to_have_text("Reconnecting")
    await expect(page.get_by_role("status", name="Connection")).to_have_text("Connected")
    await expect(page.get_by_role("alert")).to_have_count(0)
