"""Retry and edit undo the old turn first; each draft is sent once."""

import asyncio
import re
from urllib.parse import urlsplit

from playwright.async_api import expect

from tests.serving import Server
from tests.standin import Standin, call, calls, error, text
from tests.ui.visitor import Visit


async def test_answering_again_never_doubles_what_was_done(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    added = calls(call("create_task", {"title": "Buy milk"}))
    gemini.script([added, text("First."), added, text("Second.")])
    person = await visit(gemini_server)
    await person.say("Add milk")
    await person.hear("First.")
    await person.answers.last.get_by_role("button", name="Answer again").click()
    await person.hear("Second.")
    await expect(person.answers).to_have_count(1)
    await expect(person.tasks).to_have_count(1)
    await expect(person.checkbox("Complete #2 Buy milk")).to_be_visible()


async def test_what_could_not_be_put_back_is_named_in_the_conversation(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), text("First."), text("Second.")])
    person = await visit(gemini_server)
    await person.say("Add milk")
    await person.hear("First.")
    await person.api("PATCH", "/api/tasks/1", json={"title": "Buy oat milk"})
    await person.answers.last.get_by_role("button", name="Answer again").click()
    await person.hear("Second.")
    await expect(person.answers.locator(".notice")).to_contain_text("#1 was changed again since")
    await expect(person.checkbox("Complete #1 Buy oat milk")).to_be_visible()


async def test_the_last_message_is_edited_and_asked_again(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    other = await person.tab()
    await person.say("add buy milk")
    await person.hear("#1")
    await person.mine.hover()
    await person.page.get_by_role("button", name="Edit message").click()
    await expect(person.page.get_by_role("textbox", name="New wording")).to_be_focused()
    for key in (*("Backspace",) * len("milk"), *"bread", "Enter"):
        await person.page.keyboard.press(key)
    await expect(person.message_box).to_be_focused()
    await person.hear("#2")
    await expect(person.mine).to_contain_text("add buy bread")
    await expect(person.answers).to_have_count(1)
    for tab in (person, other):
        await expect(tab.tasks).to_have_count(1)
        await expect(tab.checkbox("Complete #2 Buy bread")).to_be_visible()
    await person.page.reload()
    await expect(person.mine).to_contain_text("add buy bread")
    await expect(person.answers).to_have_count(1)


async def test_an_edit_that_is_dropped_changes_nothing(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.say("add buy milk")
    await person.hear("#1")
    await person.mine.hover()
    await person.page.get_by_role("button", name="Edit message").click()
    await person.page.get_by_role("textbox", name="New wording").fill("add buy bread")
    await person.page.get_by_role("button", name="Discard").click()
    await expect(person.mine).to_contain_text("add buy milk")
    await person.page.get_by_role("button", name="Edit message").press("Enter")
    await expect(person.page.get_by_role("textbox", name="New wording")).to_be_focused()
    await person.page.keyboard.press("Escape")
    await expect(person.page.get_by_role("button", name="Edit message")).to_be_focused()
    await expect(person.checkbox("Complete #1 Buy milk")).to_be_visible()


async def test_two_tabs_that_send_the_same_draft_at_once_send_it_once(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.message_box.fill("add buy milk")
    other = await person.tab()
    await expect(other.message_box).to_have_value("add buy milk")
    await expect(other.message_box).to_be_editable()
    await asyncio.gather(*(tab.page.get_by_role("button", name="Send").dblclick() for tab in (person, other)))
    for tab in (person, other):
        await tab.hear("#1")
        await expect(tab.tasks).to_have_count(1)
        await expect(tab.mine).to_have_count(1)
        await expect(tab.answers).to_have_count(1)
    assert len((await person.api("GET", "/api/activity")).json()["changes"]) == 1
    await person.say("add buy milk")
    await person.hear("#2")


async def test_two_tabs_that_send_at_once_in_one_conversation_both_show_everything(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    await person.say("add the first")
    await person.hear("#1")
    await expect(person.page).to_have_url(re.compile("/c/"))
    other = await person.tab(urlsplit(person.page.url).path)
    await other.hear("#1")
    for told in (2, 4, 6):
        await person.message_box.fill(f"add mine {told}")
        await other.message_box.fill(f"add yours {told}")
        await asyncio.gather(*(tab.message_box.press("Enter") for tab in (person, other)))
        for tab in (person, other):
            await expect(tab.mine).to_have_count(told + 1)
            await expect(tab.answers).to_have_count(told + 1)
            await expect(tab.tasks).to_have_count(told + 1)


async def test_of_two_tasks_that_fit_the_one_that_is_clicked_is_meant(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    for title in ("Write the report", "Send the report"):
        await person.add_task(title)
        await expect(person.tasks.filter(has_text=title)).to_be_visible()
    await person.say("complete the report")
    await expect(person.answers.locator("[data-receipt]")).to_have_text("Nothing changed")
    await person.answers.get_by_role("button", name="Write the report").click()
    await expect(person.answers.locator("[data-receipt]")).to_contain_text("Completed #1")
    await expect(person.answers.get_by_role("button", name="Send the report")).to_have_count(0)
    await expect(person.checkbox("Complete #2 Send the report")).not_to_be_checked()
    assert (await person.api("GET", "/api/tasks/1")).json()["completed_at"]


async def test_without_gemini_a_command_still_works_and_the_page_says_why(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    gemini.script([error(401)])
    person = await visit(gemini_server)
    await person.say("add buy milk")
    await person.hear("#1")
    await expect(person.checkbox("Complete #1 Buy milk")).to_be_visible()
    for _ in range(2):  # also when the conversation is read again
        await expect(person.answers.locator(".notice")).to_contain_text("Simple commands still work")
        await person.page.reload()


async def test_a_thumb_is_kept_changed_and_taken_back(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.say("help")
    await person.hear("add")
    await person.answers.get_by_role("button", name="Good answer").click()
    await expect(person.answers.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    await person.page.reload()
    up, down = (person.answers.get_by_role("button", name=f"{kind} answer") for kind in ("Good", "Bad"))
    await expect(up).to_have_attribute("aria-pressed", "true")
    await expect(down).to_have_attribute("aria-pressed", "false")
    await down.click()
    await expect(down).to_have_attribute("aria-pressed", "true")
    await expect(up).to_have_attribute("aria-pressed", "false")
    await down.click()
    await expect(down).to_have_attribute("aria-pressed", "false")
    await person.page.reload()
    for thumb in (up, down):
        await expect(thumb).to_have_attribute("aria-pressed", "false")
