"""A page whose browser has signed in to another account, in another tab, keeps and sends nothing of the former one."""

import re

import pytest
from playwright.async_api import Route, WebSocket, expect

from tests.standin import Standin, text
from tests.ui.conftest import Proxied
from tests.ui.visitor import Visit, Visitor, enter
from tests.waiting import until_async

pytestmark = pytest.mark.soak


async def search_messages(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([text("Of course.")])
    await visitor.ask("My salary", "Of course.")
    await visitor.page.get_by_role("searchbox", name="Search conversations").fill("salary")
    await expect(visitor.conversations.locator("mark").first).to_have_text("salary")


async def expect_page_of(stranger: Visitor, visitor: Visitor) -> None:
    email = (await stranger.api("GET", "/api/auth/me")).json()["user"]["email"]
    await expect(visitor.page.get_by_title(email)).to_be_visible()
    await expect(visitor.connection).to_have_text("Connected")
    await expect(visitor.page.get_by_role("searchbox", name="Search conversations")).to_have_value("")
    await expect(visitor.page.locator("body")).not_to_contain_text("salary")
    await expect(visitor.page).not_to_have_url(re.compile("salary|/c/"))


async def test_a_reconnect_shows_and_sends_nothing_of_the_old_account(visit: Visit, proxied: Proxied, gemini: Standin):
    visitor, stranger = await visit(), await visit()
    await visitor.add_task("Ask for a higher salary")
    await stranger.add_task("Theirs")
    await search_messages(visitor, gemini)
    detail = await visitor.open_task("Ask for a higher salary")
    title = detail.get_by_role("textbox", name="Title")
    await detail.get_by_role("button", name="Ask for a higher salary").click()
    async with proxied.disconnected(visitor):
        await enter(title, "My salary")
        await visitor.sign_in(stranger.token)
    await expect_page_of(stranger, visitor)
    await expect(visitor.checkbox("Complete #1 Theirs")).to_be_visible()
    assert (await stranger.api("GET", "/api/tasks/1")).json()["title"] == "Theirs"


async def test_a_loaded_page_shows_nothing_of_the_former_account(visit: Visit, proxied: Proxied, gemini: Standin):
    visitor, stranger = await visit(), await visit()
    await search_messages(visitor, gemini)
    await visitor.sign_in(stranger.token)
    await visitor.page.reload()
    await expect_page_of(stranger, visitor)


async def test_a_page_that_is_slow_to_leave_is_refused_until_then(visit: Visit, proxied: Proxied):
    visitor, stranger = await visit(), await visit()
    await visitor.add_task("Ask for a higher salary")
    await stranger.add_task("Theirs")
    sockets: list[WebSocket] = []

    async def hold_until_it_has_connected_again(route: Route) -> None:
        if route.request.is_navigation_request():
            before = len(sockets)
            await until_async(lambda: len(sockets) > before + 1, 20)
        await route.continue_()

    await visitor.page.route("**/*", hold_until_it_has_connected_again)
    visitor.page.on("websocket", lambda socket: sockets.append(socket))
    async with proxied.disconnected(visitor):
        await visitor.send("My salary")
        await visitor.sign_in(stranger.token)
    await expect(visitor.checkbox("Complete #1 Theirs")).to_be_visible()
    await expect(visitor.page.locator("body")).not_to_contain_text("salary")
    assert (await stranger.api("GET", "/api/conversations")).json()["conversations"] == []


async def test_a_reconnect_of_the_settings_shows_no_token_of_the_former_account(visit: Visit, proxied: Proxied):
    visitor, stranger = await visit(), await visit()
    page = (await visitor.open_tab("/settings")).page
    await page.get_by_label("Name of the program").fill("Backup script")
    await page.get_by_role("button", name="Create token").click()
    await expect(page.locator(".token-made")).to_contain_text("tc_")
    await visitor.page.close()
    visitor.page = page
    async with proxied.disconnected(visitor):
        await visitor.sign_in(stranger.token)
    await expect(page.locator(".token-made")).to_have_count(0)
    await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    await expect(page.get_by_text("Backup script")).to_have_count(0)
