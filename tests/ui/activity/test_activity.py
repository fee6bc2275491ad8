"""The toast after a click, the timeline, the task panel's history, and deleted tasks."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.standin import Standin, call, calls, text
from tests.ui.visitor import Visitor, choose_in_menu


def changes(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("list", name="Activity").get_by_role("listitem")


def history(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("list", name="History").get_by_role("listitem")


async def view(visitor: Visitor, name: str) -> None:
    if name in ("Deleted", "Activity"):
        await choose_in_menu(visitor.page, name)
    else:
        await visitor.page.get_by_role("region", name="Tasks").get_by_role("button", name=name).click()


async def the_notices_undo_puts_a_completed_and_a_deleted_task_back_as_they_were(visitor: Visitor) -> None:
    await visitor.add_task("Buy milk tomorrow #home")
    await expect(visitor.tasks).to_have_count(1)
    before = await visitor.task()
    await visitor.checkbox("Buy milk").check()
    await expect(visitor.notice).to_contain_text(re.compile(r"Completed #\d+ Buy milk"))
    await visitor.undo()
    await expect(visitor.notice).to_contain_text("Put back #")
    await expect(visitor.checkbox("Buy milk")).not_to_be_checked()
    assert await visitor.task() == before
    await visitor.tasks.first.hover()
    await visitor.tasks.first.get_by_role("button", name="Delete task").click()
    await expect(visitor.tasks).to_have_count(0)
    await visitor.undo()
    await expect(visitor.checkbox("Buy milk")).to_be_visible()
    assert await visitor.task() == before


@pytest.mark.soak
async def test_the_activity_names_who_did_what_and_undoes_it(visitor: Visitor, gemini: Standin):
    gemini.script([calls(call("update_task", {"task_id": 1, "priority": "high"})), text("Raised.")])
    await visitor.add_task("Buy milk")
    await expect(visitor.tasks).to_have_count(1)
    await view(visitor, "Activity")
    await expect(changes(visitor)).to_have_text([re.compile("You added #1 Buy milk")])
    await visitor.send("Make milk important")
    await expect(changes(visitor)).to_have_count(2)
    newest = changes(visitor).first
    await expect(newest).to_contain_text("Assistant changed #1 Buy milk")
    await expect(newest).to_contain_text("Priority: Medium → High")
    await visitor.page.get_by_role("button", name="New conversation").click()
    await expect(visitor.answers).to_have_count(0)
    await newest.get_by_role("link", name="Make milk important").click()
    await expect(visitor.user_messages).to_contain_text("Make milk important")
    await newest.get_by_role("button", name="Undo").click()
    await expect(changes(visitor).first).to_contain_text("You put back #1 Buy milk")
    await expect(changes(visitor).nth(1)).to_contain_text("Undone")
    assert (await visitor.api("GET", "/api/tasks/1")).json()["priority"] == "medium"


async def a_long_activity_list_is_loaded_page_by_page(visitor: Visitor) -> None:
    await visitor.post_tasks(*(f"Task {number}" for number in range(35)))
    await view(visitor, "Activity")
    await expect(changes(visitor)).to_have_count(30)
    await visitor.page.get_by_role("button", name="Show more").click()
    await expect(changes(visitor)).to_have_count(35)
    await expect(changes(visitor).last).to_contain_text("API added #1 Task 0")


async def a_task_opens_with_its_description_and_its_own_history(visitor: Visitor) -> None:
    await visitor.add_task("Book the hotel tomorrow !high #travel")
    await visitor.add_task("Call mum")
    await expect(visitor.tasks).to_have_count(2)
    detail = await visitor.open_task("Book the hotel")
    await expect(detail).to_contain_text("#travel")
    await detail.get_by_role("button", name="Add a description").click()
    await detail.get_by_role("textbox", name="Description").fill("Ask for **two** beds")
    await detail.get_by_role("button", name="Save").click()
    await expect(detail.locator("strong")).to_have_text("two")
    await expect(history(visitor)).to_have_count(2)
    number = (await visitor.task("hotel"))["number"]
    await visitor.api("PATCH", f"/api/tasks/{number}", json={"title": "Book the hostel"})
    await expect(history(visitor).first).to_contain_text("Title: “Book the hotel” → “Book the hostel”")
    await expect(detail.get_by_role("heading", name="Book the hostel")).to_be_visible()
    await history(visitor).first.get_by_role("button", name="Undo").click()
    await expect(detail.get_by_role("heading", name="Book the hotel")).to_be_visible()
    await detail.get_by_role("button", name="Back to the list").click()
    await expect(visitor.tasks).to_have_count(2)


async def deleted_tasks_are_found_and_restored_as_they_were(visitor: Visitor) -> None:
    await visitor.add_task("Water plants tomorrow")
    await expect(visitor.tasks).to_have_count(1)
    before = await visitor.task()
    await visitor.send(f"delete {before['number']}")
    await expect(visitor.tasks).to_have_count(0)
    await view(visitor, "Deleted")
    await visitor.tasks.get_by_role("button", name="Water plants").click()
    detail = visitor.panel
    await expect(detail).to_contain_text("This task is deleted.")
    await expect(history(visitor).first).to_contain_text(f"Assistant deleted #{before['number']} Water plants")
    await detail.get_by_role("button", name="Restore").click()
    await expect(detail).not_to_contain_text("This task is deleted.")
    assert await visitor.task() == before
    await detail.get_by_role("button", name="Back to the list").click()
    await expect(visitor.tasks.filter(has_text="Water plants")).to_have_count(0)
    await view(visitor, "Open")
    await expect(visitor.checkbox(f"Complete #{before['number']} Water plants")).to_be_visible()


async def test_changes_are_told_and_undone(visitor: Visitor):
    await visitor.go_through(
        the_notices_undo_puts_a_completed_and_a_deleted_task_back_as_they_were,
        deleted_tasks_are_found_and_restored_as_they_were,
    )


@pytest.mark.soak
async def test_a_long_activity_is_paged_and_tasks_have_their_own_history(visitor: Visitor):
    await visitor.go_through(
        a_long_activity_list_is_loaded_page_by_page, a_task_opens_with_its_description_and_its_own_history
    )
