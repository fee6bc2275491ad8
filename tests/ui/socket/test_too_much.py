"""What is too long, and pages that are too many: refused in a sentence, with nothing lost."""

from contextlib import AsyncExitStack

from playwright.async_api import expect

from taskchat_app.ui.i18n import words
from taskchat_app.ui.socket.guard import SOCKETS_PER_USER
from tests.failures.page_socket import page_socket
from tests.serving import Server
from tests.ui.visitor import Visit

TOO_LONG = "All my notes of this year. " * 8_000
"""216,000 characters: more than the page sends in one frame."""


async def test_a_message_that_is_far_too_long_comes_back_whole_with_the_reason(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    await person.say(TOO_LONG)
    await expect(person.alert).to_contain_text("10,000")
    await expect(person.message_box).to_have_value(TOO_LONG.strip())
    await person.say("add Buy milk")
    await person.hear("Buy milk")


async def test_a_text_that_is_refused_unread_has_a_notice(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.page.get_by_role("textbox", name="Add a task").fill("a" * 10_001)
    await expect(person.alert).to_contain_text("Shorten it to 10,000 characters")
    await person.page.get_by_role("textbox", name="Add a task").fill("")
    await person.add_task("Buy milk")
    await expect(person.checkbox("Complete #1 Buy milk")).to_be_visible()


async def test_a_refused_text_on_the_settings_page_has_a_notice(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    page = (await person.tab("/settings")).page
    await page.get_by_label("Time zone").fill("a" * 10_001)
    await page.get_by_label("Time zone").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Shorten it to 10,000 characters")
    await page.get_by_label("Time zone").fill("Asia/Tokyo")
    await page.get_by_label("Time zone").press("Enter")
    await expect(page.get_by_text("Saved.")).to_be_visible()


async def test_a_page_for_which_there_is_no_room_says_so_and_connects_once_there_is(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    async with AsyncExitStack() as others:
        for _ in range(SOCKETS_PER_USER - 1):
            other = await others.enter_async_context(page_socket(offline_server, login=person.token))
            await other.send("40/_event,")
        page = await person.context.new_page()
        await page.goto(offline_server.origin)
        await expect(page.get_by_role("alert")).to_contain_text(words.TOO_MANY_PAGES[:60])
        await expect(page.get_by_role("status", name="Connection")).to_have_text("Reconnecting")
    await expect(page.get_by_role("status", name="Connection")).to_have_text("Connected")
    await expect(page.get_by_role("alert")).to_have_count(0)
