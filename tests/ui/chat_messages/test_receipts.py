"""Receipts under answers, and Undo."""

import asyncio
import re

import pytest
from playwright.async_api import Locator, expect

from tests.standin import Standin, call, calls, text
from tests.ui.visitor import Visitor, box_of

LIT = "(title) => document.querySelector('.task[data-lit=true]')?.textContent.includes(title)"


def receipt(visitor: Visitor) -> Locator:
    return visitor.answers.last.locator("[data-receipt]")


async def a_receipt_shows_the_changes_and_undo_reverts_them(visitor: Visitor) -> None:
    other = await visitor.open_tab()
    await visitor.add_task("Call mum")
    await expect(visitor.tasks).to_have_count(1)
    await visitor.send("add buy milk and mark 1 as done")
    await expect(receipt(visitor)).to_have_attribute("data-receipt", "Added #2, completed #1")
    await expect(receipt(visitor)).to_contain_text("Added #2, completed #1")
    await expect(visitor.tasks).to_have_count(1)
    await receipt(visitor).get_by_role("button", name="Undo").click()
    await expect(visitor.notice).to_have_text("Took back #2. Put back #1.")
    await expect(receipt(visitor)).to_contain_text("Undone")
    await expect(receipt(visitor).get_by_role("button")).to_have_count(0)
    for tab in (visitor, other):
        await expect(tab.checkbox("Complete #1 Call mum")).not_to_be_checked()
        await expect(tab.tasks).to_have_count(1)
    await visitor.page.reload()
    await expect(receipt(visitor)).to_contain_text("Undone")


async def each_changed_task_is_one_row_with_an_undo_and_look_ups_are_hidden_at_first(visitor: Visitor) -> None:
    await visitor.ask("add buy milk, add buy bread", "Buy bread")
    answer = visitor.answers.last
    await expect(answer.get_by_role("link")).to_contain_text(["Buy milk", "Buy bread"])
    await expect(answer.locator(".told")).to_be_hidden()
    await answer.get_by_role("button", name="Put back").last.click()
    await expect(visitor.tasks).to_have_count(1)
    await expect(answer.get_by_role("button", name="Put back")).to_have_count(1)
    await visitor.ask("complete buy milk", "Buy milk")
    look_up = visitor.answers.last.locator("[data-tool=list_tasks]")
    await expect(look_up).to_be_hidden()
    await visitor.answers.last.get_by_role("button", name="What was looked up").click()
    await expect(look_up).to_be_visible()
    await expect(look_up.locator(".lucide-circle-check")).to_have_count(0)
    await expect(visitor.answers.last.get_by_role("link")).to_contain_text("Buy milk")
    await expect(receipt(visitor).locator("[aria-hidden=true]")).to_have_text(
        f"Completed #{(await visitor.task())['number']}"
    )
    await receipt(visitor).get_by_role("button", name="Undo").click()
    await expect(receipt(visitor)).to_contain_text("Undone")
    icon = visitor.answers.first.get_by_role("button", name="Copy")
    await expect(icon).to_have_css("opacity", "0")
    await icon.focus()
    await expect(icon).to_have_css("opacity", "1")


async def a_claimed_change_without_a_call_has_a_receipt_of_no_change(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([text("Done! I added #1 Buy milk.")])
    await visitor.ask("Add milk", "Done!")
    await expect(receipt(visitor)).to_have_text("Nothing changed")
    await expect(receipt(visitor)).to_have_class("receipt")


@pytest.mark.soak
async def test_a_row_shows_the_date_that_was_taken_and_the_former_one_as_the_other_beside_whole_facts(visitor: Visitor):
    await visitor.send("call Ann on 3 december at 8")
    row = visitor.answers.last.locator(".outcome-line")
    await expect(row).to_contain_text("08:00")
    await row.get_by_role("button", name="or 20:00").click()
    await expect(row.get_by_role("button", name="or 08:00")).to_be_visible()
    await expect(row.locator(".outcome-facts")).to_contain_text("20:00. It rings then")
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    await visitor.page.reload()
    await expect(row.locator(".outcome-facts")).to_contain_text("20:00. It rings then")
    await expect(visitor.answers.last.get_by_role("button", name="Undo")).to_be_visible()  # the answer is whole
    other, facts = await box_of(row.locator(".outcome-other")), await box_of(row.locator(".outcome-facts"))
    assert other["y"] >= facts["y"] + facts["height"] - 1
    assert facts["height"] < 60  # three lines at most; they were seven beside the button
    await row.get_by_role("button", name="or 08:00").click()
    await expect(row.locator(".outcome-facts")).to_contain_text("08:00. It rings then")


async def a_list_has_no_receipt(visitor: Visitor) -> None:
    await visitor.ask("list my tasks", "Your list has no such task.")
    await expect(visitor.answers.last.get_by_role("button", name="Copy")).to_be_attached()
    await expect(receipt(visitor)).to_have_count(0)


async def test_the_rules_leave_receipts(visitor: Visitor):
    await visitor.go_through(
        a_receipt_shows_the_changes_and_undo_reverts_them,
        each_changed_task_is_one_row_with_an_undo_and_look_ups_are_hidden_at_first,
        a_list_has_no_receipt,
    )


async def undo_keeps_and_names_later_changes(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), text("Added.")])
    await visitor.ask("Add milk", "Added.")
    number = (await visitor.task())["number"]
    await visitor.api("PATCH", f"/api/tasks/{number}", json={"title": "Buy oat milk"})
    await receipt(visitor).get_by_role("button", name="Undo").click()
    await expect(visitor.alert).to_contain_text(f"#{number} was changed again since")
    await expect(visitor.checkbox("Buy oat milk")).to_be_visible()
    await expect(receipt(visitor).get_by_role("button", name="Undo")).to_be_visible()


async def a_number_in_an_answer_highlights_its_task_and_an_undo_elsewhere_updates_the_receipt(
    visitor: Visitor, gemini: Standin
) -> None:
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), text("It is #1, not `#1`.")])
    await visitor.ask("Add milk", "It is #1")
    lit = visitor.page.wait_for_function(LIT, arg="Buy milk")
    await asyncio.gather(lit, visitor.answers.locator(".markdown a").click())
    await expect(visitor.page.locator(".task[data-lit=true]")).to_have_count(0)
    await expect(visitor.page).to_have_url(re.compile("/c/"))
    await expect(receipt(visitor).get_by_role("button", name="Undo")).to_be_visible()
    changes = (await visitor.api("GET", "/api/activity")).json()["changes"]
    await visitor.api("POST", f"/api/activity/{changes[0]['id']}/undo")
    await expect(receipt(visitor)).to_contain_text("Undone")
    await expect(visitor.tasks).to_have_count(0)


@pytest.mark.soak
async def test_the_model_leaves_receipts(visitor: Visitor, gemini: Standin):
    await visitor.go_through(
        a_number_in_an_answer_highlights_its_task_and_an_undo_elsewhere_updates_the_receipt,
        a_claimed_change_without_a_call_has_a_receipt_of_no_change,
        undo_keeps_and_names_later_changes,
        given=[gemini],
    )
