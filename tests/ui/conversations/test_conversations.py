"""Conversations: search, keys, delete and restore, unread marks, loading earlier messages."""

import asyncio
import re

import pytest
from playwright.async_api import Locator, expect

from tests.chatting import answer_of, message
from tests.ui.visitor import PHONE, Visit, Visitor, box_of, choose_in_menu, enter

SHOW_TAB = """(state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
TO_THE_TOP = """(log) => {
    log.scrollTop = 0;
    const piece = log.querySelector(".mine");
    return [piece.id, piece.getBoundingClientRect().top];
}"""
ALT_DOWN = """(element) => element.dispatchEvent(
    new KeyboardEvent("keydown", { key: "ArrowDown", altKey: true, bubbles: true, cancelable: true }))"""
"""Press Alt and the arrow down; returns whether the page leaves them to the browser."""
LIKE_SAFARI = """window.ResizeObserver = class extends ResizeObserver {
    constructor(report) {
        const known = new Set();
        super((entries, observer) => {
            const isNews = ({ target, contentRect: { width, height } }) => known.has(target) || width + height > 0;
            if (entries.some(isNews)) report(entries, observer);
            for (const { target } of entries) known.add(target);
        });
    }
};"""
"""There the observer does not report an element that begins hidden."""
LONGER_THAN_AN_END_IS_SEEN = "() => new Promise((resolve) => setTimeout(resolve, 500))"
TOP_OF = """async (id) => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    return document.getElementById(id).getBoundingClientRect().top;
}"""
"""The top of an element as the last frame shows it: before its frame, the log has not moved it back yet."""


def listed(visitor: Visitor) -> Locator:
    return visitor.conversations.get_by_role("link")


def search_field(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("searchbox", name="Search conversations")


async def tell(visitor: Visitor, *sentences: str, thread_id: str | None = None) -> str:
    """Send these sentences in one conversation over the API; return the conversation's id."""
    for sentence in sentences:
        answer = await visitor.api("POST", "/api/chatkit", json=message(sentence, thread_id))
        thread_id = answer_of(answer).thread_id
    assert thread_id is not None
    return thread_id


async def test_a_deleted_conversation_disappears_in_every_tab_and_undo_restores_it(visitor: Visitor):
    await visitor.ask("add buy milk", "#1")
    path = await visitor.conversation_path()
    address = f"{visitor.server.origin}{path}"
    other = await visitor.open_tab(path)
    await expect(other.answers).to_have_count(1)
    row = visitor.conversations.get_by_role("listitem")
    await row.hover()
    await row.get_by_role("button", name="Rename").click()
    await expect(row.get_by_role("textbox")).to_be_focused()
    await visitor.page.keyboard.type("Shopping")
    await visitor.page.keyboard.press("Enter")
    await expect(listed(visitor)).to_have_text("Shopping")
    await expect(listed(visitor)).to_be_focused()
    await expect(listed(other)).to_have_text("Shopping")
    await expect(visitor.page.get_by_role("heading", name="Shopping")).to_be_visible()
    await row.hover()
    await row.get_by_role("button", name="Delete").click()
    await expect(visitor.notice).to_contain_text("Deleted “Shopping”")
    await visitor.notice.hover()  # keeps it
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/")
    await expect(visitor.user_messages).to_have_count(0)
    await expect(listed(visitor)).to_have_count(0)
    await expect(visitor.page.get_by_role("button", name="New conversation")).to_be_focused()
    await expect(other.page).to_have_url(f"{visitor.server.origin}/")
    await expect(listed(other)).to_have_count(0)
    await expect(visitor.checkbox("Complete #1 Buy milk")).to_be_visible()
    await visitor.page.keyboard.press("Control+z")
    await expect(visitor.page).to_have_url(address)
    await row.hover()
    await row.get_by_role("button", name="Delete").click()
    await visitor.undo()
    await expect(visitor.page).to_have_url(address)
    await expect(visitor.answers).to_have_count(1)
    await expect(listed(other)).to_have_text("Shopping")


@pytest.mark.soak
async def test_a_search_result_opens_its_message_in_a_long_conversation(visitor: Visitor):
    walls = [f"add paint wall {number}" for number in range(30)]
    thread_id = await tell(visitor, "add a needle in the haystack", *walls)
    await expect(listed(visitor)).to_have_count(1)
    await search_field(visitor).fill("need")
    results = visitor.page.get_by_role("list", name="Messages found").get_by_role("link")
    await expect(results).to_have_count(3)
    await expect(results.nth(1).locator("mark")).to_have_text("needle")
    await expect(results.nth(1)).to_have_accessible_name(re.compile("You: add a needle in the haystack$"))
    await search_field(visitor).press("ArrowDown")
    await visitor.page.keyboard.press("ArrowDown")
    await expect(results.nth(1)).to_be_focused()
    await visitor.page.keyboard.press("Enter")
    needle = visitor.user_messages.filter(has_text="needle")
    await expect(needle).to_have_attribute("data-lit", "true")
    await expect(needle).to_be_focused()
    await expect(needle).to_be_in_viewport()
    await expect(needle).not_to_have_attribute("data-lit", "true")
    await expect(visitor.page).to_have_url(re.compile(f"/c/{thread_id}#msg_"))
    await search_field(visitor).fill("nothing like this")
    await expect(visitor.page.get_by_text("No message or title has these words.")).to_be_visible()
    await search_field(visitor).fill("")
    await expect(listed(visitor)).to_have_count(1)
    await visitor.page.reload()
    await expect(needle).to_be_focused()
    await search_field(visitor).fill("haystack")
    await expect(results.first).to_contain_text("haystack")
    await visitor.page.reload()
    await expect(results.first).to_contain_text("haystack")
    await expect(search_field(visitor)).to_have_value("haystack")


@pytest.mark.soak
async def test_scrolling_up_loads_earlier_messages_without_moving_the_view(visitor: Visitor):
    thread_id = await tell(visitor, *(f"add paint wall {number}" for number in range(30)))
    await visitor.open(f"/c/{thread_id}")
    await expect(visitor.answers.last).to_be_in_viewport()
    before = await visitor.user_messages.count()
    assert before < 30
    while before < 30:
        piece, top = await visitor.log.evaluate(TO_THE_TOP)
        await expect(visitor.user_messages.nth(before)).to_be_attached()
        assert abs(await visitor.page.evaluate(TOP_OF, piece) - top) < 2
        before = await visitor.user_messages.count()
    await expect(visitor.page.get_by_role("button", name="Show earlier messages")).to_have_count(0)
    await visitor.page.get_by_role("button", name="Jump to latest").click()
    await expect(visitor.answers.last).to_be_in_viewport()


@pytest.mark.soak
async def test_an_unseen_answer_is_marked_until_its_end_is_seen(visitor: Visitor):
    thread_id = await tell(visitor, "add buy milk")
    link = listed(visitor).filter(has_text="add buy milk")
    await expect(link).to_have_accessible_name("add buy milk unread")
    other = await visitor.open_tab()
    await expect(listed(other)).to_have_accessible_name("add buy milk unread")
    await link.click()
    for tab in (visitor, other):
        await expect(listed(tab)).to_have_accessible_name("add buy milk")
    await expect(visitor.page).to_have_title("taskchat")
    await visitor.page.evaluate(SHOW_TAB, "hidden")
    await tell(visitor, "add buy bread", thread_id=thread_id)
    await expect(visitor.page).to_have_title("(1) taskchat")
    await expect(listed(other)).to_have_accessible_name("add buy milk unread")
    await expect(other.page).to_have_title("taskchat")
    await visitor.page.evaluate(SHOW_TAB, "visible")
    await expect(visitor.page).to_have_title("taskchat")
    for tab in (visitor, other):
        await expect(listed(tab)).to_have_accessible_name("add buy milk")


@pytest.mark.soak
async def test_on_a_phone_an_answer_behind_the_list_stays_unseen(visit: Visit):
    phone = await visit(**PHONE)
    thread_id = await tell(phone, "add buy milk")
    wide = await phone.open_tab()
    await wide.page.set_viewport_size({"width": 1280, "height": 800})
    await expect(listed(wide)).to_have_accessible_name("add buy milk unread")
    await phone.page.add_init_script(LIKE_SAFARI)
    await phone.open(f"/c/{thread_id}?task=1")
    panes = phone.page.get_by_role("navigation", name="Panes")
    await expect(panes.locator("[aria-current=page]")).to_have_text("Tasks")
    log = phone.page.get_by_role("log", name="Conversation", include_hidden=True)
    await expect(log.get_by_text("Buy milk").first).to_be_attached()
    await phone.page.evaluate(LONGER_THAN_AN_END_IS_SEEN)
    await phone.panel.get_by_role("checkbox").first.tap()
    await expect(wide.page.get_by_role("button", name="Done 1")).to_be_visible()
    await expect(listed(wide)).to_have_accessible_name("add buy milk unread")
    await panes.get_by_role("button", name="Chat").tap()
    await expect(listed(wide)).to_have_accessible_name("add buy milk")


@pytest.mark.soak
async def test_keys_move_in_the_list_and_switch_conversations_from_anywhere(visitor: Visitor):
    ids = [await tell(visitor, f"help {number}") for number in range(3)][::-1]
    addresses = [f"{visitor.server.origin}/c/{one}" for one in ids]
    links, keyboard = listed(visitor), visitor.page.keyboard
    await expect(links).to_have_count(3)
    await visitor.message_box.focus()
    for key, address in (("Down", 0), ("Down", 1), ("Down", 2), ("Down", 2), ("Up", 1)):
        await keyboard.press(f"Alt+Arrow{key}")
        await expect(visitor.page).to_have_url(addresses[address])
        await expect(links.nth(address)).to_have_attribute("aria-current", "page")
    await expect(visitor.message_box).to_be_focused()
    await links.first.focus()
    for key, place in (("ArrowDown", 1), ("End", 2), ("ArrowUp", 1), ("Home", 0)):
        await keyboard.press(key)
        await expect(links.nth(place)).to_be_focused()
    await keyboard.press("F2")
    await expect(visitor.page.get_by_role("textbox", name="Title of the conversation")).to_be_focused()
    await keyboard.type("Renamed")
    await keyboard.press("Enter")
    await expect(links.first).to_contain_text("Renamed")
    await expect(links.first).to_be_focused()
    await keyboard.press("Delete")
    await expect(links).to_have_count(2)
    await expect(links.first).to_be_focused()
    await expect(visitor.page).to_have_url(addresses[1])
    await keyboard.press("Enter")
    await expect(links.first).to_have_attribute("aria-current", "page")


@pytest.mark.soak
async def test_switching_by_keys_beside_a_closed_drawer_keeps_the_focus_and_an_edit(visit: Visit):
    visitor = await visit(viewport={"width": 900, "height": 800})
    for number in range(2):
        await tell(visitor, f"help {number}")
    await visitor.post_tasks("Pay rent")
    links = visitor.page.locator("a.conversation")
    await expect(links).to_have_count(2)
    checkbox, page = visitor.checkbox("Complete #1 Pay rent"), visitor.page
    await checkbox.focus()
    await page.keyboard.press("Alt+ArrowDown")
    await expect(links.first).to_have_attribute("aria-current", "page")
    await expect(checkbox).to_be_focused()
    await visitor.tasks.get_by_text("Pay rent").click()
    title = page.get_by_role("textbox", name="Title")
    await title.fill("Pay the")
    await page.keyboard.press("Alt+ArrowDown")
    await expect(links.last).to_have_attribute("aria-current", "page")
    await expect(title).to_be_focused()
    assert (await visitor.api("GET", "/api/tasks/1")).json()["title"] == "Pay rent"


@pytest.mark.soak
async def test_a_refused_title_stays_in_its_field(visitor: Visitor):
    await tell(visitor, "help")
    await listed(visitor).press("F2")
    field = visitor.page.get_by_role("textbox", name="Title of the conversation")
    await enter(field, "a" * 300)
    await expect(visitor.alert).to_contain_text("255")
    await tell(visitor, "what is due today?")
    await expect(listed(visitor)).to_contain_text("what is due today?")
    await expect(visitor.alert).to_contain_text("255")
    await expect(field).to_have_value("a" * 300)
    await expect(field).to_be_focused()
    await expect(field).to_have_accessible_description(re.compile("255"))
    await enter(field, "Shopping")
    await expect(listed(visitor).last).to_contain_text("Shopping")
    await expect(visitor.alert).to_have_count(0)


@pytest.mark.soak
async def test_alt_and_an_arrow_belong_to_a_select_and_to_an_open_dialog(visitor: Visitor):
    page = visitor.page
    await tell(visitor, "help")
    await visitor.post_tasks("Pay rent")
    await expect(listed(visitor)).to_have_count(1)
    await choose_in_menu(page, "Filter and sort")
    assert await page.get_by_role("combobox", name="Sort").evaluate(ALT_DOWN)
    await visitor.checkbox("Complete #1 Pay rent").press("d")
    assert await page.get_by_role("textbox", name="Due date").evaluate(ALT_DOWN)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert not await visitor.message_box.evaluate(ALT_DOWN)
    await expect(page).to_have_url(re.compile("/c/"))


@pytest.mark.soak
async def test_a_long_list_of_conversations_is_paged_and_fits_a_phone(visitor: Visitor):
    await asyncio.gather(*(tell(visitor, f"help {number}") for number in range(35)))
    await visitor.page.set_viewport_size({"width": 375, "height": 700})
    await visitor.open("/")
    await visitor.show_pane("Conversations")
    await expect(listed(visitor)).to_have_count(30)
    await visitor.conversations.evaluate("list => list.scrollTo(0, 1e6)")
    await expect(listed(visitor)).to_have_count(35)
    for control in (listed(visitor).first, *(await visitor.page.get_by_role("button", name="Delete").all())[:1]):
        assert (await box_of(control))["height"] >= 44
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.soak
async def test_on_a_touch_screen_titles_are_as_wide_as_the_list_and_the_open_one_has_the_actions(visit: Visit):
    for width in (1280, 390):
        visitor = await visit(viewport={"width": width, "height": 800}, has_touch=True)
        other = await tell(visitor, "add call the dentist about the appointment")
        opened = await tell(visitor, "add write the report for the board")
        await visitor.open(f"/c/{opened}")
        if width < 768:
            await visitor.page.get_by_role("button", name="Conversations", exact=True).tap()
        nav = visitor.conversations
        await expect(nav.get_by_role("button", name="Rename")).to_have_count(1)
        list_width = await nav.evaluate("(element) => element.clientWidth")
        for thread in (opened, other):
            title = nav.locator(f'[id="{thread}"] .conversation-title')
            assert await title.evaluate("(element) => element.clientWidth") > 0.5 * list_width
        await expect(nav.get_by_role("heading")).to_have_text(["Today"])
        await nav.get_by_role("button", name="More about the conversation").tap()
        await expect(nav.get_by_role("button", name="Delete")).to_have_count(2)
        await nav.get_by_role("button", name="More about the conversation").tap()
        row = nav.get_by_role("listitem").filter(has=visitor.page.locator("[aria-current=page]"))
        await row.get_by_role("button", name="Rename").tap()
        await expect(nav.get_by_role("textbox")).to_be_focused()
        await visitor.page.keyboard.press("Escape")
        await row.get_by_role("button", name="Delete").tap()
        await expect(listed(visitor)).to_have_count(1)
