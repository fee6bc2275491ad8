"""What rings on the page: in one tab, once, with what a person does about it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from playwright.async_api import Locator, expect

from taskchat_app.domain.storage.database import now
from tests.serving import Server
from tests.ui.visitor import Visit, Visitor

RINGS_SECONDS = 15
LOOK_SECONDS = 0.05
# Remembers what the page tells the system, and answers its question as the person would.
NOTIFICATIONS = """
window.told = [];
window.Notification = class {
  static permission = localStorage.allowed ? "granted" : "default";
  static async requestPermission() { localStorage.allowed = "yes"; return (this.permission = "granted"); }
  constructor(title, { tag }) { window.told.push([title, tag]); window.newest = this; }
  close() {}
};
"""


def rung(person: Visitor) -> Locator:
    return person.page.get_by_role("status", name="Reminders").get_by_role("group")


def button(person: Visitor, task: str, name: str) -> Locator:
    return person.page.get_by_role("group", name=f"Reminder of {task}").get_by_role("button", name=name)


async def falls_due(person: Visitor, *titles: str, **ahead: float) -> None:
    """Add tasks that fall due in a moment, at a whole second; what is added too late would never ring."""
    due_at = (now() + timedelta(**(ahead or {"seconds": 3}))).replace(microsecond=0)
    for title in titles:
        await person.api("POST", "/api/tasks", json={"title": title, "due_at": due_at.isoformat()})


async def listed(person: Visitor) -> dict[str, list[int]]:
    found = (await person.api("GET", "/api/reminders")).json()
    return {name: [one["number"] for one in found[name]] for name in ("coming", "rang")}


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(RINGS_SECONDS):
        while not await holds():  # noqa: ASYNC110 (two pages at once)
            await asyncio.sleep(LOOK_SECONDS)


async def test_what_falls_due_rings_in_one_tab_and_is_dealt_with_there(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    other = await person.tab()
    await falls_due(person, "Call mum", "Buy milk", "Water the plants", "Write to Bob")

    async def all_rang() -> bool:
        return await rung(person).count() + await rung(other).count() >= 4

    await until(all_rang)
    shows, idle = (person, other) if await rung(person).count() else (other, person)
    await expect(rung(shows)).to_have_count(4)
    await expect(rung(idle)).to_have_count(0)
    await shows.page.reload()
    await expect(rung(shows)).to_have_count(4)

    await button(shows, "#1 Call mum", "Done").click()
    await expect(rung(shows)).to_have_count(3)
    assert (await person.api("GET", "/api/tasks/1")).json()["completed_at"] is not None
    await button(shows, "#2 Buy milk", "10 minutes later").click()
    await expect(shows.page.get_by_role("status", name="Notice")).to_contain_text("#2 Buy milk rings again at")
    await button(shows, "#4 Write to Bob", "Dismiss").click()
    await button(shows, "#3 Water the plants", "Open").click()
    await expect(shows.page.get_by_role("article", name="Task details")).to_contain_text("Water the plants")
    await expect(rung(shows)).to_have_count(0)
    assert await listed(person) == {"coming": [2], "rang": []}


async def test_what_rang_while_no_page_was_open_shows_on_the_next_one(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.page.close()
    await falls_due(person, "Call mum")

    async def has_rung() -> bool:
        return await listed(person) == {"coming": [], "rang": [1]}

    await until(has_rung)
    later = await person.tab()
    await expect(rung(later)).to_contain_text(["Call mum"])
    await person.api("POST", "/api/tasks/1/complete")
    await expect(rung(later)).to_have_count(0)


async def test_a_tasks_reminder_is_chosen_where_the_task_stands(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.api("POST", "/api/tasks", json={"title": "Call mum"})
    await person.tasks.first.hover()
    await person.tasks.first.get_by_role("button", name="Task details").click()
    detail = person.page.get_by_role("article", name="Task details")
    await expect(detail).to_contain_text("Give the task a due date to be reminded.")
    await person.api("PATCH", "/api/tasks/1", json={"due_at": "tomorrow 9am"})
    choice = detail.get_by_role("combobox", name="Reminder")
    await expect(choice).to_have_value("at_due_time")
    await choice.select_option("1 hour before")
    await expect(detail).to_contain_text("Rings: Tomorrow 08:00")
    await expect(detail).to_contain_text("Reminder: At due time → 1 hour before")
    assert (await person.api("GET", "/api/tasks/1/reminder")).json()["before"] == "1_hour"
    await person.say("remove the reminder of #1")
    await person.hear("It does not ring.")
    await expect(choice).to_have_value("none")
    await expect(person.page.locator("[data-receipt]").last).to_contain_text("Removed the reminder of #1")
    await person.api("PATCH", "/api/tasks/1", json={"due_at": "in 30 minutes"})
    await choice.select_option("1 day before")
    await expect(person.alert).to_contain_text("has passed")
    await expect(choice).to_have_value("none")


async def test_the_system_is_notified_once_the_person_allowed_it(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.context.add_init_script(NOTIFICATIONS)
    await person.api("POST", "/api/tasks", json={"title": "Call mum", "due_at": "tomorrow 9am"})
    await person.page.reload()
    await person.tasks.first.hover()
    await person.tasks.first.get_by_role("button", name="Task details").click()
    assert await person.page.evaluate("Notification.permission") == "default"
    await person.page.get_by_role("button", name="Allow notifications").click()
    await expect(person.page.get_by_role("button", name="Allow notifications")).to_have_count(0)
    await person.page.get_by_role("button", name="Back to the list").click()
    await falls_due(person, "Buy milk")
    await expect(rung(person)).to_have_count(1)
    assert await person.page.evaluate("told") == [["Buy milk", "reminder-2"]]
    await person.page.evaluate("newest.onclick()")
    await expect(person.page.get_by_role("article", name="Task details")).to_contain_text("Buy milk")
    await expect(rung(person)).to_have_count(0)


async def test_the_assistant_says_when_it_rings_and_it_does(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.say("remind me in 1 hour to call mum")
    await person.hear("on an open page of taskchat")
    await expect(person.page.locator("[data-receipt]").last).to_contain_text("Added #1, set a reminder for #1")
    assert await listed(person) == {"coming": [1], "rang": []}
