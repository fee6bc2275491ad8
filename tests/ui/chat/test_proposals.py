"""Deletion proposals: the assistant asks, the user decides."""

import pytest
from playwright.async_api import expect

from tests.standin import Standin, call, calls, hold_after, text
from tests.ui.visitor import Visitor


async def ask(visitor: Visitor) -> None:
    """Make two open tasks and an open proposal to delete them."""
    for title in ("Buy milk", "Call mum"):
        await visitor.add_task(title)
        await expect(visitor.tasks.filter(has_text=title)).to_be_visible()
    await visitor.send("delete all open tasks")
    await expect(visitor.page.get_by_role("group", name="Confirm")).to_contain_text("Buy milk")
    await expect(visitor.page.get_by_role("button", name="Send")).to_be_visible()
    await expect(visitor.tasks).to_have_count(2)


async def confirm_deletes_exactly_the_shown_tasks(visitor: Visitor) -> None:
    await ask(visitor)
    await visitor.add_task("Added meanwhile")
    await expect(visitor.tasks).to_have_count(3)
    await visitor.page.get_by_role("button", name="Confirm").click()
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.checkbox("Added meanwhile")).to_be_visible()
    await expect(visitor.page.get_by_role("group", name="Confirm")).to_have_count(0)
    await expect(visitor.announcement).to_have_text("Deleted 2 tasks")
    await visitor.page.reload()
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.page.get_by_role("button", name="Confirm")).to_have_count(0)


async def test_a_proposal_is_confirmed_after_the_words_behind_it(visitor: Visitor, gemini: Standin):
    await visitor.add_task("Buy milk")
    await expect(visitor.tasks).to_have_count(1)
    gemini.script([calls(call("delete_task", {"task_id": 1})), hold_after(text("Shall I?"), 0)])
    await visitor.send("is the milk sour?")
    confirm = visitor.page.get_by_role("button", name="Confirm")
    await expect(confirm).to_be_disabled()
    gemini.release()
    await confirm.click()
    await expect(visitor.tasks).to_have_count(0)


async def cancel_deletes_nothing(visitor: Visitor) -> None:
    await ask(visitor)
    await visitor.page.get_by_role("button", name="Cancel").click()
    await expect(visitor.page.get_by_role("group", name="Confirm")).to_have_count(0)
    await expect(visitor.announcement).to_have_text("Cancelled, nothing was deleted")
    await expect(visitor.page.locator(".decided")).to_be_visible()
    await expect(visitor.tasks).to_have_count(2)


async def a_typed_yes_decides_too(visitor: Visitor) -> None:
    await decide(visitor, "yes", left=0)


async def a_typed_no_decides_too(visitor: Visitor) -> None:
    await decide(visitor, "no, leave them", left=2)


async def decide(visitor: Visitor, words: str, *, left: int) -> None:
    await ask(visitor)
    await visitor.send(words)
    await expect(visitor.answers).to_have_count(2)
    await visitor.expect_answer("")
    await expect(visitor.page.get_by_role("group", name="Confirm")).to_have_count(0)
    await expect(visitor.tasks).to_have_count(left)


async def another_tab_sees_the_decision(visitor: Visitor) -> None:
    await ask(visitor)
    other = await visitor.open_tab(await visitor.conversation_path())
    await expect(other.page.get_by_role("group", name="Confirm")).to_be_visible()
    await other.page.get_by_role("button", name="Cancel").click()
    await expect(visitor.page.get_by_role("group", name="Confirm")).to_have_count(0)


async def test_the_person_decides(visitor: Visitor):
    await visitor.go_through(confirm_deletes_exactly_the_shown_tasks, cancel_deletes_nothing)


@pytest.mark.soak
async def test_a_typed_word_and_another_tab_decide(visitor: Visitor):
    await visitor.go_through(another_tab_sees_the_decision, a_typed_yes_decides_too, a_typed_no_decides_too)
