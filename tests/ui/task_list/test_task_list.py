"""The task list: adding, completing, editing, searching, and changes by other clients."""

import re

import pytest
from playwright.async_api import expect

from tests.ui.visitor import Visit, Visitor, box_of, enter

LEAVING_MS = 2_500
"""How long a completed row stays."""


async def the_added_task_has_the_fields_of_the_shown_chips(visitor: Visitor) -> None:
    line = visitor.add_line
    await expect(line).to_be_editable()
    await line.press_sequentially("Pay rent every month on the 1st !high #home")
    for chip in ("every month on the 1st", "High", "home"):
        await expect(visitor.page.locator(".chip", has_text=chip)).to_be_visible()
    await line.press("Enter")
    row = visitor.tasks.filter(has=visitor.checkbox("Pay rent"))
    await expect(row).to_contain_text("every month on the 1st")
    await expect(row).to_contain_text("High")
    await expect(row).to_contain_text("#home")
    await expect(line).to_have_value("")
    await expect(visitor.page.locator(".chip")).to_have_count(0)
    task = await visitor.task()
    assert (task["title"], task["priority"], task["tags"]) == ("Pay rent", "high", ["home"])
    assert task["recurrence"] == "FREQ=MONTHLY;BYMONTHDAY=1"


async def an_added_task_is_announced_once(visitor: Visitor) -> None:
    announcement = visitor.page.locator(".tasks .sr-only[aria-live=polite]", has_text="Added #")
    await visitor.add_task("Buy milk")
    await expect(announcement).to_have_text(re.compile(r"Added #\d+ Buy milk"))
    await visitor.add_task("Buy bread")
    await expect(announcement).to_have_text(re.compile(r"Added #\d+ Buy bread"))
    await expect(visitor.notice).to_have_count(0)
    await visitor.page.get_by_role("button", name="Done 0").click()
    await visitor.add_task("Buy salt")
    await expect(visitor.notice).to_contain_text(re.compile(r"Added #\d+ Buy salt"))
    await expect(announcement).to_have_text(re.compile(r"Added #\d+ Buy bread"))
    await visitor.page.reload()
    await expect(visitor.page.get_by_role("button", name="Open 3")).to_be_visible()
    await expect(announcement).to_have_count(0)


async def search_finds_during_typing_and_a_completed_task_moves_from_the_open_view_to_done(visitor: Visitor) -> None:
    await visitor.add_task("Buy milk")
    await visitor.add_task("Call mum")
    await expect(visitor.tasks).to_have_count(2)
    search = visitor.page.get_by_role("searchbox", name="Search tasks")
    await search.press_sequentially("mil")
    await expect(visitor.tasks).to_have_count(1)
    await search.fill("")
    await expect(visitor.tasks).to_have_count(2)
    await visitor.checkbox("Buy milk").check()
    await expect(visitor.page.get_by_role("button", name="Done 1")).to_be_visible()
    assert (await visitor.task("Buy milk"))["completed_at"]
    await expect(visitor.tasks).to_have_count(1)
    await visitor.page.get_by_role("button", name="Done 1").click()
    await expect(visitor.checkbox("Buy milk")).to_be_checked()
    await visitor.checkbox("Buy milk").click()  # not uncheck(), which looks at the row once more
    await expect(visitor.page.get_by_role("button", name="Open 2")).to_be_visible()
    assert (await visitor.task("Buy milk"))["completed_at"] is None


async def a_task_that_has_not_begun_is_in_later_and_says_when(visitor: Visitor) -> None:
    await visitor.add_task("Plant roses ~tomorrow")
    await visitor.add_task("Buy milk")
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.tasks).to_contain_text("Buy milk")
    await visitor.open("/?view=later")
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.tasks).to_contain_text("begins Tomorrow")


async def one_tap_takes_the_other_date_of_its_words_and_undo_the_first(visitor: Visitor) -> None:
    await visitor.add_task("Call Ann tomorrow at 8")
    await visitor.add_task("Buy milk tomorrow")
    mark = visitor.page.get_by_role("button", name="“tomorrow at 8” can also be")
    await expect(mark).to_have_count(1)
    row = visitor.tasks.filter(has=mark)
    await expect(row).to_contain_text("08:00")
    await mark.click()
    await expect(row).to_contain_text("20:00")
    await expect(visitor.notice).to_contain_text("Call Ann is now due Tomorrow 20:00")
    await visitor.undo()
    await expect(row).to_contain_text("08:00")


@pytest.mark.soak
async def test_a_meaning_that_was_taken_twice_is_offered_as_a_setting(visit: Visit):
    visitor = await visit(locale="en-GB")
    for title in ("Ann", "Bob"):
        await visitor.add_task(f"Call {title} tomorrow at 8")
        row = visitor.tasks.filter(has_text=title)
        await row.get_by_role("button", name="“tomorrow at 8” can also be").click()
        await expect(visitor.notice).to_contain_text(f"Call {title} is now due Tomorrow 20:00")
        offered = visitor.notice.get_by_role("button", name="Always")
        await expect(offered).to_have_count(int(title == "Bob"))
    await expect(visitor.notice).to_contain_text("For you, “at 8” is 20:00?")
    await offered.click()
    await expect(visitor.notice).to_contain_text("From now on, “at 8” is 20:00.")
    await visitor.add_task("Call Eve tomorrow at 8")
    await expect(visitor.tasks.filter(has_text="Eve")).to_contain_text("20:00")

    settings = (await visitor.open_tab("/settings")).page
    await settings.get_by_role("button", name="Remove: “at 8” is 20:00").click()
    await expect(settings.get_by_role("list", name="Words of dates")).to_have_count(0)
    await visitor.add_task("Call Ida tomorrow at 8")
    await expect(visitor.tasks.filter(has_text="Ida")).to_contain_text("08:00")


async def a_press_during_which_a_completed_row_disappears_is_a_tick(visitor: Visitor) -> None:
    await visitor.post_tasks("Milk", "Bread", "Salt")
    await expect(visitor.tasks).to_have_count(3)
    upper, lower = [
        await visitor.tasks.nth(at).get_by_role("checkbox").get_attribute("aria-label") or "" for at in (0, 1)
    ]
    await visitor.checkbox(upper).check()
    await expect(visitor.page.get_by_role("button", name="Done 1")).to_be_visible()
    await visitor.checkbox(lower).click(delay=LEAVING_MS)
    await expect(visitor.page.get_by_role("button", name="Done 2")).to_be_visible()
    await expect(visitor.tasks).to_have_count(1)


async def the_end_of_an_edited_title_is_not_covered(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.add_task("Buy milk")
    title = page.get_by_role("button", name="Buy milk", exact=True)
    details = visitor.tasks.get_by_role("button", name="Task details")
    await title.hover()
    await expect(visitor.tasks.locator(".task-actions")).to_have_css("opacity", "1")
    box = await box_of(details)
    await title.click()
    await expect(visitor.tasks.locator(".task-actions")).to_have_css("opacity", "0")
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    await expect(visitor.panel).to_have_count(0)
    await page.keyboard.press("Escape")


async def a_refused_title_stays_in_its_field_which_the_keyboard_reaches(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.post_tasks("Call mum", "Buy milk")
    await visitor.open("/?sort=created")
    await visitor.checkbox("Buy milk").press("e")
    field = page.get_by_role("textbox", name="Title")
    await enter(field, "a" * 300)
    await expect(visitor.alert).to_contain_text("255")
    await expect(field).to_have_value("a" * 300)
    await expect(field).to_be_focused()
    await expect(field).to_have_accessible_description(re.compile("Shorten it to 255"))
    await visitor.message_box.focus()
    await expect(field).to_have_value("a" * 300)
    await field.press("Escape")
    await page.get_by_role("button", name="Buy milk", exact=True).click()
    await expect(field).to_have_value("Buy milk")
    await field.fill("b" * 300)
    await visitor.message_box.click()
    await expect(field).to_have_value("b" * 300)
    await expect(visitor.message_box).to_be_focused()
    await enter(field, "Buy oat milk")
    await expect(visitor.checkbox("Buy oat milk")).to_be_visible()
    assert (await visitor.task("milk"))["title"] == "Buy oat milk"
    await expect(visitor.alert).to_have_count(0)

    await visitor.checkbox("Buy oat milk").press("e")
    await field.fill("a" * 300)
    await field.press("Tab")  # saves, and leaves the focus in the row
    await expect(visitor.alert).to_contain_text("255")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("a" * 300)
    await visitor.checkbox("Call mum").focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("e")
    await expect(field).to_be_focused()
    await enter(field, "Buy soy milk")
    await expect(visitor.checkbox("Buy soy milk")).to_be_visible()


async def a_title_that_is_being_edited_is_saved_when_its_row_leaves_the_list(visitor: Visitor) -> None:
    await visitor.post_tasks({"title": "Pay rent", "priority": "high"})
    await visitor.open("/?priority=high")
    await visitor.tasks.get_by_text("Pay rent").click()
    await visitor.page.get_by_role("textbox", name="Title").fill("Pay the rent")
    await visitor.api("PATCH", f"/api/tasks/{(await visitor.task())['number']}", json={"priority": "low"})
    await expect(visitor.tasks).to_have_count(0)
    await visitor.open("/?priority=low")
    await expect(visitor.tasks).to_contain_text("Pay the rent")


async def every_tab_shows_changes_by_other_clients(visitor: Visitor) -> None:
    other = await visitor.open_tab()
    await visitor.add_task("By hand")
    await expect(other.checkbox("By hand")).to_be_visible()
    await visitor.post_tasks({"title": "By a program", "due_at": "2020-01-01"})
    for tab in (visitor, other):
        await expect(tab.tasks.filter(has=tab.checkbox("By a program"))).to_contain_text("overdue")
    await visitor.send("mark by hand as done")
    await expect(other.checkbox("By hand")).to_be_checked()
    await visitor.expect_answer("By hand")
    await expect(other.tasks).to_have_count(1)


async def html_in_a_task_is_shown_as_text(visitor: Visitor) -> None:
    title = "<b>bold</b> **bold** <img src=x onerror=alert(1)>"
    await visitor.add_task(title)
    await expect(visitor.tasks.first).to_contain_text(title)
    await expect(visitor.tasks.locator("b, strong, img")).to_have_count(0)
    await expect(visitor.page).to_have_title(re.compile("taskchat"))


async def test_tasks_are_added_edited_and_completed(visitor: Visitor):
    await visitor.go_through(
        the_added_task_has_the_fields_of_the_shown_chips,
        search_finds_during_typing_and_a_completed_task_moves_from_the_open_view_to_done,
        html_in_a_task_is_shown_as_text,
        every_tab_shows_changes_by_other_clients,
        a_title_that_is_being_edited_is_saved_when_its_row_leaves_the_list,
    )


@pytest.mark.soak
async def test_titles_are_refused_and_rows_change_during_edits_and_presses(visitor: Visitor):
    await visitor.go_through(
        an_added_task_is_announced_once,
        a_task_that_has_not_begun_is_in_later_and_says_when,
        one_tap_takes_the_other_date_of_its_words_and_undo_the_first,
        a_press_during_which_a_completed_row_disappears_is_a_tick,
        the_end_of_an_edited_title_is_not_covered,
        a_refused_title_stays_in_its_field_which_the_keyboard_reaches,
    )
