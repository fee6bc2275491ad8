"""Changes appear on every open page of the user without a reload."""

import re
from pathlib import Path

import psycopg
from playwright.async_api import expect

from taskchat_app.config import Settings
from taskchat_app.domain.storage.database import connection_string
from taskchat_app.ui.i18n import words
from tests.chatting import Chat, message
from tests.failures.instances import Instance, chat_client, events_until, open_stream, remaining_events
from tests.serving import Server
from tests.standin import Standin, call, calls, hold_after, text
from tests.ui.visitor import Visit, Visitor

LOGIN_ENDS_MS = 15_000


def conversations(person: Visitor):
    return person.page.get_by_role("navigation", name="Conversations")


async def marked(person: Visitor) -> None:
    """Leave a mark in the page that a reload would take away."""
    await person.page.evaluate("window.isTheSamePage = true")


async def is_marked(person: Visitor) -> bool:
    return await person.page.evaluate("window.isTheSamePage === true")


async def test_what_another_instance_does_is_on_the_page(
    visit: Visit, gemini_server: Server, elsewhere: Instance, gemini: Standin
) -> None:
    person = await visit(gemini_server)
    await marked(person)
    async with chat_client(elsewhere, token=person.token) as there:
        await there.add_task("Water plants")
        await expect(person.checkbox("Complete #1 Water plants")).to_be_visible()
        gemini.script([text("Hello.")])
        thread_id = (await there.send("Good morning")).thread_id
        await conversations(person).get_by_role("link", name="Good morning").click()
        await person.hear("Hello.")
        await check_answer(person, there, thread_id, gemini)
        await there.request("threads.update", thread_id=thread_id, title="Plans")
        await expect(conversations(person).get_by_role("link", name="Plans")).to_be_visible()
        await expect(person.page.get_by_role("heading", name="Plans")).to_be_visible()
        await there.request("threads.delete", thread_id=thread_id)
        await expect(person.alert).to_contain_text("This conversation was deleted.")
    await expect(person.page).to_have_url(re.compile(f"^{gemini_server.origin}/($|\\?)"))
    await expect(person.mine).to_have_count(0)
    await expect(conversations(person).get_by_role("link", name="Plans")).to_have_count(0)
    gemini.script([text("Here I am.")])
    await person.say("Are you there?")
    await person.hear("Here I am.")
    assert await is_marked(person)


async def check_answer(person: Visitor, there: Chat, thread_id: str, gemini: Standin) -> None:
    """A turn that runs elsewhere: the message, its calls as they come, Stop while it runs, and the whole answer."""
    asked = calls(call("create_task", {"title": "Buy milk"})), calls(call("complete_task", {"task_id": 99}))
    gemini.script([asked[0], hold_after(asked[1], 0), hold_after(text("One is added."), 0)])
    async with open_stream(there.http, "/api/chatkit", json=message("Add milk", thread_id)) as answer:
        await expect(person.mine.last).to_contain_text("Add milk")
        await expect(person.log.locator("[data-tool=create_task]")).to_have_attribute("data-status", "done")
        await expect(person.checkbox("Complete #2 Buy milk")).to_be_visible()
        await expect(person.page.get_by_role("button", name="Stop")).to_be_visible()
        await expect(person.log.locator("[data-tool=complete_task]")).to_have_count(0)
        gemini.release()
        await expect(person.log.locator("[data-tool=complete_task]")).to_have_attribute("data-status", "failed")
        gemini.release()
        await remaining_events(answer)
    await person.hear("One is added.")
    await expect(person.answers.last).to_contain_text("Added #2")
    await expect(person.answers).to_have_count(2)


async def test_a_tab_that_slept_shows_the_latest(visit: Visit, gemini_server: Server, gemini: Standin) -> None:
    gemini.script([text("Hello."), text("Nothing new."), hold_after(text("One two three", pieces=3), 2)])
    person = await visit(gemini_server)
    await person.say("Good morning")
    await person.hear("Hello.")
    sleeper = await person.tab(await person.page.evaluate("location.pathname"))
    await expect(sleeper.answers).to_have_count(1)
    await marked(sleeper)
    devtools = await sleeper.context.new_cdp_session(sleeper.page)
    await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    await person.say("Is there news?")
    await person.hear("Nothing new.")
    await person.api("POST", "/api/tasks", json={"title": "Water plants"})
    await expect(person.tasks).to_have_count(1)
    await devtools.send("Page.setWebLifecycleState", {"state": "active"})
    await expect(sleeper.answers.last).to_contain_text("Nothing new.")
    await expect(sleeper.checkbox("Complete #1 Water plants")).to_be_visible()

    await sleeper.context.set_offline(True)
    async with chat_client(gemini_server, token=person.token) as there:
        await there.request("threads.update", thread_id=person.page.url.rsplit("/", 1)[1], title="Plans")
        await there.add_task("Feed the cat")
        request = message("Count", person.page.url.rsplit("/", 1)[1])
        async with open_stream(there.http, "/api/chatkit", json=request) as answer:
            await events_until(answer, "text_delta")
            await sleeper.context.set_offline(False)
            await expect(sleeper.page.get_by_role("status", name="Connection")).to_have_text("Connected")
            await expect(sleeper.checkbox("Complete #2 Feed the cat")).to_be_visible()
            await expect(sleeper.page.get_by_role("heading", name="Plans")).to_be_visible()
            await expect(sleeper.answers.last).to_contain_text("One two")
            gemini.release()
            await sleeper.hear("three")
    assert await is_marked(sleeper)
    person.forgive("WebSocket", "net::ERR")


async def test_what_is_gone_leaves_every_tab(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    other = await person.tab()
    await person.add_task("Book the hotel")
    row = other.tasks.filter(has_text="Book the hotel")
    await row.hover()
    await row.get_by_role("button", name="Task details").click()
    detail = other.page.get_by_role("article", name="Task details")
    await expect(detail).to_contain_text("Book the hotel")
    await person.api("DELETE", "/api/tasks/1")
    await expect(detail).to_contain_text("This task is deleted.")
    await expect(person.tasks).to_have_count(0)
    assert (await person.api("DELETE", "/api/auth/me")).status_code == 204
    for tab in (person, other):
        await expect(tab.page).to_have_url(re.compile("/login"), timeout=LOGIN_ENDS_MS)


async def test_what_could_not_be_read_as_it_changed_is_shown_once_it_can_be(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    await person.say("add buy milk")
    await expect(person.page).to_have_url(re.compile("/c/"))
    await expect(person.checkbox("Complete #1 Buy milk")).to_be_visible()
    [talk] = (await person.api("GET", "/api/conversations")).json()["conversations"]
    await person.open("/")  # where nothing else is told of the conversation
    await expect(conversations(person).get_by_role("link", name="buy milk")).to_be_visible()
    home = Settings(taskchat_home=Path(offline_server.home))  # pyright: ignore[reportCallIssue]: the rest has defaults
    with psycopg.connect(connection_string(home), autocommit=True) as database:
        database.execute("ALTER TABLE thread_items RENAME TO thread_items_away")
        try:
            await person.api("PATCH", f"/api/conversations/{talk['id']}", json={"title": "Plans"})
            await expect(person.page.get_by_text(words.CONVERSATIONS_FAILED)).to_be_visible()
        finally:
            database.execute("ALTER TABLE thread_items_away RENAME TO thread_items")
    await expect(conversations(person).get_by_role("link", name="Plans")).to_be_visible()
