"""Too long input and too many sockets are refused with a sentence, and nothing is lost."""

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import expect

from taskchat_app.ui.i18n import words
from taskchat_app.ui.socket.socket_limits import SOCKETS_PER_USER
from tests.failures.support.page_socket import page_socket
from tests.ui.visitor import Visit, Visitor

pytestmark = pytest.mark.soak

TOO_LONG = "All my notes of this year. " * 8_000
"""216,000 characters: more than the page sends in one frame."""


async def test_a_far_too_long_message_returns_to_the_composer_and_a_refused_event_shows_a_notice(visitor: Visitor):
    await visitor.send(TOO_LONG)
    await expect(visitor.alert).to_contain_text("10,000")
    await expect(visitor.message_box).to_have_value(TOO_LONG.strip())
    await visitor.ask("add Buy milk", "Buy milk")

    await visitor.page.get_by_role("textbox", name="Add a task").fill("a" * 10_001)
    await expect(visitor.alert).to_contain_text("Shorten it to 10,000 characters")
    await visitor.page.get_by_role("textbox", name="Add a task").fill("")
    await visitor.add_task("Buy bread")
    await expect(visitor.checkbox("Complete #2 Buy bread")).to_be_visible()


async def test_a_refused_text_on_the_settings_page_has_a_notice(visit: Visit):
    visitor = await visit(at="/settings")
    page = visitor.page
    await page.get_by_label("Time zone").fill("a" * 10_001)
    await page.get_by_label("Time zone").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Shorten it to 10,000 characters")
    await page.get_by_label("Time zone").fill("Asia/Tokyo")
    await page.get_by_label("Time zone").press("Enter")
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
