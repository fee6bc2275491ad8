"""The door, the chat, the conversations and the settings, in all their states."""

import re

from playwright.async_api import Locator, WebSocketRoute, expect

from tests.ui.gallery.cast import EARLIER, LONG_TITLE, Role
from tests.ui.gallery.replies import BREAK, DENTIST, DROP, STORY, TABLE
from tests.ui.gallery.states import show, state
from tests.ui.visitor import Visitor

SOCKET = re.compile(r".*/_event.*")


@state(Role.STRANGER)
async def login(person: Visitor) -> None:
    await person.page.goto(person.server.origin + "/login")
    await expect(person.page.get_by_label("Email")).to_be_visible()


@state(Role.STRANGER)
async def login_refused(person: Visitor) -> None:
    await login(person)
    await person.page.get_by_label("Email").fill("ada@example.org")
    await person.page.get_by_label("Password").fill("wrong horse battery")
    await person.page.get_by_role("button", name="Sign in").click()
    await expect(person.alert).to_be_visible()


@state(Role.STRANGER)
async def register(person: Visitor) -> None:
    await person.page.goto(person.server.origin + "/register")
    await expect(person.page.get_by_label("Email")).to_be_visible()


@state(Role.NEWCOMER, "tablet")
async def new_account(person: Visitor) -> None:
    await person.open("/")
    await expect(person.page.get_by_text("Offline assistant")).to_be_visible()


@state(Role.ADA)
async def empty_chat(person: Visitor) -> None:
    await person.open("/")
    await expect(person.page.locator(".suggestion").first).to_be_visible()


@state(Role.ADA, "tablet", screenshot="desktop-light", screenshot_phone="phone-dark")
async def conversation(person: Visitor) -> None:
    """The main page in the middle of a real conversation, kept for the README."""
    await person.open("/")
    await expect(_link(person, EARLIER[0])).to_be_attached()
    if await _link(person, "Remind me").count():
        await _open_conversation(person, "Remind me")
    else:
        for words in EARLIER:
            await _open_conversation(person, words)
            await expect(_link(person, words)).to_have_attribute("aria-current", "page")
            await expect(_link(person, words).locator(".unread")).to_have_count(0)
        await person.open("/")
        await person.say(DENTIST)
        await person.hear("is done")
        await person.say(DROP)
        await person.hear("another year")
    await expect(person.page.get_by_role("group", name="Confirm")).to_be_visible()
    await _rest(person)


@state(Role.ADA, "tablet")
async def drawer(person: Visitor) -> None:
    await conversation(person)
    await show(person, "Conversations")
    menu = person.page.get_by_role("button", name="Show conversations")
    if await menu.is_visible():
        await menu.click()


@state(Role.TALKER)
async def tool_cards(person: Visitor) -> None:
    await person.open("/")
    await person.say(TABLE)
    await person.hear("Prices")
    await person.answers.last.locator(".call summary").first.click()
    await person.log.evaluate("log => log.scrollTo(0, 0)")


@state(Role.TALKER)
async def markdown(person: Visitor) -> None:
    await person.open("/")
    await person.say(TABLE)
    await person.hear("Prices")
    await _rest(person)


@state(Role.TALKER)
async def streaming(person: Visitor) -> None:
    await person.open("/")
    await person.say(STORY)
    await expect(person.log).to_contain_text("Heavy things")


@state(Role.TALKER)
async def waiting_in_line(person: Visitor) -> None:
    await streaming(person)
    await person.say("And what does the van cost?")
    await expect(person.log).to_contain_text("Waiting for the answer")


@state(Role.TALKER)
async def failed_answer(person: Visitor) -> None:
    await person.open("/")
    await person.say(BREAK)
    await expect(person.alert).to_be_visible()


@state(Role.TALKER)
async def proposal_cancelled(person: Visitor) -> None:
    await person.open("/")
    await person.say(DROP)
    await person.hear("another year")
    await person.page.get_by_role("button", name="Cancel", exact=True).click()
    await expect(person.page.locator(".decided")).to_be_visible()
    await _rest(person)


@state(Role.TALKER)
async def editing_a_message(person: Visitor) -> None:
    await person.open("/")
    await person.say("Thank you")
    await person.hear("Done.")
    await person.mine.last.hover()
    await person.page.get_by_role("button", name="Edit message").last.click()
    await expect(person.page.get_by_role("textbox", name="New wording")).to_be_visible()


@state(Role.TALKER)
async def row_of_a_conversation(person: Visitor) -> None:
    await person.open("/")
    await show(person, "Conversations")
    await _conversations(person).get_by_role("link", name="Plan the week").hover()


@state(Role.TALKER)
async def conversation_search(person: Visitor) -> None:
    await person.open("/")
    await show(person, "Conversations")
    await person.page.get_by_role("searchbox", name="Search conversations").fill("tariff")
    await expect(_conversations(person).locator("mark").first).to_be_visible()


@state(Role.TALKER)
async def conversation_search_without_results(person: Visitor) -> None:
    await person.open("/")
    await show(person, "Conversations")
    await person.page.get_by_role("searchbox", name="Search conversations").fill("xylophone")
    await expect(person.page.get_by_text("No message or title")).to_be_visible()


@state(Role.TALKER)
async def unread_conversation(person: Visitor) -> None:
    await person.open("/")
    content = [{"type": "input_text", "text": "Said from the telephone"}]
    given = {"content": content, "attachments": [], "inference_options": {}}
    await person.api("POST", "/api/chatkit", json={"type": "threads.create", "params": {"input": given}})
    await show(person, "Conversations")
    await expect(person.page.locator(".unread").first).to_be_visible()


@state(Role.TALKER)
async def deleted_conversation(person: Visitor) -> None:
    await person.open("/")
    await show(person, "Conversations")
    row = person.page.locator(".conversation-row").first
    await row.hover()
    await row.get_by_role("button", name="Delete").click()
    await expect(person.page.get_by_text("Its tasks stay")).to_be_visible()


@state(Role.TALKER)
async def waiting_for_the_connection(person: Visitor) -> None:
    cut = False
    open_sockets: list[WebSocketRoute] = []

    async def pass_on(socket: WebSocketRoute) -> None:
        if cut:
            await socket.close()
        else:
            socket.connect_to_server()
            open_sockets.append(socket)

    await person.page.route_web_socket(SOCKET, pass_on)
    await person.open("/")
    cut = True
    for socket in open_sockets:
        await socket.close()
    await expect(person.page.get_by_role("status", name="Connection")).to_have_text("Reconnecting")
    await person.say("Add bread to the list")
    await expect(person.log).to_contain_text("Waiting for the connection")
    await person.page.wait_for_timeout(1000)  # the word shows only after a second


@state(Role.DOER)
async def choices(person: Visitor) -> None:
    for title in ("Write the report", "Send the report"):
        await person.api("POST", "/api/tasks", json={"title": title})
    await person.open("/")
    await person.say("complete the report")
    await expect(person.answers.locator("[data-receipt]").last).to_be_visible()
    await _rest(person)


@state(Role.NEWCOMER)
async def settings(person: Visitor) -> None:
    await person.page.goto(person.server.origin + "/settings")
    await expect(person.page.get_by_role("heading", name="Settings")).to_be_visible()
    await expect(person.page.get_by_label("Time zone")).to_have_value("UTC")


@state(Role.WORDY, "tablet")
async def awkward_words(person: Visitor) -> None:
    await person.open("/")
    await _open_conversation(person, LONG_TITLE[:20])
    await expect(person.mine.first).to_be_visible()
    await expect(person.page.locator(".task-item")).to_have_count(7)


@state(Role.WORDY)
async def awkward_words_in_conversations(person: Visitor) -> None:
    await awkward_words(person)
    await show(person, "Conversations")


@state(Role.GERMAN, "tablet")
async def german(person: Visitor) -> None:
    await _open_in_german(person)


@state(Role.GERMAN)
async def german_conversation(person: Visitor) -> None:
    await _open_in_german(person)
    await _open_conversation(person, "Was ist")
    await expect(person.page.locator(".answer").first).to_be_visible()


@state(Role.GERMAN)
async def german_settings(person: Visitor) -> None:
    await person.page.goto(person.server.origin + "/settings")
    await expect(person.page.get_by_role("heading", name="Einstellungen")).to_be_visible()


@state(Role.ADA)
async def loading(person: Visitor) -> None:
    await person.page.route_web_socket(SOCKET, lambda _: None)  # opened, and silent
    await person.page.goto(person.server.origin)
    await expect(person.page.locator(".skeleton").first).to_be_attached()
    await person.page.wait_for_timeout(1500)


@state(Role.STRANDED)
async def without_the_database(person: Visitor) -> None:
    await person.page.goto(person.server.origin)
    await expect(person.page.get_by_role("alert").first).to_be_visible()


@state(Role.STRANDED)
async def tasks_without_the_database(person: Visitor) -> None:
    await without_the_database(person)
    await show(person, "Tasks")


async def _open_in_german(person: Visitor) -> None:
    await person.page.goto(person.server.origin)
    await expect(person.page.locator(".task-item")).to_have_count(3)


def _conversations(person: Visitor) -> Locator:
    return person.page.get_by_role("navigation", name="Conversations")


def _link(person: Visitor, title: str) -> Locator:
    """The way to a conversation, hidden or not."""
    return person.page.locator("a.conversation").filter(has_text=title).first


async def _open_conversation(person: Visitor, title: str) -> None:
    await person.page.goto(person.server.origin + (await _link(person, title).get_attribute("href") or ""))


async def _rest(person: Visitor) -> None:
    """Nothing under the pointer, nothing glowing any more."""
    await person.page.mouse.move(0, 0)
    await person.page.wait_for_timeout(1500)
