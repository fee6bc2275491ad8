"""Receipts under answers, and Undo."""

from playwright.async_api import Locator, expect

from tests.serving import Server
from tests.standin import Standin, call, calls, text
from tests.ui.visitor import Visit, Visitor


def receipt(person: Visitor) -> Locator:
    return person.answers.last.locator("[data-receipt]")


async def test_an_answer_says_what_it_did_and_undo_puts_it_back(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    other = await person.tab()
    await person.add_task("Call mum")
    await expect(person.tasks).to_have_count(1)
    await person.say("add buy milk and mark 1 as done")
    await expect(receipt(person)).to_have_attribute("data-receipt", "Added #2, completed #1")
    await expect(receipt(person)).to_contain_text("Added #2, completed #1")
    await expect(person.tasks).to_have_count(1)
    await receipt(person).get_by_role("button", name="Undo").click()
    await expect(person.page.get_by_role("status", name="Notice")).to_have_text("Put back #1, #2.")
    await expect(receipt(person)).to_contain_text("Undone")
    await expect(receipt(person).get_by_role("button")).to_have_count(0)
    for tab in (person, other):
        await expect(tab.checkbox("Complete #1 Call mum")).not_to_be_checked()
        await expect(tab.tasks).to_have_count(1)
    await person.page.reload()
    await expect(receipt(person)).to_contain_text("Undone")


async def test_a_claim_without_a_call_is_shown_to_have_changed_nothing(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    gemini.script([text("Done! I added #1 Buy milk.")])
    person = await visit(gemini_server)
    await person.say("Add milk")
    await person.hear("Done!")
    await expect(receipt(person)).to_have_text("Nothing changed")


async def test_what_was_changed_since_is_left_and_named(visit: Visit, gemini_server: Server, gemini: Standin) -> None:
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), text("Added.")])
    person = await visit(gemini_server)
    await person.say("Add milk")
    await person.hear("Added.")
    await person.api("PATCH", "/api/tasks/1", json={"title": "Buy oat milk"})
    await receipt(person).get_by_role("button", name="Undo").click()
    await expect(person.alert).to_contain_text("#1 was changed again since")
    await expect(person.checkbox("Complete #1 Buy oat milk")).to_be_visible()
    await expect(receipt(person).get_by_role("button", name="Undo")).to_be_visible()


async def test_undoing_elsewhere_shows_under_the_answer(visit: Visit, gemini_server: Server, gemini: Standin) -> None:
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), text("Added.")])
    person = await visit(gemini_server)
    await person.say("Add milk")
    await person.hear("Added.")
    await expect(receipt(person).get_by_role("button", name="Undo")).to_be_visible()
    changes = (await person.api("GET", "/api/activity")).json()["changes"]
    await person.api("POST", f"/api/activity/{changes[0]['id']}/undo")
    await expect(receipt(person)).to_contain_text("Undone")
    await expect(person.tasks).to_have_count(0)


async def test_a_task_number_in_an_answer_lights_the_task_up(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), text("It is #1, not `#1`.")])
    person = await visit(gemini_server)
    await person.say("Add milk")
    await person.hear("It is #1")
    for link in (person.answers.locator(".markdown a"), receipt(person).get_by_role("link", name="#1")):
        await link.click()
        await expect(person.page.locator(".task[data-lit=true]")).to_contain_text("Buy milk")
        await expect(person.page.locator(".task[data-lit=true]")).to_have_count(0)
    assert "/c/" in person.page.url
