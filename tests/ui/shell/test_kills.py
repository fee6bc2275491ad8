"""kill -9 of the server and of its database in mid-answer: an open page goes on by itself, nothing is done twice."""

import asyncio
import signal
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.failures.instances import chat_client, wait_until_available
from tests.serving import Server
from tests.standin import Standin, call, calls, hold_after, text
from tests.ui.visitor import Visit, Visitor

TOLD_MS = 20_000
"""The end of a killed server's turn is on the page within 15 s; the rest is for a slow machine."""
NETWORK = ("WebSocket", "net::ERR")
"""What a browser writes of a server that is gone."""


@pytest.fixture
def mortal(standin: Standin) -> Iterator[Server]:
    """A server of one test, with the page and the stand-in as its model."""
    with Server(GEMINI_API_KEY=standin.api_key, GEMINI_BASE_URL=standin.base_url) as server:
        yield server


async def test_a_page_outlives_all_that_is_killed_in_mid_answer(mortal: Server, visit: Visit, gemini: Standin) -> None:
    person = await visit(mortal)
    await person.page.evaluate("window.isTheSamePage = true")
    await in_mid_answer(person, gemini, "Buy milk", "One two three")
    mortal.kill_postgres()
    async with chat_client(mortal, token=person.token) as there:
        assert (await wait_until_available(there)).status_code == 200
    gemini.release()
    await person.hear("One two three")
    await check_done(person, "#1 Buy milk")

    await in_mid_answer(person, gemini, "Buy bread", "Four five six")
    await asyncio.to_thread(mortal.end, signal.SIGKILL)
    mortal.kill_postgres()
    await expect(person.page.get_by_role("status", name="Connection")).to_have_text("Reconnecting")
    await asyncio.to_thread(mortal.start)
    await expect(person.alert).to_contain_text("broke off", timeout=TOLD_MS)
    await check_done(person, "#1 Buy milk", "#2 Buy bread")

    gemini.script([calls(call("create_task", {"title": "Buy bread"})), text("Added it.")])
    await person.alert.get_by_role("button", name="Retry").click()
    await person.hear("Added it.")
    await expect(person.alert).to_have_count(0)
    await check_done(person, "#1 Buy milk", "#3 Buy bread")
    assert await person.page.evaluate("window.isTheSamePage === true")
    person.forgive(*NETWORK)


async def in_mid_answer(person: Visitor, gemini: Standin, title: str, words: str) -> None:
    """A task is added, the words are begun and the rest held back."""
    gemini.script([calls(call("create_task", {"title": title})), hold_after(text(words, pieces=3), 2)])
    await person.say(f"Add it: {title}")
    await expect(person.answers.last).to_contain_text(words[:8])


async def check_done(person: Visitor, *tasks: str) -> None:
    """Each message has one answer with one call, whose one task is in the list."""
    for each in (person.mine, person.answers, person.answers.locator("[data-tool][data-status=done]"), person.tasks):
        await expect(each).to_have_count(len(tasks))
    await expect(person.answers.locator("[data-tool]")).to_have_count(len(tasks))
    for task in tasks:
        await expect(person.checkbox(f"Complete {task}")).not_to_be_checked()
