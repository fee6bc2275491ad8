"""Reminders on the page: each rings on every device; dismiss, snooze and complete."""

from datetime import timedelta

import pytest
from playwright.async_api import FloatRect, Locator, ViewportSize, expect

from taskchat_app.domain.storage.database import now
from tests.ui.contexts import VIEWPORT
from tests.ui.visitor import Visit, Visitor, box_of
from tests.waiting import until_async

RINGS_SECONDS = 60
# Remembers what the page tells the system, and answers its question as the person would.
NOTIFICATIONS = """
window.told = [];
window.Notification = class {
  static permission = localStorage.allowed ? "granted" : "default";
  static async requestPermission() { localStorage.allowed = "yes"; return (this.permission = "granted"); }
  constructor(title, { tag, body }) { window.told.push([title, tag, body]); window.newest = this; }
  close() {}
};
"""


def rung(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("status", name="Reminders").get_by_role("group")


def button(visitor: Visitor, task: str, name: str) -> Locator:
    return visitor.page.get_by_role("group", name=f"Reminder of {task}").get_by_role("button", name=name)


def overlap(one: FloatRect, other: FloatRect) -> bool:
    return all(
        one[start] < other[start] + other[size] and other[start] < one[start] + one[size]
        for start, size in (("x", "width"), ("y", "height"))
    )


async def add_tasks_due_soon(visitor: Visitor, *titles: str) -> None:
    """Add tasks, and give them by one request a date in 3 s; again where that is past once stored, and never rings."""
    added = [await visitor.api("POST", "/api/tasks", json={"title": title}) for title in titles]
    numbers = [task.json()["number"] for task in added]
    while True:
        soon = {"numbers": numbers, "due_at": (now() + timedelta(seconds=3)).isoformat()}
        (await visitor.api("POST", "/api/tasks/bulk-update", json=soon)).raise_for_status()
        found = await listed(visitor)
        if {*numbers} <= {*found["coming"], *found["rang"]}:
            return


async def listed(visitor: Visitor) -> dict[str, list[int]]:
    found = (await visitor.api("GET", "/api/reminders")).json()
    return {name: [one["number"] for one in found[name]] for name in ("coming", "rang")}


@pytest.mark.soak
async def test_reminders_ring_on_every_device_and_seen_on_one_they_go_on_all(visit: Visit):
    shows = visitor = await visit()
    other = await visitor.open_tab()
    await add_tasks_due_soon(visitor, "Call mum", "Buy milk", "Water the plants", "Write to Bob")
    for device in (visitor, other):
        await expect(rung(device)).to_have_count(3)  # the newest
        await expect(device.page.get_by_text("Earlier reminders: 1")).to_be_visible()
    await shows.page.reload()
    await expect(rung(shows)).to_have_count(3)
    for size in (VIEWPORT, ViewportSize(width=390, height=844)):
        await shows.page.set_viewport_size(size)
        for pane, covered in (("Chat", shows.message_box), ("Tasks", shows.page.get_by_label("Add a task"))):
            await shows.show_pane(pane)
            notices = await box_of(shows.page.get_by_role("status", name="Reminders"))
            field = await box_of(covered)
            assert not overlap(notices, field), (size, pane)
            if pane == "Tasks":
                listed_tasks = await box_of(shows.page.locator(".tasks"))
                assert not overlap(notices, listed_tasks), size
    await shows.page.set_viewport_size(VIEWPORT)

    await button(shows, "#4 Write to Bob", "Dismiss").click()
    await expect(shows.page.get_by_text("Earlier reminders")).to_have_count(0)
    await button(shows, "#1 Call mum", "Done").click()
    await expect(rung(shows)).to_have_count(2)
    assert (await visitor.api("GET", "/api/tasks/1")).json()["completed_at"] is not None
    await button(shows, "#2 Buy milk", "10 minutes later").click()
    await expect(shows.notice).to_contain_text("#2 Buy milk rings again at")
    await expect(rung(other)).to_have_count(1)
    await button(shows, "#3 Water the plants", "Open").click()
    await expect(shows.panel).to_contain_text("Water the plants")
    for device in (shows, other):
        await expect(rung(device)).to_have_count(0)
    assert await listed(visitor) == {"coming": [2], "rang": []}


async def test_a_reminder_that_rang_without_an_open_page_shows_on_the_next_page(visitor: Visitor):
    await visitor.page.close()
    await add_tasks_due_soon(visitor, "Call mum")

    async def has_rung() -> bool:
        return await listed(visitor) == {"coming": [], "rang": [1]}

    await until_async(has_rung, RINGS_SECONDS)
    later = await visitor.open_tab()
    await expect(rung(later)).to_contain_text(["Call mum"])
    await visitor.api("POST", "/api/tasks/1/complete")
    await expect(rung(later)).to_have_count(0)


@pytest.mark.soak
async def test_a_tasks_reminder_is_chosen_in_its_panel_or_in_the_chat(visit: Visit):
    visitor = await visit("Call mum")
    detail = await visitor.open_task("Call mum")
    await expect(detail).to_contain_text("Give the task a due date to be reminded.")
    await visitor.api("PATCH", "/api/tasks/1", json={"due_at": "tomorrow 9am"})
    choice = detail.get_by_role("combobox", name="Reminder")
    await expect(choice).to_have_value("at_due_time")
    await choice.select_option("1 hour before")
    await expect(detail).to_contain_text("Rings: Tomorrow 08:00")
    await expect(detail).to_contain_text("Reminder: At due time → 1 hour before")
    assert (await visitor.api("GET", "/api/tasks/1/reminder")).json()["before"] == "1_hour"
    await visitor.ask("remove the reminder of #1", "It does not ring.")
    await expect(choice).to_have_value("none")
    await expect(visitor.page.locator("[data-receipt]").last).to_contain_text("Removed the reminder of #1")
    await visitor.api("PATCH", "/api/tasks/1", json={"due_at": "in 30 minutes"})
    await choice.select_option("1 day before")
    await expect(visitor.alert).to_contain_text("has passed")
    await expect(choice).to_have_value("none")
    await visitor.ask("remind me in 1 hour to call dad", "It rings")
    await expect(visitor.page.locator("[data-receipt]").last).to_contain_text("Added #2, set a reminder for #2")
    assert await listed(visitor) == {"coming": [2], "rang": []}


@pytest.mark.soak
async def test_a_system_notification_is_shown_only_after_permission(visitor: Visitor):
    await visitor.context.add_init_script(NOTIFICATIONS)
    await visitor.post_tasks({"title": "Call mum", "due_at": "tomorrow 9am"})
    await visitor.page.reload()
    await visitor.open_task("Call mum")
    assert await visitor.page.evaluate("Notification.permission") == "default"
    await visitor.page.get_by_role("button", name="Allow notifications").click()
    await expect(visitor.page.get_by_role("button", name="Allow notifications")).to_have_count(0)
    await visitor.page.get_by_role("button", name="Back to the list").click()
    await add_tasks_due_soon(visitor, "Buy milk")
    await expect(rung(visitor)).to_have_count(1)
    await visitor.page.wait_for_function("() => told.length")
    [[title, tag, body]] = await visitor.page.evaluate("told")
    assert (title, tag, bool(body)) == ("Buy milk", "reminder-2", True)
    await expect(rung(visitor)).to_contain_text(body)
    await visitor.page.evaluate("newest.onclick()")
    await expect(visitor.panel).to_contain_text("Buy milk")
    await expect(rung(visitor)).to_have_count(0)
