"""Servers that are away, killed, others than before or without their database: the page loses nothing and recovers."""

import asyncio
import re
import signal
from collections.abc import Iterator

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.failures.support.instances import chat_client, wait_until_available
from tests.serving import Server
from tests.standin import Standin, call, calls, hold_after, text
from tests.ui.visitor import NETWORK, Visit, Visitor

pytestmark = pytest.mark.soak

NOTICE_MS = 12_000
BACK_MS = 30_000


async def test_a_page_that_finds_no_server_at_load_says_so_and_takes_no_input(visitor: Visitor):
    page = await visitor.context.new_page()
    away = [True]
    await page.route_web_socket(
        re.compile("/_event/"), lambda socket: socket.close() if away else socket.connect_to_server() and None
    )
    await page.goto(f"{visitor.server.origin}/")
    notice = page.get_by_role("status").filter(has_text=visitor.server.origin)
    await expect(notice).to_be_visible(timeout=NOTICE_MS)
    await expect(page.get_by_role("status", name="Connection")).to_have_text("Reconnecting")
    for name in ("Message", "Add a task"):
        await expect(page.get_by_role("textbox", name=name)).not_to_be_editable()
    await expect(page.get_by_role("button", name="Send")).to_be_disabled()
    away.clear()
    await expect(page.get_by_role("status", name="Connection")).to_have_text("Connected", timeout=BACK_MS)
    await expect(notice).to_have_count(0)
    await expect(page.get_by_role("textbox", name="Message")).to_be_editable()
    visitor.ignore_network_errors()


@pytest.mark.timeout(240)
async def test_a_page_leaves_another_instance_on_its_port_and_keeps_what_was_written(visit: Visit):
    with Server() as server:
        visitor = await visit("Before", server=server)
        await expect(visitor.tasks).to_have_count(1)
        server.end()
        await visitor.send("add milk")
        await visitor.add_task("Bread")
        other = Server(PORT=str(server.port))
        other.port, other.origin = server.port, server.origin
        with other:
            await expect(visitor.page).to_have_url(re.compile("/login"), timeout=BACK_MS)
            await expect(visitor.page.get_by_role("alert")).to_contain_text("signed out")
        server.start()
        await visitor.page.goto(f"{server.origin}/login")  # the login counts here, so it leads to the tasks
        await visitor.expect_answer("Milk")
        await expect(visitor.tasks).to_have_count(3)
        await visitor.page.close()
    visitor.ignore_network_errors()


def _with_another_schema(socket: WebSocketRoute) -> None:
    """Connect the page to its server as if it was built for another version of the app."""
    server = socket.connect_to_server()

    def pass_on(frame: str | bytes) -> None:
        server.send(
            re.sub(r'"state_schema":"\w+"', '"state_schema":"other"', frame) if isinstance(frame, str) else frame
        )

    socket.on_message(pass_on)


async def test_a_page_of_another_version_than_its_server_says_so_and_sends_nothing(visitor: Visitor):
    page = visitor.page
    await page.route_web_socket(re.compile("/_event/"), _with_another_schema)
    await page.goto(f"{visitor.server.origin}/")
    # Reflex reloads the page once.
    await expect(visitor.alert.filter(has_text="another version of taskchat")).to_be_visible(timeout=NOTICE_MS)
    await page.wait_for_timeout(1500)
    await expect(visitor.alert.filter(has_text="another version of taskchat")).to_be_visible()
    await expect(page.get_by_role("status", name="Connection")).to_have_text("Reconnecting")
    await visitor.send("add milk")
    await expect(visitor.user_messages.filter(has_text="Waiting for the connection")).to_have_count(1)
    assert (await visitor.api("GET", "/api/tasks")).json()["tasks"] == []


WAITING = "The server has not answered yet"
UNSURE = "your last change may be missing"
KEEP_CLICKING = """(button) => {
  button.click();
  const clicks = setInterval(() => button.click(), 300);
  return () => clearInterval(clicks);
}"""
LONGER_THAN_A_TICKED_ROW_IS_SEEN = "new Promise((resolve) => setTimeout(resolve, 2700))"


async def test_a_silent_or_lost_database_is_shown_and_the_page_recovers(visit: Visit):
    visitor = await visit("Buy milk")
    row = visitor.checkbox("Complete #1 Buy milk")
    await expect(row).to_be_visible()
    tasks = visitor.page.get_by_role("region", name="Tasks")
    views = tasks.locator(".views")
    waiting = visitor.page.get_by_role("status").filter(has_text=WAITING)

    with visitor.server.suspended_postgres():
        clicks = await views.get_by_role("button", name="Done").evaluate_handle(KEEP_CLICKING)
        await expect(waiting).to_be_visible()
        await clicks.evaluate("stop => stop()")
    await expect(row).to_have_count(0)
    await expect(waiting).to_have_count(0)
    await views.get_by_role("button", name="Open").click()
    await expect(row).to_be_visible()

    done = await views.get_by_role("button", name="Done").element_handle()
    await row.check()
    # Looks at each frame: the row leaves soon.
    await visitor.page.wait_for_function("(done) => done.textContent.endsWith('1')", arg=done)
    with visitor.server.suspended_postgres():
        await row.uncheck()
        await visitor.page.evaluate(LONGER_THAN_A_TICKED_ROW_IS_SEEN)
        await expect(row).not_to_be_checked()
    await expect(waiting).to_have_count(0)
    await expect(row).not_to_be_checked()

    # Once this is shown, the page has read all changes: only the click meets the outage.
    await visitor.api("PATCH", "/api/tasks/1", json={"priority": "high"})
    await expect(visitor.tasks.locator(".task-priority")).to_have_text("High")
    with visitor.server.unstartable_postgres():
        await row.click()
        await expect(visitor.alert.filter(has_text=UNSURE)).to_be_visible()
        await expect(tasks.get_by_role("button", name="Retry")).to_be_visible()
        await expect(row).to_have_count(0)
    await expect(row).not_to_be_checked()
    assert (await visitor.api("GET", "/api/tasks")).json()["counts"]["open"] == 1


TOLD_MS = 20_000
"""The page shows the end of a killed server's turn within 15 s; the rest is for a slow machine."""


@pytest.fixture
def killable_server(standin: Standin) -> Iterator[Server]:
    """A server for one test, with the page and the stand-in as its model."""
    with Server(**standin.settings) as server:
        yield server


async def test_the_page_recovers_from_kills_during_an_answer(killable_server: Server, visit: Visit, gemini: Standin):
    visitor = await visit(server=killable_server)
    await visitor.page.evaluate("window.isTheSamePage = true")
    await start_answer(visitor, gemini, "Buy milk", "One two three")
    killable_server.kill_postgres()
    async with chat_client(killable_server, token=visitor.token) as there:
        assert (await wait_until_available(there)).status_code == 200
    gemini.release()
    await visitor.expect_answer("One two three")
    await check_done(visitor, "#1 Buy milk")

    await start_answer(visitor, gemini, "Buy bread", "Four five six")
    await asyncio.to_thread(killable_server.end, signal.SIGKILL)
    killable_server.kill_postgres()
    await expect(visitor.connection).to_have_text("Reconnecting")
    await asyncio.to_thread(killable_server.start)
    await expect(visitor.alert).to_contain_text("broke off", timeout=TOLD_MS)
    await check_done(visitor, "#1 Buy milk", "#2 Buy bread")

    gemini.script([calls(call("create_task", {"title": "Buy bread"})), text("Added it.")])
    await visitor.alert.get_by_role("button", name="Retry").click()
    await visitor.expect_answer("Added it.")
    await expect(visitor.alert).to_have_count(0)
    await check_done(visitor, "#1 Buy milk", "#3 Buy bread")
    assert await visitor.page.evaluate("window.isTheSamePage === true")
    visitor.ignore_network_errors()


async def test_a_message_at_a_restart_waits_and_is_sent_once(killable_server: Server, visit: Visit, gemini: Standin):
    visitor = await visit(server=killable_server)
    other = await visitor.open_tab()
    await start_answer(visitor, gemini, "Buy milk", "One two three")
    ending = asyncio.create_task(asyncio.to_thread(killable_server.end))
    while (await visitor.api("GET", "/api/health")).status_code != 503:
        pass
    await other.send("Hello")
    await expect(other.user_messages.filter(has_text="Waiting")).to_have_count(1)
    gemini.release()
    await ending
    gemini.script([text("Here I am.")])
    await asyncio.to_thread(killable_server.start)
    await other.expect_answer("Here I am.")
    await expect(other.user_messages).to_have_count(1)
    await expect(other.conversations.get_by_role("link")).to_have_count(2)
    await expect(visitor.tasks).to_have_count(1)
    for tab in (visitor, other):
        tab.ignore_errors("WebSocket", NETWORK, "503")


async def start_answer(visitor: Visitor, gemini: Standin, title: str, words: str) -> None:
    """Start an answer that adds a task and writes its first words; the rest is held back."""
    gemini.script([calls(call("create_task", {"title": title})), hold_after(text(words, pieces=3), 2)])
    await visitor.send(f"Add it: {title}")
    await expect(visitor.answers.last).to_contain_text(words[:8])


async def check_done(visitor: Visitor, *tasks: str) -> None:
    """Check that each message has one answer with one call, and its task is in the list once."""
    for each in (
        visitor.user_messages,
        visitor.answers,
        visitor.answers.locator("[data-tool][data-status=done]"),
        visitor.tasks,
    ):
        await expect(each).to_have_count(len(tasks))
    await expect(visitor.answers.locator("[data-tool]")).to_have_count(len(tasks))
    for task in tasks:
        await expect(visitor.checkbox(f"Complete {task}")).not_to_be_checked()
