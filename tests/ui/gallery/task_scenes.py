"""The list of tasks, the open task and the activity, in all their states."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Locator, expect

from tests.ui.gallery.cast import Role
from tests.ui.gallery.states import show, state
from tests.ui.visitor import Visitor


@state(Role.ADA)
async def open_tasks(person: Visitor) -> None:
    await _list(person, "/")


@state(Role.ADA)
async def today(person: Visitor) -> None:
    await _list(person, "/?view=today")


@state(Role.ADA)
async def upcoming(person: Visitor) -> None:
    await _list(person, "/?view=upcoming")


@state(Role.ADA)
async def overdue(person: Visitor) -> None:
    await _list(person, "/?view=overdue")


@state(Role.ADA)
async def done(person: Visitor) -> None:
    await _list(person, "/?view=done")


@state(Role.ADA)
async def deleted(person: Visitor) -> None:
    await _list(person, "/?view=deleted")


@state(Role.ADA)
async def by_tag(person: Visitor) -> None:
    await _list(person, "/?tag=home")


@state(Role.ADA)
async def filters(person: Visitor) -> None:
    await _list(person, "/?priority=high&sort=due")
    await person.page.get_by_role("button", name="Filter and sort").click()


@state(Role.ADA)
async def search_without_results(person: Visitor) -> None:
    await person.open("/?q=xylophone")
    await show(person, "Tasks")
    await expect(person.page.get_by_text("No task here has these words")).to_be_visible()


@state(Role.ADA)
async def quick_add(person: Visitor) -> None:
    await _list(person, "/")
    line = person.page.get_by_role("textbox", name="Add a task")
    await line.fill("Pay the electrician every 1st !high #home #bills")
    await expect(person.page.locator(".chip")).to_have_count(4)


@state(Role.ADA)
async def row_hover(person: Visitor) -> None:
    await _list(person, "/")
    await person.tasks.filter(has_text="Prepare slides").locator(".task").hover()


@state(Role.ADA)
async def row_focus(person: Visitor) -> None:
    await _list(person, "/")
    await person.tasks.filter(has_text="Overstory").get_by_role("checkbox").focus()


@state(Role.ADA, "tablet")
async def selection(person: Visitor) -> None:
    await _list(person, "/")
    await person.page.get_by_role("button", name="Select tasks").click()
    for title in ("Book the hotel", "Read “The Overstory”"):
        await person.tasks.filter(has_text=title).get_by_role("button", name="Select #").click()
    await expect(person.page.get_by_role("status", name="Selected tasks")).to_have_text("2 tasks selected")


@state(Role.ADA)
async def task_detail(person: Visitor) -> None:
    await _open_task(person, "Book the hotel")
    await expect(_detail(person)).to_contain_text("late arrival")


@state(Role.ADA)
async def task_detail_editing(person: Visitor) -> None:
    await task_detail(person)
    await _detail(person).get_by_role("button", name="Edit description").click()


@state(Role.ADA)
async def activity(person: Visitor) -> None:
    await person.open("/?view=activity")
    await show(person, "Tasks")
    await expect(person.page.get_by_role("list", name="Activity").get_by_role("listitem").first).to_be_visible()


@state(Role.ADA)
async def shortcuts(person: Visitor) -> None:
    await person.open("/")
    await expect(person.message_box).to_be_editable()
    await person.page.evaluate("document.activeElement.blur()")
    await person.page.keyboard.press("?")
    await expect(person.page.get_by_role("dialog")).to_be_visible()


@state(Role.ADA)
async def palette(person: Visitor) -> None:
    await person.open("/")
    await expect(person.message_box).to_be_editable()
    await person.page.keyboard.press("Control+k")
    found = person.page.get_by_role("dialog", name="Search or command").get_by_role("option")
    await expect(found.filter(has_text="Book the hotel")).to_be_visible()


@state(Role.ADA)
async def palette_without_results(person: Visitor) -> None:
    await palette(person)
    await person.page.get_by_role("combobox").fill("xylophone")
    await expect(person.page.get_by_text("Nothing has these words")).to_be_visible()


@state(Role.NEWCOMER)
async def empty_list(person: Visitor) -> None:
    await person.open("/")
    await show(person, "Tasks")
    await expect(person.page.get_by_text("Nothing to do")).to_be_visible()


@state(Role.NEWCOMER)
async def empty_upcoming(person: Visitor) -> None:
    await person.open("/?view=upcoming")
    await show(person, "Tasks")
    await expect(person.page.get_by_text("Nothing ahead")).to_be_visible()


@state(Role.NEWCOMER)
async def empty_activity(person: Visitor) -> None:
    await person.open("/?view=activity")
    await show(person, "Tasks")
    await expect(person.page.get_by_text("Nothing has happened")).to_be_visible()


@state(Role.DOER)
async def undo_toast(person: Visitor) -> None:
    await _list(person, "/")
    await person.tasks.first.get_by_role("checkbox").click()
    await expect(person.page.get_by_role("status", name="Notice")).to_contain_text("Completed")


@state(Role.DOER)
async def reminder(person: Visitor) -> None:
    await _list(person, "/")
    # What a closed tab showed stays its own for a while.
    for rang in (await person.api("GET", "/api/reminders")).json()["rang"]:
        await person.api("POST", f"/api/tasks/{rang['number']}/complete", json={})
    due = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    await person.api("POST", "/api/tasks", json={"title": "Call the landlord about the heating", "due_at": due})
    rung = person.page.get_by_role("status", name="Reminders").get_by_role("group")
    await expect(rung.first).to_be_visible()


@state(Role.COLLECTOR)
async def many_tasks(person: Visitor) -> None:
    await _list(person, "/")


@state(Role.COLLECTOR)
async def many_upcoming(person: Visitor) -> None:
    await _list(person, "/?view=upcoming")


@state(Role.WORDY)
async def awkward_tasks(person: Visitor) -> None:
    await _list(person, "/")


@state(Role.WORDY)
async def awkward_detail(person: Visitor) -> None:
    await _open_task(person, "Twenty tags")
    await expect(_detail(person)).to_contain_text("tag-number-20")


@state(Role.GERMAN)
async def german_tasks(person: Visitor) -> None:
    await person.page.goto(person.server.origin)
    await expect(person.page.locator(".task-item")).to_have_count(3)
    tab = person.page.get_by_role("button", name="Aufgaben", exact=True)
    if await tab.is_visible():
        await tab.click()
    await person.page.get_by_role("button", name="Filtern und sortieren").click()


async def _list(person: Visitor, address: str) -> None:
    await person.open(address)
    await show(person, "Tasks")
    await expect(person.tasks.first).to_be_visible()


async def _open_task(person: Visitor, title: str) -> None:
    await _list(person, "/")
    row = person.tasks.filter(has_text=title)
    await row.get_by_role("checkbox").focus()
    await row.get_by_role("button", name="Task details").click()


def _detail(person: Visitor) -> Locator:
    return person.page.get_by_role("article", name="Task details")
