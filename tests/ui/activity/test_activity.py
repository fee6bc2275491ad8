"""What happened: the toast after a click, the timeline, a task in full, and what was deleted."""

import re

from playwright.async_api import Locator, expect

from tests.serving import Server
from tests.standin import Standin, call, calls, text
from tests.ui.visitor import Visit, Visitor


def toast(person: Visitor) -> Locator:
    return person.page.get_by_role("status", name="Notice")


def changes(person: Visitor) -> Locator:
    return person.page.get_by_role("list", name="Activity").get_by_role("listitem")


def history(person: Visitor) -> Locator:
    return person.page.get_by_role("list", name="History").get_by_role("listitem")


async def view(person: Visitor, name: str) -> None:
    await person.page.get_by_role("region", name="Tasks").get_by_role("button", name=name).click()


async def test_a_ticked_task_comes_back_by_the_toast(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.add_task("Buy milk")
    await person.checkbox("Complete #1 Buy milk").check()
    await expect(toast(person)).to_contain_text("Completed #1 Buy milk")
    await toast(person).get_by_role("button", name="Undo").click()
    await expect(toast(person)).to_contain_text("Put back #1.")
    await expect(person.checkbox("Complete #1 Buy milk")).not_to_be_checked()
    assert (await person.api("GET", "/api/tasks/1")).json()["completed_at"] is None


async def test_a_deleted_task_comes_back_by_the_toast(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.add_task("Buy milk tomorrow #home")
    await expect(person.tasks).to_have_count(1)
    before = (await person.api("GET", "/api/tasks/1")).json()
    await person.tasks.first.hover()
    await person.tasks.first.get_by_role("button", name="Delete task").click()
    await expect(person.tasks).to_have_count(0)
    await toast(person).get_by_role("button", name="Undo").click()
    await expect(person.checkbox("Complete #1 Buy milk")).to_be_visible()
    assert (await person.api("GET", "/api/tasks/1")).json() == before


async def test_the_activity_names_who_did_what_and_undoes_it(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    gemini.script([calls(call("update_task", {"task_id": 1, "priority": "high"})), text("Raised.")])
    person = await visit(gemini_server)
    await person.add_task("Buy milk")
    await expect(person.tasks).to_have_count(1)
    await view(person, "Activity")
    await expect(changes(person)).to_have_text([re.compile("You added #1 Buy milk")])
    await person.say("Make milk important")
    await expect(changes(person)).to_have_count(2)
    newest = changes(person).first
    await expect(newest).to_contain_text("Assistant changed #1 Buy milk")
    await expect(newest).to_contain_text("Priority: Medium → High")
    await person.page.get_by_role("button", name="New conversation").click()
    await expect(person.answers).to_have_count(0)
    await newest.get_by_role("link", name="Make milk important").click()
    await expect(person.mine).to_contain_text("Make milk important")
    await newest.get_by_role("button", name="Undo").click()
    await expect(changes(person).first).to_contain_text("You put back #1 Buy milk")
    await expect(changes(person).nth(1)).to_contain_text("Undone")
    assert (await person.api("GET", "/api/tasks/1")).json()["priority"] == "medium"


async def test_a_long_activity_comes_by_page(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    for number in range(35):
        await person.api("POST", "/api/tasks", json={"title": f"Task {number}"})
    await view(person, "Activity")
    await expect(changes(person)).to_have_count(30)
    await person.page.get_by_role("button", name="Show more").click()
    await expect(changes(person)).to_have_count(35)
    await expect(changes(person).last).to_contain_text("API added #1 Task 0")


async def test_a_task_opens_with_its_description_and_its_own_history(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.add_task("Book the hotel tomorrow !high #travel")
    await person.add_task("Call mum")
    await expect(person.tasks).to_have_count(2)
    row = person.tasks.filter(has_text="Book the hotel")
    await row.hover()
    await row.get_by_role("button", name="Task details").click()
    detail = person.page.get_by_role("article", name="Task details")
    await expect(detail).to_contain_text("#travel")
    await detail.get_by_role("button", name="Add a description").click()
    await detail.get_by_role("textbox", name="Description").fill("Ask for **two** beds")
    await detail.get_by_role("button", name="Save").click()
    await expect(detail.locator("strong")).to_have_text("two")
    await expect(history(person)).to_have_count(2)
    await person.api("PATCH", "/api/tasks/1", json={"title": "Book the hostel"})
    await expect(history(person).first).to_contain_text("Title: “Book the hotel” → “Book the hostel”")
    await expect(detail.get_by_role("heading", name="Book the hostel")).to_be_visible()
    await history(person).first.get_by_role("button", name="Undo").click()
    await expect(detail.get_by_role("heading", name="Book the hotel")).to_be_visible()
    await detail.get_by_role("button", name="Back to the list").click()
    await expect(person.tasks).to_have_count(2)


async def test_deleted_tasks_are_found_and_restored_as_they_were(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.add_task("Buy milk tomorrow")
    await expect(person.tasks).to_have_count(1)
    before = (await person.api("GET", "/api/tasks/1")).json()
    await person.say("delete 1")
    await expect(person.tasks).to_have_count(0)
    await view(person, "Deleted")
    await person.tasks.get_by_role("button", name="Buy milk").click()
    detail = person.page.get_by_role("article", name="Task details")
    await expect(detail).to_contain_text("This task is deleted.")
    await expect(history(person).first).to_contain_text("Assistant deleted #1 Buy milk")
    await detail.get_by_role("button", name="Restore").click()
    await expect(detail).not_to_contain_text("This task is deleted.")
    assert (await person.api("GET", "/api/tasks/1")).json() == before
    await detail.get_by_role("button", name="Back to the list").click()
    await expect(person.tasks).to_have_count(0)
    await view(person, "Open")
    await expect(person.checkbox("Complete #1 Buy milk")).to_be_visible()


async def test_search_finds_as_one_types(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    for title in ("Buy milk", "Call mum"):
        await person.add_task(title)
        await expect(person.tasks.filter(has_text=title)).to_be_visible()
    await person.page.get_by_role("searchbox", name="Search tasks").press_sequentially("mil")
    await expect(person.tasks).to_have_count(1)
    await person.page.get_by_role("searchbox", name="Search tasks").fill("")
    await expect(person.tasks).to_have_count(2)
