"""Retry and edit undo the old turn first; each draft is sent once."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.standin import Standin, call, calls, error, hold_after, text
from tests.ui.visitor import Visitor, enter


async def test_a_retry_does_not_duplicate_changes(visitor: Visitor, gemini: Standin) -> None:
    added = calls(call("create_task", {"title": "Buy milk"}))
    gemini.script([added, text("First."), added, text("Second.")])
    await visitor.ask("Add milk", "First.")
    await visitor.answers.last.get_by_role("button", name="Answer again").click()
    await visitor.expect_answer("Second.")
    await expect(visitor.answers).to_have_count(1)
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.checkbox("Complete #2 Buy milk")).to_be_visible()


async def a_retry_names_changes_that_could_not_be_undone(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), text("First."), text("Second.")])
    await visitor.ask("Add milk", "First.")
    number = (await visitor.task())["number"]
    await visitor.api("PATCH", f"/api/tasks/{number}", json={"title": "Buy oat milk"})
    await visitor.answers.last.get_by_role("button", name="Answer again").click()
    await visitor.expect_answer("Second.")
    await expect(visitor.answers.locator(".notice")).to_contain_text(f"#{number} was changed again since")
    await expect(visitor.checkbox(f"Complete #{number} Buy oat milk")).to_be_visible()


async def test_the_last_message_can_be_edited_and_sent_again(visitor: Visitor) -> None:
    other = await visitor.open_tab()
    await visitor.ask("add buy milk", "#1")
    await visitor.edit_last_message()
    for key in (*("Backspace",) * len("milk"), *"bread", "Enter"):
        await visitor.page.keyboard.press(key)
    await expect(visitor.message_box).to_be_focused()
    await visitor.expect_answer("#2")
    await expect(visitor.user_messages).to_contain_text("add buy bread")
    await expect(visitor.answers).to_have_count(1)
    for tab in (visitor, other):
        await expect(tab.tasks).to_have_count(1)
        await expect(tab.checkbox("Complete #2 Buy bread")).to_be_visible()
    await visitor.page.reload()
    await expect(visitor.user_messages).to_contain_text("add buy bread")
    await expect(visitor.answers).to_have_count(1)


async def an_edit_goes_on_later_until_it_is_discarded_and_changes_nothing_then(visitor: Visitor) -> None:
    await visitor.ask("add buy milk", "Buy milk")
    await visitor.edit_last_message("add buy bread")
    await visitor.page.get_by_role("button", name="New conversation").click()
    await expect(visitor.user_messages).to_have_count(0)
    await visitor.page.get_by_role("link", name="add buy milk").click()
    await expect(await visitor.edit_last_message()).to_have_value("add buy bread")
    await visitor.page.get_by_role("button", name="Discard").click()
    await expect(visitor.user_messages).to_contain_text("add buy milk")
    await visitor.ask("add buy tea", "Buy tea")
    edit = visitor.page.get_by_role("button", name="Edit message")
    await edit.last.press("Enter")
    box = visitor.page.get_by_role("textbox", name="New wording")
    await expect(box).to_be_focused()
    await expect(box).to_have_value("add buy tea")
    await visitor.page.keyboard.press("Escape")
    await expect(edit).to_have_count(2)
    await expect(edit.last).to_be_focused()
    await expect(visitor.checkbox("Buy milk")).to_be_visible()


@pytest.mark.soak
async def test_two_tabs_that_send_the_same_draft_at_once_send_it_once(visitor: Visitor):
    await visitor.message_box.fill("add buy milk")
    other = await visitor.open_tab()
    await expect(other.message_box).to_have_value("add buy milk")
    await expect(other.message_box).to_be_editable()
    await asyncio.gather(*(tab.page.get_by_role("button", name="Send").dblclick() for tab in (visitor, other)))
    for tab in (visitor, other):
        await tab.expect_answer("#1")
        await expect(tab.tasks).to_have_count(1)
        await expect(tab.user_messages).to_have_count(1)
        await expect(tab.answers).to_have_count(1)
    assert len((await visitor.api("GET", "/api/activity")).json()["changes"]) == 1
    await visitor.ask("add buy milk", "#2")


@pytest.mark.soak
async def test_two_tabs_that_send_at_once_in_one_conversation_both_show_everything(visitor: Visitor):
    await visitor.ask("add the first", "The first")
    other = await visitor.open_tab(await visitor.conversation_path())
    await other.expect_answer("The first")
    for told in (2, 4, 6):
        await visitor.message_box.fill(f"add apples {told}")
        await other.message_box.fill(f"add pears {told}")
        await asyncio.gather(*(tab.message_box.press("Enter") for tab in (visitor, other)))
        for tab in (visitor, other):
            await expect(tab.user_messages).to_have_count(told + 1)
            await expect(tab.answers).to_have_count(told + 1)
            await expect(tab.tasks).to_have_count(told + 1)


async def if_gemini_fails_a_command_still_works_and_the_page_says_why(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([error(401)])
    await visitor.ask("add buy milk", "Buy milk")
    await expect(visitor.checkbox("Buy milk")).to_be_visible()
    for _ in range(2):  # also when the conversation is read again
        await expect(visitor.answers.locator(".notice")).to_contain_text("Simple commands still work")
        await visitor.page.reload()


async def feedback_is_stored_changed_and_removed(visitor: Visitor) -> None:
    await visitor.ask("help", "buy milk")
    await visitor.answers.get_by_role("button", name="Good answer").click()
    await expect(visitor.answers.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    await visitor.page.reload()
    up, down = (visitor.answers.get_by_role("button", name=f"{kind} answer") for kind in ("Good", "Bad"))
    await expect(up).to_have_attribute("aria-pressed", "true")
    await expect(down).to_have_attribute("aria-pressed", "false")
    await down.click()
    await expect(down).to_have_attribute("aria-pressed", "true")
    await expect(up).to_have_attribute("aria-pressed", "false")
    await down.click()
    await expect(down).to_have_attribute("aria-pressed", "false")
    await visitor.page.reload()
    for thumb in (up, down):
        await expect(thumb).to_have_attribute("aria-pressed", "false")


async def an_earlier_message_is_edited_and_what_came_after_it_is_put_back(visitor: Visitor) -> None:
    for title in ("milk", "bread", "eggs"):
        await visitor.ask(f"add {title}", title.title())
    await expect(visitor.tasks).to_have_count(3)
    second = visitor.user_messages.nth(1)
    await second.hover()
    await second.get_by_role("button", name="Edit message").click()
    await expect(second).to_contain_text("The messages after this one go")
    await enter(second.get_by_role("textbox"), "add butter")
    await visitor.expect_answer("Butter")
    await expect(visitor.user_messages).to_have_count(2)
    await expect(visitor.answers).to_have_count(2)
    await expect(visitor.tasks).to_have_count(2)
    tasks = (await visitor.api("GET", "/api/tasks")).json()["tasks"]
    assert {task["title"] for task in tasks} == {"Milk", "Butter"}
    await visitor.page.reload()
    await expect(visitor.user_messages).to_have_count(2)


async def an_edit_waits_for_an_answer_to_another_tab(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([text("First."), hold_after(text("Of the other tab.", pieces=4), 2), text("Third.")])
    await visitor.ask("One", "First.")
    other = await visitor.open_tab(await visitor.conversation_path())
    box = await visitor.edit_last_message("more")
    await box.press("Home")
    await other.send("Two")
    await expect(visitor.answers.last).to_contain_text("Of the")
    await box.press("Enter")
    await expect(visitor.alert).to_contain_text("still answering")
    await expect(box).to_have_value("more")
    gemini.release()
    await visitor.expect_answer("Of the other tab.")
    for key in ("O", "n", "e", "Space", "Enter"):  # where the cursor was
        await visitor.page.keyboard.press(key)
    await visitor.expect_answer("Third.")
    await expect(visitor.user_messages).to_have_count(1)
    await expect(visitor.user_messages).to_contain_text("One more")


@pytest.mark.soak
async def test_an_answer_is_repeated(visitor: Visitor, gemini: Standin):
    await visitor.go_through(
        a_retry_names_changes_that_could_not_be_undone,
        if_gemini_fails_a_command_still_works_and_the_page_says_why,
        an_edit_waits_for_an_answer_to_another_tab,
        given=[gemini],
    )


@pytest.mark.soak
async def test_a_message_is_edited(visitor: Visitor):
    await visitor.go_through(
        an_edit_goes_on_later_until_it_is_discarded_and_changes_nothing_then,
        an_earlier_message_is_edited_and_what_came_after_it_is_put_back,
        feedback_is_stored_changed_and_removed,
    )
