"""The task list: adding, ticking, changing, and moving when somebody else changes it."""

import re

from playwright.async_api import expect

from tests.serving import Server
from tests.ui.visitor import Visit


async def test_the_add_line_shows_what_it_understood_and_keeps_to_it(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    line = person.page.get_by_role("textbox", name="Add a task")
    await expect(line).to_be_editable()
    await line.press_sequentially("Pay rent every month on the 1st !high #home")
    for chip in ("every month on the 1st", "High", "home"):
        await expect(person.page.locator(".chip", has_text=chip)).to_be_visible()
    await line.press("Enter")
    row = person.tasks.filter(has=person.checkbox("Complete #1 Pay rent"))
    await expect(row).to_contain_text("every month on the 1st")
    await expect(row).to_contain_text("High")
    await expect(row).to_contain_text("#home")
    await expect(line).to_have_value("")
    await expect(person.page.locator(".chip")).to_have_count(0)
    task = (await person.api("GET", "/api/tasks/1")).json()
    assert (task["title"], task["priority"], task["tags"]) == ("Pay rent", "high", ["home"])
    assert task["recurrence"] == "FREQ=MONTHLY;BYMONTHDAY=1"


async def test_a_ticked_task_leaves_the_open_view_and_is_found_among_the_done(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    await person.add_task("Buy milk")
    await person.add_task("Call mum")
    await person.checkbox("Complete #1 Buy milk").check()
    await expect(person.page.get_by_role("button", name="Done 1")).to_be_visible()
    assert (await person.api("GET", "/api/tasks/1")).json()["completed_at"]
    await expect(person.tasks).to_have_count(1)
    await person.page.get_by_role("button", name="Done 1").click()
    await expect(person.checkbox("Complete #1 Buy milk")).to_be_checked()
    await person.checkbox("Complete #1 Buy milk").uncheck()
    await expect(person.page.get_by_role("button", name="Open 2")).to_be_visible()
    assert (await person.api("GET", "/api/tasks/1")).json()["completed_at"] is None


async def test_a_title_is_changed_in_place_and_escape_leaves_it(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.add_task("Buy milk")
    await person.tasks.get_by_role("button", name="Buy milk").click()
    await person.page.get_by_role("textbox", name="Title").fill("Buy nothing")
    await person.page.get_by_role("textbox", name="Title").press("Escape")
    await expect(person.checkbox("Complete #1 Buy milk")).to_be_visible()
    await person.tasks.get_by_role("button", name="Buy milk").click()
    await person.page.get_by_role("textbox", name="Title").fill("Buy oat milk")
    await person.page.get_by_role("textbox", name="Title").press("Enter")
    await expect(person.checkbox("Complete #1 Buy oat milk")).to_be_visible()
    assert (await person.api("GET", "/api/tasks/1")).json()["title"] == "Buy oat milk"


async def test_a_task_is_deleted_by_its_button(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.add_task("Buy milk")
    await person.tasks.first.hover()
    await person.tasks.first.get_by_role("button", name="Delete task").click()
    await expect(person.tasks).to_have_count(0)
    assert (await person.api("GET", "/api/tasks/1")).status_code == 404


async def test_a_title_that_is_too_long_is_refused_and_stays_in_the_line(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.add_task("a" * 256)
    await expect(person.alert).to_contain_text("255")
    await expect(person.page.get_by_role("textbox", name="Add a task")).to_have_value("a" * 256)
    assert (await person.api("GET", "/api/tasks")).json()["tasks"] == []


async def test_the_list_moves_in_every_tab_when_anybody_changes_it(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    other = await person.tab()
    await person.add_task("By hand")
    await expect(other.checkbox("Complete #1 By hand")).to_be_visible()
    await person.api("POST", "/api/tasks", json={"title": "By a program", "due_at": "2020-01-01"})
    for tab in (person, other):
        row = tab.tasks.filter(has=tab.checkbox("Complete #2 By a program"))
        await expect(row).to_contain_text("overdue")
    await person.say("mark 1 as done")
    await person.hear("#1")
    await expect(other.checkbox("Complete #1 By hand")).to_be_checked()
    await expect(other.tasks).to_have_count(1)


async def test_text_inside_a_task_is_only_text(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    title = "<b>bold</b> **bold** <img src=x onerror=alert(1)>"
    await person.add_task(title)
    await expect(person.tasks.first).to_contain_text(title)
    await expect(person.tasks.locator("b, strong, img")).to_have_count(0)
    await expect(person.page).to_have_title(re.compile("taskchat"))
