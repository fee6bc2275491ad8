"""Turns run independently of tabs: any tab follows and stops them."""

import asyncio
from collections.abc import Sequence
from typing import Any

from playwright.async_api import expect

from tests.chatting import message
from tests.failures.instances import Instance, chat_client, events_until, open_stream, remaining_events
from tests.serving import Server
from tests.standin import Reply, Standin, call, calls, hold_after, last_user_text, text, tool_results
from tests.ui.visitor import Visit, Visitor

TOLD_MS = 20_000
"""The end of a killed server's turn is on the page within 15 s; the rest is for a slow machine."""


def of_two(request: dict[str, Any]) -> Reply:
    """Each conversation adds its own task, waits, adds another, and tells of them in its own words."""
    name, made = last_user_text(request), len(tool_results(request))
    if made < 2:
        reply = calls(call("create_task", {"title": f"{name} {made + 1}"}))
        return hold_after(reply, 0) if made else reply
    return hold_after(text(f"{name} one, {name} two, {name} three.", pieces=6), 3)


async def test_two_turns_at_once_never_mix(visit: Visit, gemini_server: Server, gemini: Standin) -> None:
    gemini.script(of_two)
    person = await visit(gemini_server)
    other, third = await person.tab(), await person.tab()
    both = ((person, "Apples"), (other, "Pears"))
    for tab, name in both:
        await tab.say(name)
        await expect(tab.answers.locator("[data-status=done]")).to_have_count(1)
        await expect(third.page.get_by_role("link", name=name)).to_be_visible()
        await expect(third.page).to_have_url(f"{gemini_server.origin}/")
    await check_both(third, both)
    for _ in both:
        gemini.release()
    for tab, _ in both:
        await expect(tab.answers.locator("[data-status=done]")).to_have_count(2)
    await check_both(third, both)
    for _ in both:
        gemini.release()
    for tab, name in both:
        await tab.hear(f"{name} three.")
    await check_both(third, both, whole=True)
    await expect(person.tasks).to_have_count(4)


async def check_both(third: Visitor, both: Sequence[tuple[Visitor, str]], *, whole: bool = False) -> None:
    """A tab that goes from one conversation to the other sees in each what belongs there, and nothing of the other."""
    for (_, name), (_, foreign) in (both, both[::-1]):
        await third.page.get_by_role("navigation", name="Conversations").get_by_role("link", name=name).click()
        await expect(third.mine).to_contain_text(name)
        await expect(third.answers).to_have_count(1)
        await expect(third.answers.locator("[data-tool]").first).to_contain_text(f"{name} 1")
        if whole:
            await third.hear(f"{name} one, {name} two, {name} three.")
        await expect(third.log).not_to_contain_text(foreign)


async def test_parallel_calls_each_show_their_own_status(visit: Visit, gemini_server: Server, gemini: Standin) -> None:
    asked = (
        call("create_task", {"title": "Buy milk"}),
        call("complete_task", {"task_id": 99}),
        call("create_task", {"title": "Buy bread"}),
    )
    gemini.script([calls(*asked), hold_after(text("Two are added."), 0)])
    person = await visit(gemini_server)
    await person.say("Add both")
    cards = person.answers.locator("[data-tool]")
    await expect(cards).to_have_count(3)
    for card, status in zip(await cards.all(), ("done", "failed", "done"), strict=True):
        await expect(card).to_have_attribute("data-status", status)
    await expect(cards.first).to_contain_text("Buy milk")
    await expect(cards.last).to_contain_text("Buy bread")
    gemini.release()
    await person.hear("Two are added.")


async def test_a_turn_outlives_its_tab_and_is_stopped_from_another(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    gemini.script([hold_after(text("One two three", pieces=3), 2), hold_after(text("Four five six", pieces=3), 2)])
    person = await visit(gemini_server)
    await person.say("Count")
    await expect(person.answers).to_contain_text("One two")
    path = await person.page.evaluate("location.pathname")
    other = await person.tab(path)
    await person.page.close()
    await expect(other.answers).to_contain_text("One two")
    gemini.release()
    await other.hear("three")
    again = await other.tab(path)
    await other.say("Go on")
    for tab in (other, again):
        await expect(tab.answers.last).to_contain_text("Four five")
    await again.page.get_by_role("button", name="Stop").click()
    for tab in (other, again):
        await tab.hear("Four five")
        await expect(tab.answers.last).not_to_contain_text("six")
        await expect(tab.alert).to_have_count(0)


async def test_a_turn_of_another_instance_is_stopped_from_the_page(
    visit: Visit, gemini_server: Server, elsewhere: Instance, gemini: Standin
) -> None:
    gemini.script([text("Hello."), hold_after(text("One two three", pieces=3), 2)])
    person = await visit(gemini_server)
    await person.say("Good morning")
    await person.hear("Hello.")
    thread_id = (await person.page.evaluate("location.pathname")).rsplit("/", 1)[1]
    async with (
        chat_client(elsewhere, token=person.token) as there,
        open_stream(there.http, "/api/chatkit", json=message("Count", thread_id)) as answer,
    ):
        await events_until(answer, "text_delta")
        await person.page.reload()
        await person.page.get_by_role("button", name="Stop").click()
        await remaining_events(answer)
    await person.hear("One two")
    await expect(person.answers.last).not_to_contain_text("three")
    await expect(person.mine.last).to_contain_text("Count")


async def test_a_turn_whose_server_was_killed_offers_retry_by_itself(
    visit: Visit, gemini_server: Server, elsewhere: Instance, gemini: Standin
) -> None:
    first = calls(call("create_task", {"title": "Buy milk"}))
    gemini.script([text("Hello."), first, hold_after(text("One two", pieces=2), 1)])
    person = await visit(gemini_server)
    await person.say("Good morning")
    await person.hear("Hello.")
    thread_id = (await person.page.evaluate("location.pathname")).rsplit("/", 1)[1]
    async with (
        chat_client(elsewhere, token=person.token) as there,
        open_stream(there.http, "/api/chatkit", json=message("Add milk", thread_id)) as answer,
    ):
        await events_until(answer, "text_delta")
        await asyncio.to_thread(elsewhere.kill)
    await asyncio.to_thread(elsewhere.start_again)
    await expect(person.alert).to_contain_text("broke off", timeout=TOLD_MS)
    await expect(person.answers.last.locator("[data-tool]")).to_have_attribute("data-status", "done")
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), text("Added it.")])
    await person.alert.get_by_role("button", name="Retry").click()
    await person.hear("Added it.")
    await expect(person.alert).to_have_count(0)
    await expect(person.tasks).to_have_count(1)
