"""States of the task list, the open task and the activity."""

import functools
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.ui.gallery.cast import Role
from tests.ui.gallery.states import STATES, State, state
from tests.ui.visitor import Visitor, choose_in_menu

LISTS = {
    "open-tasks": (Role.ADA, "/", ""),
    "today": (Role.ADA, "/?view=today", ""),
    "upcoming": (Role.ADA, "/?view=upcoming", ""),
    "overdue": (Role.ADA, "/?view=overdue", ""),
    "done": (Role.ADA, "/?view=done", ""),
    "deleted": (Role.ADA, "/?view=deleted", ""),
    "by-tag": (Role.ADA, "/?tag=home", ""),
    "many-tasks": (Role.COLLECTOR, "/", ""),
    "many-upcoming": (Role.COLLECTOR, "/?view=upcoming", ""),
    "awkward-tasks": (Role.WORDY, "/", ""),
    "search-without-results": (Role.ADA, "/?q=xylophone", "No task here has these words"),
    "empty-list": (Role.NEWCOMER, "/", "Nothing to do"),
    "empty-upcoming": (Role.NEWCOMER, "/?view=upcoming", "Nothing ahead"),
    "empty-activity": (Role.NEWCOMER, "/?view=activity", "Nothing has happened"),
}
"""Lists of tasks: whose, their addresses, and what those without tasks say."""


async def _list(visitor: Visitor, address: str = "/", words: str = "") -> None:
    await visitor.open(address)
    await visitor.show_pane("Tasks")
    await expect(visitor.page.get_by_text(words) if words else visitor.tasks.first).to_be_visible()


for name, (role, address, words) in LISTS.items():
    STATES[name] = State(name, role, functools.partial(_list, address=address, words=words))


@state(Role.ADA, at="/?priority=high&sort=due", pane="Tasks")
async def filters(visitor: Visitor) -> None:
    await expect(visitor.tasks.first).to_be_visible()
    await choose_in_menu(visitor.page, "Filter and sort")


@state(Role.ADA, at="/", pane="Tasks")
async def add_line(visitor: Visitor) -> None:
    await visitor.add_line.fill("Pay the electrician every 1st !high #home #bills")
    await expect(visitor.page.locator(".chip")).to_have_count(4)


@state(Role.ADA, at="/", pane="Tasks")
async def row_hover(visitor: Visitor) -> None:
    await visitor.tasks.filter(has_text="Prepare slides").locator(".task").hover()


@state(Role.ADA, at="/", pane="Tasks")
async def row_focus(visitor: Visitor) -> None:
    await visitor.tasks.filter(has_text="Overstory").get_by_role("checkbox").focus()


@state(Role.ADA, "tablet", at="/", pane="Tasks")
async def selection(visitor: Visitor) -> None:
    await choose_in_menu(visitor.page, "Select tasks")
    for title in ("Book the hotel", "Read “The Overstory”"):
        await visitor.tasks.filter(has_text=title).get_by_role("button", name="Select #").click()
    await expect(visitor.page.get_by_role("status", name="Selected tasks")).to_have_text("2 tasks selected")


@state(Role.ADA)
async def task_detail(visitor: Visitor) -> None:
    await _open_task(visitor, "Book the hotel")
    await expect(visitor.panel).to_contain_text("late arrival")


@state(Role.ADA)
async def task_detail_editing(visitor: Visitor) -> None:
    await task_detail(visitor)
    await visitor.panel.get_by_role("button", name="Edit description").click()


@state(Role.ADA, at="/?view=activity", pane="Tasks")
async def activity(visitor: Visitor) -> None:
    await expect(visitor.page.get_by_role("list", name="Activity").get_by_role("listitem").first).to_be_visible()


@state(Role.ADA, at="/")
async def shortcuts(visitor: Visitor) -> None:
    await expect(visitor.message_box).to_be_editable()
    await visitor.page.evaluate("document.activeElement.blur()")
    await visitor.page.keyboard.press("?")
    await expect(visitor.page.get_by_role("dialog")).to_be_visible()


@state(Role.ADA, at="/")
async def palette(visitor: Visitor) -> None:
    await expect(visitor.message_box).to_be_editable()
    await visitor.page.keyboard.press("Control+k")
    found = visitor.page.get_by_role("dialog", name="Search or command").get_by_role("option")
    await expect(found.filter(has_text="Book the hotel")).to_be_visible()


@state(Role.ADA)
async def palette_without_results(visitor: Visitor) -> None:
    await palette(visitor)
    await visitor.page.get_by_role("combobox").fill("xylophone")
    await expect(visitor.page.get_by_text("Nothing has these words")).to_be_visible()


@state(Role.DOER, at="/", pane="Tasks")
async def undo_toast(visitor: Visitor) -> None:
    await visitor.tasks.first.get_by_role("checkbox").click()
    await expect(visitor.notice).to_contain_text("Completed")


@state(Role.DOER, at="/", pane="Tasks")
async def reminder(visitor: Visitor) -> None:
    # What a closed tab showed stays its own for a while.
    for rang in (await visitor.api("GET", "/api/reminders")).json()["rang"]:
        await visitor.api("POST", f"/api/tasks/{rang['number']}/complete", json={})
    due = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    await visitor.post_tasks({"title": "Call the landlord about the heating", "due_at": due})
    rung = visitor.page.get_by_role("status", name="Reminders").get_by_role("group")
    await expect(rung.first).to_be_visible()


@state(Role.WORDY)
async def awkward_detail(visitor: Visitor) -> None:
    await _open_task(visitor, "Twenty tags")
    await expect(visitor.panel).to_contain_text("tag-number-20")


@state(Role.GERMAN)
async def german_tasks(visitor: Visitor) -> None:
    await visitor.page.goto(visitor.server.origin)
    await expect(visitor.page.locator(".task-item")).to_have_count(3)
    tab = visitor.page.get_by_role("button", name="Aufgaben", exact=True)
    if await tab.is_visible():
        await tab.click()
    await visitor.page.get_by_role("button", name="Mehr zur Liste").click()
    await visitor.page.get_by_role("button", name="Filtern und sortieren").click()


async def _open_task(visitor: Visitor, title: str) -> None:
    await _list(visitor)
    row = visitor.tasks.filter(has_text=title)
    await row.get_by_role("checkbox").focus()
    button = row.get_by_role("button", name="Task details")
    if await button.is_visible():
        await button.click()
    else:  # on a phone
        await row.locator(".task-title").tap()
