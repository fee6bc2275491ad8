"""Views, filters and search, and how the address keeps them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.ui.visitor import Visit, Visitor, choose_in_menu, enter


def day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


async def add(visitor: Visitor, title: str, **fields: Any) -> None:
    await visitor.post_tasks({"title": title, **fields})


def view(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("button", name=re.compile(rf"^{name}( \d+)?$"))


async def go(visitor: Visitor, name: str) -> None:
    await view(visitor, name).click()
    await expect(view(visitor, name)).to_have_attribute("aria-pressed", "true")


async def each_view_shows_and_counts_its_tasks_also_after_changes_by_others(visitor: Visitor) -> None:
    await add(visitor, "Late", due_at=day(-2))
    await add(visitor, "Now", due_at=day(0))
    await add(visitor, "Next", due_at=day(1))
    await add(visitor, "Some day", tags=["home"])
    for name, count in (("Open", 4), ("Today", 2), ("Upcoming", 1), ("Overdue", 1), ("Done", 0)):
        await expect(visitor.page.get_by_role("button", name=f"{name} {count}")).to_be_visible()
    await go(visitor, "Today")
    await expect(visitor.tasks).to_have_count(2)
    await expect(visitor.tasks.nth(0).get_by_role("heading", name="Overdue")).to_be_visible()
    await expect(visitor.tasks.nth(0)).to_contain_text("Late")
    await expect(visitor.tasks.nth(1).get_by_role("heading", name="Today")).to_be_visible()
    await go(visitor, "Upcoming")
    await expect(visitor.tasks.get_by_role("heading", name="Tomorrow")).to_be_visible()
    await visitor.api("POST", "/api/tasks/3/complete")
    await expect(visitor.tasks).to_have_count(0)
    await expect(visitor.page.get_by_text("Nothing ahead.")).to_be_visible()
    await expect(visitor.page.get_by_role("list", name="Tasks")).to_be_visible()
    for name, count in (("Open", 3), ("Upcoming", 0), ("Done", 1)):
        await expect(visitor.page.get_by_role("button", name=f"{name} {count}")).to_be_visible()
    await go(visitor, "Done")
    await expect(visitor.checkbox("Complete #3 Next")).to_be_checked()


async def filters_combine_and_are_restored_from_the_address(visitor: Visitor) -> None:
    await add(visitor, "Buy milk", tags=["home"], priority="high", due_at=day(0))
    await add(visitor, "Buy paint", tags=["home"], due_at=day(0))
    await add(visitor, "Milk the cow", tags=["farm"], priority="high", due_at=day(0))
    page, search = visitor.page, visitor.page.get_by_role("searchbox", name="Search tasks")
    await go(visitor, "Today")
    await page.get_by_role("group", name="Tags").get_by_role("button", name="#home").click()
    await expect(visitor.tasks).to_have_count(2)
    await choose_in_menu(page, "Filter and sort")
    await page.get_by_role("group", name="Priority").get_by_role("button", name="High").click()
    await expect(visitor.tasks).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("group", name="Priority")).to_have_count(0)
    await expect(page.get_by_role("button", name="More for the list")).to_be_focused()
    await search.fill("milk")
    await expect(page).to_have_url(re.compile(r"/\?view=today&tag=home&priority=high&q=milk$"))
    await expect(page.get_by_role("group", name="Filters")).to_contain_text("1 task")
    other = await visitor.open_tab(page.url.removeprefix(visitor.server.origin))
    await expect(other.tasks).to_have_count(1)
    await expect(other.page.get_by_role("searchbox", name="Search tasks")).to_have_value("milk")
    await page.reload()
    await expect(visitor.tasks).to_have_count(1)
    await expect(search).to_have_value("milk")
    await page.get_by_role("button", name="Remove filter #home").click()
    await expect(visitor.tasks).to_have_count(2)
    await page.go_back()
    await expect(visitor.tasks).to_have_count(1)
    await page.go_forward()
    await expect(visitor.tasks).to_have_count(2)
    await page.get_by_role("button", name="Clear", exact=True).click()
    await expect(visitor.tasks).to_have_count(3)
    await expect(search).to_have_value("")
    await expect(page).to_have_url(re.compile(r"/\?view=today$"))
    await visitor.open("/?view=nowhere&tag=&priority=urgent&due_before=someday&sort=colour")
    await expect(visitor.tasks).to_have_count(3)
    await expect(visitor.alert).to_have_count(0)


async def opening_another_conversation_keeps_the_lists_filters(visitor: Visitor) -> None:
    await add(visitor, "Late", due_at=day(-2))
    await go(visitor, "Overdue")
    await visitor.send("hello")
    await expect(visitor.page).to_have_url(re.compile(r"/c/[^?]+\?view=overdue$"))
    await visitor.expect_answer("")
    await visitor.page.get_by_role("button", name="New conversation").first.click()
    await expect(visitor.page).to_have_url(re.compile(r"/\?view=overdue$"))
    await expect(visitor.tasks).to_have_count(1)


async def a_date_and_a_priority_are_changed_in_the_row(visitor: Visitor) -> None:
    await add(visitor, "Buy milk", tags=["home"])
    await add(visitor, "Other")
    row = visitor.tasks.filter(has_text="Buy milk")
    await row.hover()
    await row.get_by_role("button", name="Set a date").press("Enter")
    field = row.get_by_role("textbox", name="Due date")
    await enter(field, "tomorrow 9am")
    await expect(row).to_contain_text("Tomorrow 09:00")
    await row.get_by_role("button", name="Change the date").click()
    await enter(field, "gibberish")
    await expect(visitor.alert).to_contain_text("gibberish")
    await expect(row).to_contain_text("Tomorrow 09:00")
    await expect(field).to_have_value("gibberish")
    await field.press("Escape")
    await expect(row.get_by_role("button", name="Change the date")).to_be_focused()
    await row.get_by_role("button", name="Change the priority").click()
    await row.get_by_role("combobox", name="Priority").select_option("High")
    await expect(row.locator(".task-priority")).to_have_text("High")
    await row.get_by_role("button", name="Change the date").click()
    await enter(field, "")
    await expect(row).not_to_contain_text("Tomorrow")
    task = await visitor.task("Buy milk")
    assert (task["due_at"], task["priority"]) == (None, "high")
    await row.get_by_role("button", name="#home").click()
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.page).to_have_url(re.compile(r"\?tag=home$"))


async def open_tasks_are_grouped_by_day(visitor: Visitor) -> None:
    for title, due in (("Far", day(30)), ("Past", day(-2)), ("Now", day(0)), ("Soon", day(1)), ("Whenever", None)):
        await add(visitor, title, **({"due_at": due} if due else {}))
    await expect(visitor.tasks).to_have_count(5)
    headings = [re.compile(f"^{name}") for name in ("Overdue", "Today", "Tomorrow", "Later", "No date")]
    await expect(visitor.page.locator(".task-group")).to_have_text(headings)


@pytest.mark.soak
async def test_a_task_that_is_added_behind_the_first_page_is_shown(visit: Visit):
    visitor = await visit(*(f"Task {number}" for number in range(60)))
    await expect(visitor.tasks).to_have_count(50)
    await visitor.add_task("At the end")
    await expect(visitor.checkbox("Complete #61 At the end")).to_be_in_viewport()
    await expect(visitor.tasks).to_have_count(61)
    await visitor.post_tasks("From afar")
    await expect(visitor.page.get_by_role("button", name="Open 62")).to_be_visible()


async def the_add_line_applies_the_views_filters_and_keeps_removed_chips_in_the_title(visitor: Visitor) -> None:
    await visitor.open("/?view=today&tag=home")
    line = visitor.add_line
    await expect(line).to_be_editable()
    await line.press_sequentially("Read tomorrow !high")
    chips = visitor.page.locator(".add-line .chip")
    await expect(chips).to_have_count(3)
    await chips.first.click()
    await expect(line).to_be_focused()
    await line.press("Enter")
    row = visitor.tasks.filter(has=visitor.checkbox("Read tomorrow"))
    for words in ("Today", "High", "#home"):
        await expect(row).to_contain_text(words)
    await enter(line, "Elsewhere tomorrow")
    await expect(visitor.notice).to_contain_text("Elsewhere. You find it under Open.")
    await expect(visitor.tasks).to_have_count(1)
    task = await visitor.task("Elsewhere")
    assert (task["tags"], task["due_at"][:10]) == (["home"], day(1))


async def the_address_of_an_opening_page_is_not_overwritten(visitor: Visitor) -> None:
    await visitor.page.add_init_script(
        "const write = history.replaceState; window.written = [];"
        "history.replaceState = (...how) => (window.written.push(String(how[2])), write.apply(history, how));"
    )
    await visitor.open("/?view=done")
    await expect(visitor.page.get_by_role("button", name="Done 0")).to_have_attribute("aria-pressed", "true")
    assert [address for address in await visitor.page.evaluate("window.written") if address == "/"] == []


async def test_views_and_filters(visitor: Visitor):
    await visitor.go_through(
        each_view_shows_and_counts_its_tasks_also_after_changes_by_others,
        filters_combine_and_are_restored_from_the_address,
        a_date_and_a_priority_are_changed_in_the_row,
    )


@pytest.mark.soak
async def test_filters_stay_with_other_conversations_and_added_tasks(visitor: Visitor):
    await visitor.go_through(
        opening_another_conversation_keeps_the_lists_filters,
        open_tasks_are_grouped_by_day,
        the_add_line_applies_the_views_filters_and_keeps_removed_chips_in_the_title,
        the_address_of_an_opening_page_is_not_overwritten,
    )


@pytest.mark.soak
async def test_the_dialog_of_a_date_has_quick_choices_and_a_month(visit: Visit):
    now = datetime.now(UTC)  # the account's zone; in the browser's, it is another day
    zone = "Pacific/Kiritimati" if now.hour >= 12 else "Etc/GMT+12"
    visitor = await visit(timezone_id=zone)
    await visitor.api("PATCH", "/api/auth/me", json={"week_start": "saturday"})
    await add(visitor, "Buy milk", due_at="2031-05-15T09:00:00Z")
    await visitor.page.reload()
    row = visitor.tasks.filter(has_text="Buy milk")
    dialog, change = row.get_by_role("dialog", name="Due date"), row.get_by_role("button", name="Change the date")
    await change.click()
    await expect(dialog.get_by_role("textbox", name="Due date")).to_have_value("Thursday 15 May 2031 at 09:00")
    await dialog.get_by_role("button", name="Next month").click()
    await expect(dialog).to_contain_text("June 2031")
    await dialog.get_by_role("button", name="Previous month").click()
    await dialog.get_by_role("button", name="Thursday, 15 May 2031").press("ArrowDown")
    focused = dialog.get_by_role("button", name="Thursday, 22 May 2031")
    await expect(focused).to_be_focused()
    await expect(focused).to_have_attribute("tabindex", "0")  # the day that Tab reaches, before the chosen one
    await visitor.page.keyboard.press("Enter")
    await expect(row).to_contain_text("22 May 2031 09:00")
    await change.click()
    await dialog.get_by_role("button", name="Today").click()
    await expect(row).to_contain_text("Today")
    await change.click()
    await expect(dialog.locator("[aria-current=date]")).to_have_accessible_name(f"{datetime.now(UTC):%A, %-d %B %Y}")
    await expect(dialog.get_by_role("columnheader").first).to_have_text("Sat")
    await visitor.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await change.click()
    await dialog.get_by_role("button", name="No date").click()
    await expect(change).to_have_count(0)
    assert (await visitor.api("GET", "/api/tasks/1")).json()["due_at"] is None
