"""Turns run independently of tabs: any tab follows and stops them."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.async_api import expect

from tests.chatting import message
from tests.failures.support.instances import Instance, chat_client, events_until, open_stream, remaining_events
from tests.standin import Reply, Standin, call, calls, hold_after, last_user_text, text, tool_results
from tests.ui.visitor import Visitor

TOLD_MS = 20_000
"""The page shows the end of a killed server's turn within 15 s; the rest is for a slow machine."""


def of_two(request: dict[str, Any]) -> Reply:
    """Script: each conversation adds its own task, waits, adds another, and answers with its own text."""
    name, made = last_user_text(request), len(tool_results(request))
    if made < 2:
        reply = calls(call("create_task", {"title": f"{name} {made + 1}"}))
        return hold_after(reply, 0) if made else reply
    return hold_after(text(f"{name} one, {name} two, {name} three.", pieces=6), 3)


@pytest.mark.soak
async def test_two_concurrent_turns_do_not_mix(visitor: Visitor, gemini: Standin):
    gemini.script(of_two)
    other, third = await visitor.open_tab(), await visitor.open_tab()
    both = ((visitor, "Apples"), (other, "Pears"))
    for tab, name in both:
        await tab.send(name)
        await expect(tab.answers.locator("[data-status=done]")).to_have_count(1)
        await expect(third.page.get_by_role("link", name=name)).to_be_visible()
        await expect(third.page).to_have_url(f"{visitor.server.origin}/")
    await check_both(third, both)
    for _ in both:
        gemini.release()
    for tab, _ in both:
        await expect(tab.answers.locator("[data-status=done]")).to_have_count(2)
    await check_both(third, both)
    for _ in both:
        gemini.release()
    for tab, name in both:
        await tab.expect_answer(f"{name} three.")
    await check_both(third, both, whole=True)
    await expect(visitor.tasks).to_have_count(4)


async def check_both(third: Visitor, both: Sequence[tuple[Visitor, str]], *, whole: bool = False) -> None:
    """Check that a tab that switches between the conversations sees in each only what belongs there."""
    for (_, name), (_, foreign) in (both, both[::-1]):
        await third.conversations.get_by_role("link", name=name).click()
        await expect(third.user_messages).to_contain_text(name)
        await expect(third.answers).to_have_count(1)
        await expect(third.answers.locator("[data-tool]").first).to_contain_text(f"{name} 1")
        if whole:
            await third.expect_answer(f"{name} one, {name} two, {name} three.")
        await expect(third.log).not_to_contain_text(foreign)


@pytest.mark.soak
async def test_parallel_calls_each_show_their_own_status(visitor: Visitor, gemini: Standin):
    asked = (
        call("create_task", {"title": "Buy milk"}),
        call("complete_task", {"task_id": 99}),
        call("create_task", {"title": "Buy bread"}),
    )
    gemini.script([calls(*asked), hold_after(text("Two are added."), 0)])
    await visitor.send("Add both")
    cards = visitor.answers.locator("[data-tool]")
    await expect(cards).to_have_count(3)
    for card, status in zip(await cards.all(), ("done", "failed", "done"), strict=True):
        await expect(card).to_have_attribute("data-status", status)
    await expect(cards.first).to_contain_text("Buy milk")
    await expect(cards.last).to_contain_text("Buy bread")
    gemini.release()
    await visitor.expect_answer("Two are added.")


async def test_a_turn_continues_without_its_tab_and_is_stopped_from_another(visitor: Visitor, gemini: Standin):
    gemini.script([hold_after(text("One two three", pieces=3), 2), hold_after(text("Four five six", pieces=3), 2)])
    await visitor.send("Count")
    await expect(visitor.answers).to_contain_text("One two")
    path = await visitor.conversation_path()
    other = await visitor.open_tab(path)
    await visitor.page.close()
    await expect(other.answers).to_contain_text("One two")
    gemini.release()
    await other.expect_answer("three")
    again = await other.open_tab(path)
    await other.send("Go on")
    for tab in (other, again):
        await expect(tab.answers.last).to_contain_text("Four five")
    await again.page.get_by_role("button", name="Stop").click()
    for tab in (other, again):
        await tab.expect_answer("Four five")
        await expect(tab.answers.last).not_to_contain_text("six")
        await expect(tab.alert).to_have_count(0)


@pytest.mark.soak
async def test_a_turn_elsewhere_is_stopped_from_the_page(visitor: Visitor, other_instance: Instance, gemini: Standin):
    gemini.script([text("Hello."), hold_after(text("One two three", pieces=3), 2)])
    await visitor.ask("Good morning", "Hello.")
    thread_id = (await visitor.conversation_path()).rsplit("/", 1)[1]
    async with (
        chat_client(other_instance, token=visitor.token) as there,
        open_stream(there.http, "/api/chatkit", json=message("Count", thread_id)) as answer,
    ):
        await events_until(answer, "text_delta")
        await visitor.page.reload()
        await visitor.page.get_by_role("button", name="Stop").click()
        await remaining_events(answer)
    await visitor.expect_answer("One two")
    await expect(visitor.answers.last).not_to_contain_text("three")
    await expect(visitor.user_messages.last).to_contain_text("Count")


@pytest.mark.soak
async def test_a_turn_of_a_killed_server_offers_retry(visitor: Visitor, other_instance: Instance, gemini: Standin):
    first = calls(call("create_task", {"title": "Buy milk"}))
    gemini.script([text("Hello."), first, hold_after(text("One two", pieces=2), 1)])
    await visitor.ask("Good morning", "Hello.")
    thread_id = (await visitor.conversation_path()).rsplit("/", 1)[1]
    async with (
        chat_client(other_instance, token=visitor.token) as there,
        open_stream(there.http, "/api/chatkit", json=message("Add milk", thread_id)) as answer,
    ):
        await events_until(answer, "text_delta")
        await asyncio.to_thread(other_instance.kill)
    await asyncio.to_thread(other_instance.start_again)
    await expect(visitor.alert).to_contain_text("broke off", timeout=TOLD_MS)
    await expect(visitor.answers.last.locator("[data-tool]")).to_have_attribute("data-status", "done")
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), text("Added it.")])
    await visitor.alert.get_by_role("button", name="Retry").click()
    await visitor.expect_answer("Added it.")
    await expect(visitor.alert).to_have_count(0)
    await expect(visitor.tasks).to_have_count(1)
