"""Unsent messages are kept and sent once, in order, on any network."""

import asyncio
import re
from typing import Any

import httpx
import pytest
from playwright.async_api import Locator, expect

from tests.serving import Server
from tests.standin import Standin, hold_after, text
from tests.ui.conftest import Proxied
from tests.ui.visitor import Visit, Visitor

CUT_MS, STALL_MS = 3_000, 10_000
"""So soon the page says that it is not connected."""
BACK_MS = 15_000
"""So soon after the network's return it is connected again."""
FOR_CONNECTION, FOR_ANSWER = "Waiting for the connection", "Waiting for the answer"
NETWORK = ("WebSocket", "net::ERR")
"""What a browser writes of a network that is gone."""


def status(person: Visitor) -> Locator:
    return person.page.get_by_role("status", name="Connection")


async def stored(person: Visitor, server: Server) -> list[str]:
    """All that the person has said, as the server has it, asked beside the proxy."""
    headers = {"Authorization": f"Bearer {person.token}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", headers=headers) as client:
        threads = (await _ask(client, "threads.list", limit=20, order="asc"))["data"]
        items = [
            item
            for thread in threads
            for item in (await _ask(client, "items.list", thread_id=thread["id"], limit=50, order="asc"))["data"]
        ]
    return [item["content"][0]["text"] for item in items if item["type"] == "user_message"]


async def _ask(client: httpx.AsyncClient, kind: str, **params: Any) -> dict[str, Any]:
    answer = await client.post("/api/chatkit", json={"type": kind, "params": params})
    return answer.raise_for_status().json()


async def test_what_is_written_during_a_cut_is_sent_once_and_in_order(
    visit: Visit, proxied: Proxied, gemini: Standin
) -> None:
    gemini.script([text("Answer one."), text("Answer two."), text("Answer three.")])
    person = await visit(proxied.server)
    await person.say("Zero")
    await person.hear("Answer one.")
    await proxied.network.cut()
    await expect(status(person)).to_have_text("Reconnecting", timeout=CUT_MS)
    for words in ("One", "Not this", "Two"):
        await person.say(words)
    await expect(person.mine.filter(has_text=FOR_CONNECTION)).to_have_count(3)
    await person.mine.filter(has_text="Not this").get_by_role("button", name="Remove").click()
    await person.mine.filter(has_text="Two").get_by_role("button", name="Edit").click()
    await expect(person.message_box).to_have_value("Two")
    await expect(person.message_box).to_be_focused()
    await person.message_box.press("Enter")
    await proxied.network.restore()
    await expect(status(person)).to_have_text("Connected", timeout=BACK_MS)
    await person.hear("Answer three.")
    await expect(person.log).not_to_contain_text("Waiting")
    assert [re.sub("\\s.*", "", words) for words in await person.mine.all_inner_texts()] == ["Zero", "One", "Two"]
    assert await stored(person, proxied.server) == ["Zero", "One", "Two"]
    person.forgive(*NETWORK)


async def test_a_stall_is_noticed_and_what_was_written_meanwhile_is_sent_once(
    visit: Visit, proxied: Proxied, gemini: Standin
) -> None:
    gemini.script([text("Here I am."), text("Still here.")])
    person = await visit(proxied.server)
    proxied.network.stall()
    await person.say("Hello")
    await expect(person.mine).to_have_text(re.compile("^Hello"))
    await person.say("Anybody there?")
    await expect(status(person)).to_have_text("Reconnecting", timeout=STALL_MS)
    await expect(person.mine.filter(has_text=FOR_CONNECTION)).to_have_count(2)
    await proxied.network.restore()
    await expect(status(person)).to_have_text("Connected", timeout=BACK_MS)
    await person.hear("Still here.")
    await expect(person.mine).to_have_count(2)
    await expect(person.page.get_by_role("navigation", name="Conversations").get_by_role("link")).to_have_count(1)
    assert await stored(person, proxied.server) == ["Hello", "Anybody there?"]
    person.forgive(*NETWORK)


@pytest.mark.parametrize("lost", ["the message", "the answer"])
async def test_a_message_that_was_cut_off_on_its_way_is_there_once(
    visit: Visit, proxied: Proxied, gemini: Standin, lost: str
) -> None:
    gemini.script([text("Once."), text("Twice.")])
    person = await visit(proxied.server)
    proxied.network.stall() if lost == "the message" else proxied.network.mute()
    await person.say("Hello")
    async with asyncio.timeout(10):
        while lost == "the answer" and await stored(person, proxied.server) != ["Hello"]:
            pass
    await proxied.network.cut()
    await expect(status(person)).to_have_text("Reconnecting")
    await proxied.network.restore()
    await person.hear("Once.")
    await expect(person.mine).to_have_count(1)
    await expect(person.answers).to_have_count(1)
    await expect(person.log).not_to_contain_text("Waiting")
    await expect(person.page).to_have_url(re.compile("/c/"))
    assert await stored(person, proxied.server) == ["Hello"]
    person.forgive(*NETWORK)


async def test_what_waits_survives_a_reload_and_goes_out_once_from_two_tabs(
    visit: Visit, proxied: Proxied, gemini: Standin
) -> None:
    gemini.script([text("Hello."), text("Still there.")])
    person = await visit(proxied.server)
    await person.say("Zero")
    await person.hear("Hello.")
    await expect(person.page).to_have_url(re.compile("/c/"))
    other = await person.tab(person.page.url.removeprefix(proxied.server.origin))
    await proxied.network.cut()
    await expect(status(person)).to_have_text("Reconnecting")
    await person.say("One")
    await expect(other.mine.filter(has_text=FOR_CONNECTION)).to_have_text(re.compile("One"))
    await proxied.network.restore()
    await person.page.reload()
    for tab in (person, other):
        await tab.hear("Still there.")
        await expect(tab.mine).to_have_count(2)
        await expect(tab.answers).to_have_count(2)
        await expect(tab.log).not_to_contain_text("Waiting")
    assert await stored(person, proxied.server) == ["Zero", "One"]
    person.forgive(*NETWORK)


async def test_what_is_written_right_after_a_click_on_new_conversation_goes_there(
    visit: Visit, proxied: Proxied, gemini: Standin
) -> None:
    gemini.script([text("Answer one."), text("Answer two.")])
    person = await visit(proxied.server)
    await person.say("Here")
    await person.hear("Answer one.")
    await expect(person.page).to_have_url(re.compile("/c/"))
    first = person.page.url
    proxied.network.stall()  # the server has not shown the new conversation yet
    await person.page.get_by_role("button", name="New conversation").click()
    await expect(person.page).not_to_have_url(re.compile("/c/"))
    await person.say("There")
    await person.message_box.fill("A draft")
    await proxied.network.restore()
    await person.hear("Answer two.")
    await expect(person.mine).to_have_text([re.compile("^There")])
    await expect(person.message_box).to_have_value("A draft")
    await expect(person.page).to_have_url(re.compile("/c/"))
    assert person.page.url != first
    assert sorted(await stored(person, proxied.server)) == ["Here", "There"]
    person.forgive(*NETWORK)


async def test_while_an_answer_is_written_the_next_messages_wait_in_line(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    gemini.script([hold_after(text("The first answer.", pieces=6), 2), text("The second."), text("The third.")])
    person = await visit(gemini_server)
    await person.say("One")
    await expect(person.page).to_have_url(re.compile("/c/"))
    other = await person.tab(person.page.url.removeprefix(gemini_server.origin))
    await expect(other.page.get_by_role("button", name="Stop")).to_be_visible()
    await person.say("Two")
    await other.message_box.fill("Three")
    await other.page.get_by_role("button", name="Put in line").click()
    await person.say("Not this")
    for tab in (person, other):
        await expect(tab.mine.filter(has_text=FOR_ANSWER)).to_have_count(3)
        await expect(tab.page.get_by_role("button", name="Stop")).to_be_visible()
    await person.mine.filter(has_text="Not this").get_by_role("button", name="Remove").click()
    await expect(other.mine).to_have_count(3)
    gemini.release()
    for tab in (person, other):
        await tab.hear("The third.")
        await expect(tab.answers).to_have_count(3)
        await expect(tab.mine).to_have_count(3)
    assert await stored(person, gemini_server) == ["One", "Two", "Three"]


async def test_the_message_is_on_the_screen_before_the_server_knows(
    visit: Visit, proxied: Proxied, gemini: Standin
) -> None:
    gemini.script([text("Hello.")])
    person = await visit(proxied.server)
    proxied.network.stall()  # the server has no part in it
    await person.say("How fast")
    await expect(person.mine).to_have_text(re.compile("How fast"))
    await expect(person.log.locator(".caret")).to_be_visible()
    await proxied.network.restore()
    await person.hear("Hello.")


async def test_what_waits_is_not_sent_for_somebody_else_who_signed_in_meanwhile(
    visit: Visit, proxied: Proxied, gemini: Standin
) -> None:
    gemini.script([text("Mine.")])
    person, stranger = await visit(proxied.server), await visit(proxied.server)
    await proxied.network.cut()
    await person.say("A secret wish")
    await expect(person.mine).to_contain_text(FOR_CONNECTION)
    cookie = {"name": "auth_token", "url": proxied.server.origin, "httpOnly": True}
    await person.context.add_cookies([{**cookie, "value": stranger.token}])  # pyright: ignore[reportArgumentType]
    await proxied.network.restore()
    await expect(person.mine).to_have_count(0)
    assert await stored(stranger, proxied.server) == []
    await person.context.add_cookies([{**cookie, "value": person.token}])  # pyright: ignore[reportArgumentType]
    await person.page.reload()
    await person.hear("Mine.")
    assert await stored(person, proxied.server) == ["A secret wish"]
    person.forgive(*NETWORK)


async def test_what_one_person_wrote_is_never_shown_to_another_on_the_same_browser(
    visit: Visit, proxied: Proxied, gemini: Standin
) -> None:
    gemini.script([text("Yours."), text("Mine.")])
    person, stranger = await visit(proxied.server), await visit(proxied.server)
    await proxied.network.cut()
    await expect(status(person)).to_have_text("Reconnecting")
    await person.say("A secret wish")
    await expect(person.mine).to_contain_text(FOR_CONNECTION)
    await person.message_box.fill("A secret draft")
    cookie = {"name": "auth_token", "url": proxied.server.origin, "httpOnly": True}
    await person.context.clear_cookies()
    await proxied.network.restore()
    await expect(person.page).to_have_url(re.compile("/login"))
    await person.context.add_cookies([{**cookie, "value": stranger.token}])  # pyright: ignore[reportArgumentType]
    await person.open("/")
    await expect(person.message_box).to_have_value("")
    await expect(person.mine).to_have_count(0)
    await person.say("Mine")
    await person.hear("Yours.")
    await person.page.goto(f"{proxied.server.origin}/login")
    await expect(person.page.get_by_label("Password")).to_be_visible()
    await person.context.add_cookies([{**cookie, "value": person.token}])  # pyright: ignore[reportArgumentType]
    await person.open("/")
    await expect(person.message_box).to_have_value("A secret draft")
    await person.hear("Mine.")
    await expect(person.mine).to_have_count(1)
    assert await stored(person, proxied.server) == ["A secret wish"]
    assert await stored(stranger, proxied.server) == ["Mine"]
    person.forgive(*NETWORK)
