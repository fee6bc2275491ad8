"""States of the sign-in page, the chat, the conversations, the settings and the widget's page."""

import re

from playwright.async_api import Locator, WebSocketRoute, expect

from tests.chatting import message
from tests.ui.gallery.cast import EARLIER, LONG_TITLE, Role
from tests.ui.gallery.replies import BREAK, DENTIST, DROP, STORY, TABLE
from tests.ui.gallery.states import state
from tests.ui.visitor import Visitor, fill_account_form
from tests.widget import refuse_widget, serve_widget

SOCKET = re.compile(r".*/_event.*")


@state(Role.STRANGER)
async def login(visitor: Visitor) -> None:
    await visitor.page.goto(visitor.server.origin + "/login")
    await expect(visitor.page.get_by_label("Email")).to_be_visible()


@state(Role.STRANGER)
async def login_refused(visitor: Visitor) -> None:
    await login(visitor)
    await fill_account_form(visitor.page, "ada@example.org", "wrong horse battery", "Sign in")
    await expect(visitor.alert).to_be_visible()


@state(Role.STRANGER)
async def register(visitor: Visitor) -> None:
    await visitor.page.goto(visitor.server.origin + "/register")
    await expect(visitor.page.get_by_label("Email")).to_be_visible()


@state(Role.NEWCOMER, "tablet", at="/")
async def new_account(visitor: Visitor) -> None:
    await expect(visitor.page.get_by_text("Offline assistant")).to_be_visible()


@state(Role.ADA, at="/")
async def empty_chat(visitor: Visitor) -> None:
    await expect(visitor.page.locator(".suggestion").first).to_be_visible()


@state(Role.ADA, "tablet", at="/", screenshot="desktop-light", screenshot_phone="phone-dark")
async def conversation(visitor: Visitor) -> None:
    """The main page during a conversation, used by the README."""
    await expect(_link(visitor, EARLIER[0])).to_be_attached()
    if await _link(visitor, "Remind me").count():
        await _open_conversation(visitor, "Remind me")
    else:
        for words in EARLIER:
            await _open_conversation(visitor, words)
            await expect(_link(visitor, words)).to_have_attribute("aria-current", "page")
            await expect(_link(visitor, words).locator(".unread")).to_have_count(0)
        await visitor.open("/")
        await visitor.ask(DENTIST, "is done")
        await visitor.ask(DROP, "another year")
    await expect(visitor.page.get_by_role("group", name="Confirm")).to_be_visible()
    await _rest(visitor)


@state(Role.ADA, "tablet")
async def drawer(visitor: Visitor) -> None:
    await conversation(visitor)
    await visitor.show_pane("Conversations")
    menu = visitor.page.get_by_role("button", name="Show conversations")
    if await menu.is_visible():
        await menu.click()


@state(Role.TALKER, at="/")
async def tool_cards(visitor: Visitor) -> None:
    await visitor.ask(TABLE, "Prices")
    await visitor.answers.last.locator("[data-look-up=false] summary").first.click()
    await visitor.log.evaluate("log => log.scrollTo(0, 0)")


@state(Role.TALKER, at="/")
async def markdown(visitor: Visitor) -> None:
    await visitor.ask(TABLE, "Prices")
    await _rest(visitor)


@state(Role.TALKER)
async def streaming(visitor: Visitor) -> None:
    await _stop_answers(visitor)
    await visitor.open("/")
    await visitor.send(STORY)
    await expect(visitor.log).to_contain_text("Heavy things")


async def _stop_answers(visitor: Visitor) -> None:
    """Stop the answers of earlier pictures: only a few of one user are written at once."""
    stop = visitor.page.get_by_role("button", name="Stop", exact=True)
    for conversation in (await visitor.api("GET", "/api/conversations")).json()["conversations"]:
        if conversation["title"] == STORY:
            await visitor.open(f"/c/{conversation['id']}")
            await expect(visitor.log).to_contain_text(STORY)
            if await stop.is_visible():
                await stop.click()
                await expect(stop).to_be_hidden()


@state(Role.TALKER)
async def waiting_in_line(visitor: Visitor) -> None:
    await streaming(visitor)
    await visitor.send("And what does the van cost?")
    await expect(visitor.log).to_contain_text("Waiting for the answer")


@state(Role.TALKER, at="/")
async def failed_answer(visitor: Visitor) -> None:
    await visitor.send(BREAK)
    await expect(visitor.alert).to_be_visible()


@state(Role.TALKER, at="/")
async def proposal_cancelled(visitor: Visitor) -> None:
    await visitor.ask(DROP, "another year")
    await visitor.page.get_by_role("button", name="Cancel", exact=True).click()
    await expect(visitor.page.locator(".decided")).to_be_visible()
    await _rest(visitor)


@state(Role.TALKER, at="/")
async def editing_a_message(visitor: Visitor) -> None:
    await visitor.ask("Thank you", "Done.")
    await visitor.edit_last_message()


@state(Role.TALKER, at="/", pane="Conversations")
async def row_of_a_conversation(visitor: Visitor) -> None:
    await visitor.conversations.get_by_role("link", name="Plan the week").hover()


@state(Role.TALKER, at="/", pane="Conversations")
async def conversation_search(visitor: Visitor) -> None:
    await visitor.page.get_by_role("searchbox", name="Search conversations").fill("tariff")
    await expect(visitor.conversations.locator("mark").first).to_be_visible()


@state(Role.TALKER, at="/", pane="Conversations")
async def conversation_search_without_results(visitor: Visitor) -> None:
    await visitor.page.get_by_role("searchbox", name="Search conversations").fill("xylophone")
    await expect(visitor.page.get_by_text("No message or title")).to_be_visible()


@state(Role.TALKER, at="/")
async def unread_conversation(visitor: Visitor) -> None:
    await visitor.api("POST", "/api/chatkit", json=message("Said from the telephone"))
    await visitor.show_pane("Conversations")
    await expect(visitor.page.locator(".unread").first).to_be_visible()


@state(Role.TALKER, at="/", pane="Conversations")
async def deleted_conversation(visitor: Visitor) -> None:
    row = visitor.page.locator(".conversation-row").first
    await row.hover()
    more = row.locator(".conversation-more")
    if await more.is_visible():  # on touch screens
        await more.click()
    await row.get_by_role("button", name="Delete").click()
    await expect(visitor.page.get_by_text("Its tasks stay")).to_be_visible()


@state(Role.TALKER)
async def waiting_for_the_connection(visitor: Visitor) -> None:
    cut = False
    open_sockets: list[WebSocketRoute] = []

    async def pass_on(socket: WebSocketRoute) -> None:
        if cut:
            await socket.close()
        else:
            socket.connect_to_server()
            open_sockets.append(socket)

    await visitor.page.route_web_socket(SOCKET, pass_on)
    await visitor.open("/")
    cut = True
    for socket in open_sockets:
        await socket.close()
    await expect(visitor.connection).to_have_text("Reconnecting")
    await visitor.send("Add bread to the list")
    await expect(visitor.log).to_contain_text("Waiting for the connection")
    await visitor.page.wait_for_timeout(1000)  # the word shows only after a second


@state(Role.DOER)
async def choices(visitor: Visitor) -> None:
    await visitor.post_tasks("Write the report", "Send the report")
    await visitor.open("/")
    await visitor.send("complete the report")
    await expect(visitor.answers.locator("[data-receipt]").last).to_be_visible()
    await _rest(visitor)


@state(Role.NEWCOMER)
async def settings(visitor: Visitor) -> None:
    await visitor.page.goto(visitor.server.origin + "/settings")
    await expect(visitor.page.get_by_role("heading", name="Settings")).to_be_visible()
    await expect(visitor.page.get_by_label("Time zone")).to_have_value("UTC")


@state(Role.WORDY, "tablet", at="/")
async def awkward_words(visitor: Visitor) -> None:
    await _open_conversation(visitor, LONG_TITLE[:20])
    await expect(visitor.user_messages.first).to_be_visible()
    await expect(visitor.page.locator(".task-item")).to_have_count(7)


@state(Role.WORDY)
async def awkward_words_in_conversations(visitor: Visitor) -> None:
    await awkward_words(visitor)
    await visitor.show_pane("Conversations")


@state(Role.GERMAN, "tablet")
async def german(visitor: Visitor) -> None:
    await visitor.page.goto(visitor.server.origin)
    await expect(visitor.page.locator(".task-item")).to_have_count(3)


@state(Role.GERMAN)
async def german_conversation(visitor: Visitor) -> None:
    await german(visitor)
    await _open_conversation(visitor, "Was ist")
    await expect(visitor.page.locator(".answer").first).to_be_visible()


@state(Role.GERMAN)
async def german_settings(visitor: Visitor) -> None:
    await visitor.page.goto(visitor.server.origin + "/settings")
    await expect(visitor.page.get_by_role("heading", name="Einstellungen")).to_be_visible()


@state(Role.ADA)
async def loading(visitor: Visitor) -> None:
    await visitor.page.route_web_socket(SOCKET, lambda _: None)  # opened, and silent
    await visitor.page.goto(visitor.server.origin)
    await expect(visitor.page.locator(".skeleton").first).to_be_attached()
    await visitor.page.wait_for_timeout(1500)


@state(Role.STRANDED)
async def without_the_database(visitor: Visitor) -> None:
    await visitor.page.goto(visitor.server.origin)
    await expect(visitor.page.get_by_role("alert").first).to_be_visible()


@state(Role.STRANDED)
async def tasks_without_the_database(visitor: Visitor) -> None:
    await without_the_database(visitor)
    await visitor.show_pane("Tasks")


@state(Role.NEWCOMER)
async def widget(visitor: Visitor) -> None:
    await serve_widget(visitor.page)
    await visitor.open("/embed")
    await expect(visitor.page.get_by_text("What needs doing?")).to_be_visible()


@state(Role.NEWCOMER)
async def widget_without_script(visitor: Visitor) -> None:
    await refuse_widget(visitor.page)
    await visitor.open("/embed")
    await expect(visitor.alert).to_be_visible()


def _link(visitor: Visitor, title: str) -> Locator:
    """Return the link to a conversation, visible or not."""
    return visitor.page.locator("a.conversation").filter(has_text=title).first


async def _open_conversation(visitor: Visitor, title: str) -> None:
    await visitor.page.goto(visitor.server.origin + (await _link(visitor, title).get_attribute("href") or ""))


async def _rest(visitor: Visitor) -> None:
    """Move the pointer away and wait until highlights have ended."""
    await visitor.page.mouse.move(0, 0)
    await visitor.page.wait_for_timeout(1500)
