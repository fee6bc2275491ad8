"""Changes appear on every open page of the user without a reload."""

import re
from datetime import datetime

import psycopg
import pytest
from playwright.async_api import expect

from taskchat_app.ui.i18n import words
from tests.chatting import Chat, message
from tests.failures.support.instances import Instance, chat_client, events_until, open_stream, remaining_events
from tests.standin import Standin, call, calls, hold_after, text
from tests.ui.conftest import Proxied
from tests.ui.visitor import Visitor
from tests.waiting import until_async

LOGIN_ENDS_MS = 15_000
WAITS_SECONDS = 60
"""For a page's first query, on a slow machine."""


def conversations(visitor: Visitor):
    return visitor.page.get_by_role("navigation", name="Conversations")


async def marked(visitor: Visitor) -> None:
    """Set a mark in the page that a reload would remove."""
    await visitor.page.evaluate("window.isTheSamePage = true")


async def is_marked(visitor: Visitor) -> bool:
    return await visitor.page.evaluate("window.isTheSamePage === true")


@pytest.mark.soak
async def test_changes_of_another_instance_are_shown(visitor: Visitor, other_instance: Instance, gemini: Standin):
    await marked(visitor)
    async with chat_client(other_instance, token=visitor.token) as there:
        await there.add_task("Water plants")
        await expect(visitor.checkbox("Complete #1 Water plants")).to_be_visible()
        gemini.script([text("Hello.")])
        thread_id = (await there.send("Good morning")).thread_id
        await conversations(visitor).get_by_role("link", name="Good morning").click()
        await visitor.expect_answer("Hello.")
        await check_answer(visitor, there, thread_id, gemini)
        await there.request("threads.update", thread_id=thread_id, title="Plans")
        await expect(conversations(visitor).get_by_role("link", name="Plans")).to_be_visible()
        await expect(visitor.page.get_by_role("heading", name="Plans")).to_be_visible()
        await there.request("threads.delete", thread_id=thread_id)
        await expect(visitor.alert).to_contain_text("This conversation was deleted.")
    await expect(visitor.page).to_have_url(re.compile(f"^{visitor.server.origin}/($|\\?)"))
    await expect(visitor.user_messages).to_have_count(0)
    await expect(conversations(visitor).get_by_role("link", name="Plans")).to_have_count(0)
    gemini.script([text("Here I am.")])
    await visitor.ask("Are you there?", "Here I am.")
    assert await is_marked(visitor)


async def check_answer(visitor: Visitor, there: Chat, thread_id: str, gemini: Standin) -> None:
    """Check a turn of another instance on the page: message, calls, Stop while it runs, complete answer."""
    asked = calls(call("create_task", {"title": "Buy milk"})), calls(call("complete_task", {"task_id": 99}))
    gemini.script([asked[0], hold_after(asked[1], 0), hold_after(text("One is added."), 0)])
    async with open_stream(there.http, "/api/chatkit", json=message("Add milk", thread_id)) as answer:
        await expect(visitor.user_messages.last).to_contain_text("Add milk")
        await expect(visitor.log.locator("[data-tool=create_task]")).to_have_attribute("data-status", "done")
        await expect(visitor.checkbox("Complete #2 Buy milk")).to_be_visible()
        await expect(visitor.page.get_by_role("button", name="Stop")).to_be_visible()
        await expect(visitor.log.locator("[data-tool=complete_task]")).to_have_count(0)
        gemini.release()
        await expect(visitor.log.locator("[data-tool=complete_task]")).to_have_attribute("data-status", "failed")
        gemini.release()
        await remaining_events(answer)
    await visitor.expect_answer("One is added.")
    await expect(visitor.answers.last).to_contain_text("Added #2")
    await expect(visitor.answers).to_have_count(2)


@pytest.mark.soak
async def test_a_suspended_tab_catches_up(proxied: Proxied, visitor: Visitor, gemini: Standin):
    gemini.script([text("Hello."), text("Nothing new."), hold_after(text("One two three", pieces=3), 2)])
    await visitor.ask("Good morning", "Hello.")
    sleeper = await visitor.open_tab(await visitor.conversation_path())
    await expect(sleeper.answers).to_have_count(1)
    await marked(sleeper)
    devtools = await sleeper.context.new_cdp_session(sleeper.page)
    await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    await visitor.ask("Is there news?", "Nothing new.")
    await visitor.post_tasks("Water plants")
    await expect(visitor.tasks).to_have_count(1)
    await devtools.send("Page.setWebLifecycleState", {"state": "active"})
    await expect(sleeper.answers.last).to_contain_text("Nothing new.")
    await expect(sleeper.checkbox("Complete #1 Water plants")).to_be_visible()

    await proxied.network.cut()
    visitor.ignore_errors("WebSocket", "net::ERR")
    async with chat_client(proxied.without_proxy, token=visitor.token) as there:
        await there.request("threads.update", thread_id=visitor.page.url.rsplit("/", 1)[1], title="Plans")
        await there.add_task("Feed the cat")
        request = message("Count", visitor.page.url.rsplit("/", 1)[1])
        async with open_stream(there.http, "/api/chatkit", json=request) as answer:
            await events_until(answer, "text_delta")
            await proxied.network.restore()
            await expect(sleeper.page.get_by_role("status", name="Connection")).to_have_text("Connected")
            await expect(sleeper.checkbox("Complete #2 Feed the cat")).to_be_visible()
            await expect(sleeper.page.get_by_role("heading", name="Plans")).to_be_visible()
            await expect(sleeper.answers.last).to_contain_text("One two")
            gemini.release()
            await sleeper.expect_answer("three")
    assert await is_marked(sleeper)


async def deleted_objects_disappear_in_every_tab(visitor: Visitor) -> None:
    other = await visitor.open_tab()
    await visitor.add_task("Book the hotel")
    detail = await other.open_task("Book the hotel")
    await visitor.api("DELETE", f"/api/tasks/{(await visitor.task('Book the hotel'))['number']}")
    await expect(detail).to_contain_text("This task is deleted.")
    await expect(visitor.tasks).to_have_count(0)
    assert (await visitor.api("DELETE", "/api/auth/me")).status_code == 204
    for tab in (visitor, other):
        await expect(tab.page).to_have_url(re.compile("/login"), timeout=LOGIN_ENDS_MS)


async def a_conversation_that_is_deleted_elsewhere_closes_quietly_behind_the_settings(visitor: Visitor) -> None:
    await visitor.send("add buy milk")
    path = await visitor.conversation_path()
    await visitor.api("POST", "/api/tokens", json={"name": "Backup script", "scopes": ["read"]})
    await visitor.page.get_by_role("link", name="Settings").click()
    await expect(visitor.page.get_by_role("list", name="Tokens")).to_be_visible()  # the server has opened the page
    back = visitor.page.get_by_role("link", name="Back to your tasks")
    await expect(back).to_have_attribute("href", path)
    await visitor.page.get_by_label("Name of the program").fill("Half a na")
    async with chat_client(visitor.server, token=visitor.token) as there:
        await there.request("threads.delete", thread_id=path.removeprefix("/c/"))
    await expect(back).to_have_attribute("href", "/")
    await expect(visitor.page.get_by_label("Name of the program")).to_have_value("Half a na")
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/settings")
    await back.click()
    await expect(visitor.alert).to_contain_text("This conversation was deleted.")
    await expect(visitor.user_messages).to_have_count(0)


async def test_what_is_deleted_elsewhere_disappears(visitor: Visitor):
    parts = (
        a_conversation_that_is_deleted_elsewhere_closes_quietly_behind_the_settings,
        deleted_objects_disappear_in_every_tab,
    )
    await visitor.go_through(parts)


@pytest.mark.soak
async def test_a_change_that_could_not_be_read_is_shown_later(visitor: Visitor):
    await visitor.send("add buy milk")
    await expect(visitor.page).to_have_url(re.compile("/c/"))
    await expect(visitor.checkbox("Complete #1 Buy milk")).to_be_visible()
    [talk] = (await visitor.api("GET", "/api/conversations")).json()["conversations"]
    await visitor.open("/")  # where nothing else is told of the conversation
    await expect(conversations(visitor).get_by_role("link", name="buy milk")).to_be_visible()
    with psycopg.connect(visitor.server.conninfo, autocommit=True) as database:
        database.execute("ALTER TABLE thread_items RENAME TO thread_items_away")
        try:
            await visitor.api("PATCH", f"/api/conversations/{talk['id']}", json={"title": "Plans"})
            await expect(visitor.page.get_by_text(words.CONVERSATIONS_FAILED)).to_be_visible()
        finally:
            database.execute("ALTER TABLE thread_items_away RENAME TO thread_items")
    await expect(conversations(visitor).get_by_role("link", name="Plans")).to_be_visible()


@pytest.mark.soak
async def test_a_page_opened_while_the_first_one_loads_shows_everything(visitor: Visitor):
    await visitor.ask("add buy milk", "Added #1")
    page = visitor.page
    talk = (await visitor.conversation_path()).removeprefix("/c/")
    await page.goto("about:blank")
    await visitor.api("PATCH", f"/api/conversations/{talk}", json={"title": "Plans"})
    with psycopg.connect(visitor.server.conninfo) as database, database.transaction():
        database.execute("LOCK TABLE threads")
        await page.goto(visitor.server.origin)
        await until_async(lambda: waiting_since(database), WAITS_SECONDS)
        first = waiting_since(database)
        await page.get_by_role("link", name="Settings").click()
        await until_async(lambda: waiting_since(database) != first, WAITS_SECONDS)
    await expect(page).to_have_url(f"{visitor.server.origin}/settings")
    await page.get_by_role("link", name="Back to your tasks").click()
    await expect(conversations(visitor).get_by_role("link", name="Plans")).to_be_visible()


def waiting_since(database: psycopg.Connection) -> datetime | None:
    """Return since when the last one waits for the table of the conversations."""
    query = "SELECT max(waitstart) FROM pg_locks WHERE NOT granted AND relation = 'threads'::regclass"
    [since] = database.execute(query).fetchone() or [None]
    return since
