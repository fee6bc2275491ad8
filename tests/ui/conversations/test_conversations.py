"""Conversations: searched, switched by keys, deleted and brought back, marked as unread, read back to their start."""

import asyncio
import json
import re
from typing import Any

from playwright.async_api import Locator, expect

from tests.serving import Server
from tests.ui.visitor import Visit, Visitor

SHOW_TAB = """(state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
TO_THE_TOP = """(log) => {
    log.scrollTop = 0;
    const piece = log.querySelector(".mine");
    return [piece.id, piece.getBoundingClientRect().top];
}"""
TOP_OF = "(id) => document.getElementById(id).getBoundingClientRect().top"


def listed(person: Visitor) -> Locator:
    return person.page.get_by_role("navigation", name="Conversations").get_by_role("link")


def search_field(person: Visitor) -> Locator:
    return person.page.get_by_role("searchbox", name="Search conversations")


async def tell(person: Visitor, *sentences: str, thread_id: str | None = None) -> str:
    """Say these in one conversation, as another device would; returns the conversation's id."""
    for sentence in sentences:
        content = [{"type": "input_text", "text": sentence}]
        params: dict[str, Any] = {"input": {"content": content, "attachments": [], "inference_options": {}}}
        kind = "threads.create" if thread_id is None else "threads.add_user_message"
        params |= {} if thread_id is None else {"thread_id": thread_id}
        answer = await person.api("POST", "/api/chatkit", json={"type": kind, "params": params})
        events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]
        thread_id = next(event["item"]["thread_id"] for event in events if "item" in event)
    assert thread_id is not None
    return thread_id


async def test_a_deleted_conversation_goes_from_every_tab_and_undo_brings_it_back(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    await person.say("add buy milk")
    await person.hear("#1")
    await expect(person.page).to_have_url(re.compile("/c/"))
    address = person.page.url
    other = await person.tab(address.removeprefix(offline_server.origin))
    await expect(other.answers).to_have_count(1)
    row = person.page.get_by_role("navigation", name="Conversations").get_by_role("listitem")
    await row.hover()
    await row.get_by_role("button", name="Rename").click()
    await expect(row.get_by_role("textbox")).to_be_focused()
    await person.page.keyboard.type("Shopping")
    await person.page.keyboard.press("Enter")
    await expect(listed(person)).to_have_text("Shopping")
    await expect(listed(person)).to_be_focused()
    await expect(listed(other)).to_have_text("Shopping")
    await expect(person.page.get_by_role("heading", name="Shopping")).to_be_visible()
    await row.hover()
    await row.get_by_role("button", name="Delete").click()
    await expect(person.page).to_have_url(f"{offline_server.origin}/")
    await expect(person.mine).to_have_count(0)
    await expect(listed(person)).to_have_count(0)
    await expect(person.page.get_by_role("button", name="New conversation")).to_be_focused()
    await expect(other.page).to_have_url(f"{offline_server.origin}/")
    await expect(listed(other)).to_have_count(0)
    await expect(person.checkbox("Complete #1 Buy milk")).to_be_visible()
    notice = person.page.get_by_role("status", name="Notice")
    await expect(notice).to_contain_text("Deleted “Shopping”")
    await notice.get_by_role("button", name="Undo").click()
    await expect(person.page).to_have_url(address)
    await expect(person.answers).to_have_count(1)
    await expect(listed(other)).to_have_text("Shopping")


async def test_search_leads_to_the_very_message_far_up_in_its_conversation(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    walls = [f"add paint wall {number}" for number in range(30)]
    thread_id = await tell(person, "add a needle in the haystack", *walls)
    await expect(listed(person)).to_have_count(1)
    await search_field(person).fill("need")
    results = person.page.get_by_role("list", name="Messages found").get_by_role("link")
    await expect(results).to_have_count(3)
    await expect(results.nth(1).locator("mark")).to_have_text("needle")
    await expect(results.nth(1)).to_have_accessible_name(re.compile("You: add a needle in the haystack$"))
    await search_field(person).press("ArrowDown")
    await person.page.keyboard.press("ArrowDown")
    await expect(results.nth(1)).to_be_focused()
    await person.page.keyboard.press("Enter")
    needle = person.mine.filter(has_text="needle")
    await expect(needle).to_be_focused()
    await expect(needle).to_be_in_viewport()
    await expect(needle).to_have_attribute("data-lit", "true")
    await expect(needle).not_to_have_attribute("data-lit", "true")
    await expect(person.page).to_have_url(re.compile(f"/c/{thread_id}#msg_"))
    await search_field(person).fill("nothing like this")
    await expect(person.page.get_by_text("No message or title has these words.")).to_be_visible()
    await search_field(person).fill("")
    await expect(listed(person)).to_have_count(1)
    await person.page.reload()
    await expect(needle).to_be_focused()


async def test_earlier_messages_come_as_one_scrolls_up_and_nothing_jumps(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    thread_id = await tell(person, *(f"add paint wall {number}" for number in range(30)))
    await person.open(f"/c/{thread_id}")
    await expect(person.answers.last).to_be_in_viewport()
    before = await person.mine.count()
    assert before < 30
    while before < 30:
        piece, top = await person.log.evaluate(TO_THE_TOP)
        await expect(person.mine.nth(before)).to_be_attached()
        assert abs(await person.page.evaluate(TOP_OF, piece) - top) < 2
        before = await person.mine.count()
    await expect(person.page.get_by_role("button", name="Show earlier messages")).to_have_count(0)
    await person.page.get_by_role("button", name="Jump to latest").click()
    await expect(person.answers.last).to_be_in_viewport()


async def test_an_answer_that_nobody_saw_is_marked_until_its_end_is_seen(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    thread_id = await tell(person, "add buy milk")
    link = listed(person).filter(has_text="add buy milk")
    await expect(link).to_have_accessible_name("add buy milk unread")
    other = await person.tab()
    await expect(listed(other)).to_have_accessible_name("add buy milk unread")
    await link.click()
    for tab in (person, other):
        await expect(listed(tab)).to_have_accessible_name("add buy milk")
    await expect(person.page).to_have_title("taskchat")
    await person.page.evaluate(SHOW_TAB, "hidden")
    await tell(person, "add buy bread", thread_id=thread_id)
    await expect(person.page).to_have_title("(1) taskchat")
    await expect(listed(other)).to_have_accessible_name("add buy milk unread")
    await expect(other.page).to_have_title("taskchat")
    await person.page.evaluate(SHOW_TAB, "visible")
    await expect(person.page).to_have_title("taskchat")
    for tab in (person, other):
        await expect(listed(tab)).to_have_accessible_name("add buy milk")


async def test_keys_move_through_the_list_and_switch_from_anywhere(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    ids = [await tell(person, f"help {number}") for number in range(3)][::-1]
    addresses = [f"{offline_server.origin}/c/{one}" for one in ids]
    links, keyboard = listed(person), person.page.keyboard
    await expect(links).to_have_count(3)
    await person.message_box.focus()
    for key, address in (("Down", 0), ("Down", 1), ("Down", 2), ("Down", 2), ("Up", 1)):
        await keyboard.press(f"Alt+Arrow{key}")
        await expect(person.page).to_have_url(addresses[address])
        await expect(links.nth(address)).to_have_attribute("aria-current", "page")
    await expect(person.message_box).to_be_focused()
    await links.first.focus()
    for key, place in (("ArrowDown", 1), ("End", 2), ("ArrowUp", 1), ("Home", 0)):
        await keyboard.press(key)
        await expect(links.nth(place)).to_be_focused()
    await keyboard.press("F2")
    await expect(person.page.get_by_role("textbox", name="Title of the conversation")).to_be_focused()
    await keyboard.type("Renamed")
    await keyboard.press("Enter")
    await expect(links.first).to_contain_text("Renamed")
    await expect(links.first).to_be_focused()
    await keyboard.press("Delete")
    await expect(links).to_have_count(2)
    await expect(links.first).to_be_focused()
    await expect(person.page).to_have_url(addresses[1])
    await keyboard.press("Enter")
    await expect(links.first).to_have_attribute("aria-current", "page")


async def test_a_long_list_comes_by_page_and_fits_a_phone(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await asyncio.gather(*(tell(person, f"help {number}") for number in range(35)))
    await person.page.set_viewport_size({"width": 375, "height": 700})
    await person.open("/")
    await person.page.get_by_role("navigation", name="Panes").get_by_role("button", name="Conversations").click()
    await expect(listed(person)).to_have_count(30)
    await person.page.get_by_role("navigation", name="Conversations").evaluate("list => list.scrollTo(0, 1e6)")
    await expect(listed(person)).to_have_count(35)
    for control in (listed(person).first, *(await person.page.get_by_role("button", name="Delete").all())[:1]):
        box = await control.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    assert await person.page.evaluate("document.documentElement.scrollWidth") == 375
