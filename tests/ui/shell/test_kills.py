"""kill -9 of the server and its database during an answer: the page recovers, and no change is made twice."""

import asyncio
import signal
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.failures.support.instances import chat_client, wait_until_available
from tests.serving import Server
from tests.standin import Standin, call, calls, hold_after, text
from tests.ui.visitor import NETWORK, Visit, Visitor

pytestmark = pytest.mark.soak

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
