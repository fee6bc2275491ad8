"""Unsent messages are kept and sent once, in order, on any network."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.failures.support.instances import Address, chat_client
from tests.standin import Standin, hold_after, step_after, text
from tests.ui.conftest import Proxied
from tests.ui.contexts import new_window
from tests.ui.visitor import Visit, Visitor

CUT_MS, STALL_MS = 3_000, 10_000
"""The page shows that it is not connected within this time."""
BACK_MS = 15_000
"""The page reconnects within this time after the network is back."""
FOR_CONNECTION, FOR_ANSWER = "Waiting for the connection", "Waiting for the answer"
SLOW_TO_CONNECT = """window.WebSocket = class extends WebSocket {
  constructor(...address) {
    if (window.isAway) return { close() {}, send() {} };
    super(...address);
  }
};"""
"""While `window.isAway`, a connection is neither made nor refused, as on a network that loses all packets."""
AGE = """() => {
  for (const id of Object.keys(localStorage).filter((one) => one.includes(":waiting:"))) {
    localStorage.setItem(id, JSON.stringify({ ...JSON.parse(localStorage.getItem(id)), at: 0 }));
  }
}"""
"""Let the unsent messages be so old that any tab sends them."""


async def stored(visitor: Visitor) -> list[str]:
    """Return all messages of the user that the server has stored, read without the proxy."""
    async with chat_client(Address(f"http://127.0.0.1:{visitor.server.port}"), token=visitor.token) as chat:
        threads = (await chat.request("threads.list", limit=20, order="asc")).raise_for_status().json()["data"]
        items = [item for thread in threads for item in await chat.items(thread["id"])]
    return [item["content"][0]["text"] for item in items if item["type"] == "user_message"]


@pytest.mark.soak
async def test_messages_written_offline_are_sent_once_in_order(proxied: Proxied, visitor: Visitor, gemini: Standin):
    gemini.script([text("Answer one."), text("Answer two."), text("Answer three.")])
    await visitor.ask("Zero", "Answer one.")
    await proxied.network.cut()
    await expect(visitor.connection).to_have_text("Reconnecting", timeout=CUT_MS)
    for words in ("One", "Not this", "Two"):
        await visitor.send(words)
    await expect(visitor.user_messages.filter(has_text=FOR_CONNECTION)).to_have_count(3)
    await visitor.user_messages.filter(has_text="Not this").get_by_role("button", name="Remove").click()
    await visitor.user_messages.filter(has_text="Two").get_by_role("button", name="Edit").click()
    await expect(visitor.message_box).to_have_value("Two")
    await expect(visitor.message_box).to_be_focused()
    await visitor.message_box.press("Enter")
    await proxied.network.restore()
    await expect(visitor.connection).to_have_text("Connected", timeout=BACK_MS)
    await visitor.expect_answer("Answer three.")
    await expect(visitor.log).not_to_contain_text("Waiting")
    shown = await visitor.user_messages.all_inner_texts()
    assert [re.sub("\\s.*", "", words) for words in shown] == ["Zero", "One", "Two"]
    assert await stored(visitor) == ["Zero", "One", "Two"]
    visitor.ignore_network_errors()


@pytest.mark.soak
async def test_messages_written_during_a_stall_are_sent_once(proxied: Proxied, visitor: Visitor, gemini: Standin):
    gemini.script([text("Here I am."), text("Still here.")])
    proxied.network.stall()
    await visitor.send("Hello")
    await expect(visitor.user_messages).to_have_text(re.compile("^Hello"))
    await visitor.send("Anybody there?")
    await expect(visitor.connection).to_have_text("Reconnecting", timeout=STALL_MS)
    await expect(visitor.user_messages.filter(has_text=FOR_CONNECTION)).to_have_count(2)
    await proxied.network.restore()
    await expect(visitor.connection).to_have_text("Connected", timeout=BACK_MS)
    await visitor.expect_answer("Still here.")
    await expect(visitor.user_messages).to_have_count(2)
    await expect(visitor.conversations.get_by_role("link")).to_have_count(1)
    assert await stored(visitor) == ["Hello", "Anybody there?"]
    visitor.ignore_network_errors()


@pytest.mark.soak
@pytest.mark.parametrize("lost", ["the message", "the answer"])
async def test_a_message_cut_off_is_stored_once(proxied: Proxied, visitor: Visitor, gemini: Standin, lost: str):
    gemini.script([text("Once."), text("Twice.")])
    proxied.network.stall() if lost == "the message" else proxied.network.mute()
    await visitor.send("Hello")
    async with asyncio.timeout(60):
        while lost == "the answer" and await stored(visitor) != ["Hello"]:
            pass
    await proxied.network.cut()
    await expect(visitor.connection).to_have_text("Reconnecting")
    await proxied.network.restore()
    await visitor.expect_answer("Once.")
    await expect(visitor.user_messages).to_have_count(1)
    await expect(visitor.answers).to_have_count(1)
    await expect(visitor.log).not_to_contain_text("Waiting")
    await expect(visitor.page).to_have_url(re.compile("/c/"))
    assert await stored(visitor) == ["Hello"]
    visitor.ignore_network_errors()


@pytest.mark.soak
async def test_pending_messages_survive_a_reload_and_are_sent_once(proxied: Proxied, visitor: Visitor, gemini: Standin):
    gemini.script([text("Hello."), text("Still there.")])
    await visitor.ask("Zero", "Hello.")
    other = await visitor.open_tab(await visitor.conversation_path())
    await proxied.network.cut()
    await expect(visitor.connection).to_have_text("Reconnecting")
    await visitor.send("One")
    await expect(other.user_messages.filter(has_text=FOR_CONNECTION)).to_have_text(re.compile("One"))
    await proxied.network.restore()
    await visitor.page.reload()
    for tab in (visitor, other):
        await tab.expect_answer("Still there.")
        await expect(tab.user_messages).to_have_count(2)
        await expect(tab.answers).to_have_count(2)
        await expect(tab.log).not_to_contain_text("Waiting")
    assert await stored(visitor) == ["Zero", "One"]
    visitor.ignore_network_errors()


@pytest.mark.soak
@pytest.mark.parametrize("is_reloaded", [False, True])
async def test_a_tab_shows_what_another_tab_began(visit: Visit, proxied: Proxied, gemini: Standin, is_reloaded: bool):
    gemini.script([text("Hello."), text("Still there.")])
    other = await visit()
    own = Visitor(other.server, other.context, await new_window(other.context), other.token, other.watch)
    await own.page.add_init_script(SLOW_TO_CONNECT)
    await own.open("/")
    await own.page.evaluate("window.isAway = true")
    await proxied.network.cut()
    await expect(own.connection).to_have_text("Reconnecting")
    await own.send("One")
    await expect(own.user_messages.filter(has_text=FOR_CONNECTION)).to_have_text(re.compile("One"))
    await proxied.network.restore()
    await expect(other.connection).to_have_text("Connected")
    await other.page.evaluate(AGE)
    await other.page.reload()
    await expect(other.conversations.get_by_role("link")).to_have_count(1)
    await own.send("Two")
    await own.message_box.fill("A draft")
    if is_reloaded:
        await own.page.reload()
    else:
        await own.page.evaluate("window.isAway = false")
    await own.expect_answer("Still there.")
    await expect(own.user_messages).to_have_count(2)
    await expect(own.message_box).to_have_value("A draft")
    await expect(other.page).to_have_url(re.compile("/$"))
    await expect(other.user_messages).to_have_count(0)
    assert await stored(other) == ["One", "Two"]
    await expect(other.conversations.get_by_role("link")).to_have_count(1)
    other.ignore_network_errors()


@pytest.mark.soak
async def test_a_message_right_after_new_conversation_goes_there(proxied: Proxied, visitor: Visitor, gemini: Standin):
    gemini.script([text("Answer one."), text("Answer two.")])
    await visitor.ask("Here", "Answer one.")
    await expect(visitor.page).to_have_url(re.compile("/c/"))
    first = visitor.page.url
    proxied.network.stall()  # the server has not shown the new conversation yet
    await visitor.page.get_by_role("button", name="New conversation").click()
    await expect(visitor.page).not_to_have_url(re.compile("/c/"))
    await visitor.send("There")
    await visitor.message_box.fill("A draft")
    await proxied.network.restore()
    await visitor.expect_answer("Answer two.")
    await expect(visitor.user_messages).to_have_text([re.compile("^There")])
    await expect(visitor.message_box).to_have_value("A draft")
    await expect(visitor.page).to_have_url(re.compile("/c/"))
    assert visitor.page.url != first
    assert sorted(await stored(visitor)) == ["Here", "There"]
    visitor.ignore_network_errors()


@pytest.mark.soak
async def test_messages_written_during_an_answer_are_queued(visitor: Visitor, gemini: Standin):
    gemini.script([hold_after(text("The first answer.", pieces=6), 2), text("The second."), text("The third.")])
    await visitor.send("One")
    other = await visitor.open_tab(await visitor.conversation_path())
    await expect(other.page.get_by_role("button", name="Stop")).to_be_visible()
    await visitor.send("Two")
    await other.message_box.fill("Three")
    await other.page.get_by_role("button", name="Put in line").click()
    await visitor.send("Not this")
    for tab in (visitor, other):
        await expect(tab.user_messages.filter(has_text=FOR_ANSWER)).to_have_count(3)
        await expect(tab.page.get_by_role("button", name="Stop")).to_be_visible()
    await visitor.user_messages.filter(has_text="Not this").get_by_role("button", name="Remove").click()
    await expect(other.user_messages).to_have_count(3)
    gemini.release()
    for tab in (visitor, other):
        await tab.expect_answer("The third.")
        await expect(tab.answers).to_have_count(3)
        await expect(tab.user_messages).to_have_count(3)
    assert await stored(visitor) == ["One", "Two", "Three"]


@pytest.mark.soak
async def test_a_failure_stays_on_the_page_while_a_queued_message_is_answered(visitor: Visitor, gemini: Standin):
    gemini.script([step_after(text("Half.", pieces=2), 1, {"hold": True}, {"cut": "reset"}), text("Second.")])
    await visitor.send("One")
    other = await visitor.open_tab(await visitor.conversation_path())
    await expect(other.page.get_by_role("button", name="Stop")).to_be_visible()
    await visitor.send("Two")
    await expect(visitor.user_messages.filter(has_text=FOR_ANSWER)).to_have_count(1)
    gemini.release()
    await visitor.expect_answer("Second.")
    await visitor.page.reload()
    for tab in (visitor, other):
        await tab.expect_answer("Second.")
        await expect(tab.answers.first.locator(".notice")).to_contain_text("broke off")
        await expect(tab.alert).to_have_count(0)


async def test_a_message_is_shown_before_the_server_confirms_it(proxied: Proxied, visitor: Visitor, gemini: Standin):
    gemini.script([text("Hello.")])
    proxied.network.stall()  # the server has no part in it
    await visitor.send("How fast")
    await expect(visitor.user_messages).to_have_text(re.compile("How fast"))
    await expect(visitor.log.locator(".caret")).to_be_visible()
    await proxied.network.restore()
    await visitor.expect_answer("Hello.")


@pytest.mark.soak
async def test_pending_messages_are_not_sent_for_the_next_user(visit: Visit, proxied: Proxied, gemini: Standin):
    gemini.script([text("Mine.")])
    visitor, stranger = await visit(), await visit(at=None)
    await proxied.network.cut()
    await visitor.send("A secret wish")
    await expect(visitor.user_messages).to_contain_text(FOR_CONNECTION)
    await visitor.sign_in(stranger.token)
    await proxied.network.restore()
    await expect(visitor.user_messages).to_have_count(0)
    assert await stored(stranger) == []
    await visitor.sign_in(visitor.token)
    await visitor.page.reload()
    await visitor.expect_answer("Mine.")
    assert await stored(visitor) == ["A secret wish"]
    visitor.ignore_network_errors()


async def test_pending_messages_are_never_shown_to_the_next_user(visit: Visit, proxied: Proxied, gemini: Standin):
    gemini.script([text("Yours."), text("Mine.")])
    visitor, stranger = await visit(), await visit(at=None)
    await proxied.network.cut()
    await expect(visitor.connection).to_have_text("Reconnecting")
    await visitor.send("A secret wish")
    await expect(visitor.user_messages).to_contain_text(FOR_CONNECTION)
    await visitor.message_box.fill("A secret draft")
    await visitor.context.clear_cookies()
    await proxied.network.restore()
    await expect(visitor.page).to_have_url(re.compile("/login"))
    await visitor.sign_in(stranger.token)
    await visitor.open("/")
    await expect(visitor.message_box).to_have_value("")
    await expect(visitor.user_messages).to_have_count(0)
    await visitor.ask("Mine", "Yours.")
    await visitor.context.clear_cookies()
    await visitor.page.goto(f"{proxied.server.origin}/login")
    await expect(visitor.page.get_by_label("Password")).to_be_visible()
    await visitor.sign_in(visitor.token)
    await visitor.open("/")
    await expect(visitor.message_box).to_have_value("A secret draft")
    await visitor.expect_answer("Mine.")
    await expect(visitor.user_messages).to_have_count(1)
    assert await stored(visitor) == ["A secret wish"]
    assert await stored(stranger) == ["Mine"]
    visitor.ignore_network_errors()


@pytest.mark.soak
async def test_an_edited_message_survives_a_lost_connection(proxied: Proxied, visitor: Visitor, gemini: Standin):
    gemini.script([text("Hello."), text("Hello again.")])
    await visitor.ask("Good morning", "Hello.")
    box = await visitor.edit_last_message("Good evening")
    async with proxied.disconnected(visitor):
        await box.press_sequentially(" to you")
    await expect(box).to_have_value("Good evening to you")
    await expect(box).to_be_focused()
    await box.press("Enter")
    await visitor.expect_answer("Hello again.")
    assert await stored(visitor) == ["Good evening to you"]
