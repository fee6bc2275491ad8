"""The task panel: every field is edited in place."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.ui.visitor import Visit, Visitor, box_of, enter


def value(visitor: Visitor, name: str) -> Locator:
    """Return the button that shows a field and starts editing it."""
    return visitor.panel.get_by_role("button", name=name)


def line(visitor: Visitor, name: str) -> Locator:
    return visitor.panel.get_by_role("textbox", name=name)


async def test_the_words_of_the_due_date_and_what_else_they_could_mean(visit: Visit):
    visitor = await visit(locale="en-US")  # whose dates are the longest
    await visitor.post_tasks({"title": "Call Ann", "due_at": "tomorrow at 8"})
    detail = await visitor.open_task("Call Ann")
    other = detail.get_by_role("button", name="“tomorrow at 8” can also be")
    await expect(detail).to_contain_text("From “tomorrow at 8” which can also be")
    await expect(other).to_contain_text("at 8:00 PM")
    assert await detail.locator(".detail-body").evaluate("body => body.scrollWidth === body.clientWidth")
    await other.click()
    await expect(other).to_contain_text("at 8:00 AM")
    await expect(value(visitor, "at 8:00 PM")).to_be_visible()


async def test_every_field_is_edited_in_place(visitor: Visitor) -> None:
    await visitor.post_tasks({"title": "Book the hotel", "tags": ["travel"]})
    detail = await visitor.open_task("Book the hotel")

    await value(visitor, "Book the hotel").click()
    await enter(line(visitor, "Title"), "Book the hostel")
    await expect(value(visitor, "Book the hostel")).to_be_focused()
    await value(visitor, "Book the hostel").press("Enter")
    await line(visitor, "Title").fill("Dropped")
    await line(visitor, "Title").press("Escape")
    await expect(value(visitor, "Book the hostel")).to_be_focused()

    await value(visitor, "Due No date").click()
    await enter(line(visitor, "Due date"), "1 may 2031 9am")
    await value(visitor, "Due Thursday 1 May 2031 at 09:00").click()
    await detail.get_by_role("dialog", name="Due date").get_by_role("button", name="Friday, 2 May 2031").click()
    await expect(value(visitor, "Due Friday 2 May 2031 at 09:00")).to_be_visible()

    await value(visitor, "Repeats Does not repeat").click()
    await enter(line(visitor, "Repeats"), "every 2 weeks")
    await expect(value(visitor, "Repeats every 2 weeks")).to_be_visible()
    await detail.get_by_role("group", name="Priority").get_by_role("button", name="High").click()
    await expect(detail.get_by_role("button", name="High", pressed=True)).to_be_visible()
    await enter(line(visitor, "New tag"), "#spring, garden")
    await expect(value(visitor, "Remove the tag spring")).to_be_visible()
    await expect(line(visitor, "New tag")).to_have_value("")
    await value(visitor, "Remove the tag travel").click()
    await expect(value(visitor, "Remove the tag travel")).to_have_count(0)
    await expect(line(visitor, "New tag")).to_be_focused()

    await value(visitor, "Add a description").click()
    await line(visitor, "Description").fill("Ask for **two** beds\n\n| a |\n|---|\n| [b](https://example.org) |")
    await line(visitor, "Description").press("Control+Enter")
    await expect(detail.locator("strong")).to_have_text("two")
    await expect(detail.get_by_role("cell").get_by_role("link", name="b")).to_have_attribute("target", "_blank")
    await expect(value(visitor, "Edit description")).to_be_focused()

    told = await visitor.task()
    assert (told["title"], told["priority"], told["tags"]) == ("Book the hostel", "high", ["spring", "garden"])
    assert (told["due_at"], told["recurrence"]) == ("2031-05-02T09:00:00Z", "FREQ=WEEKLY;INTERVAL=2")
    await value(visitor, "Stop repeating").click()
    await expect(value(visitor, "Repeats Does not repeat")).to_be_visible()
    await value(visitor, "Clear the date").click()
    await expect(value(visitor, "Due No date")).to_be_visible()
    history = detail.get_by_role("list", name="History").get_by_role("listitem")
    await expect(history).to_have_count(11)
    await history.first.get_by_role("button", name="Undo").click()
    await expect(value(visitor, "Due Friday 2 May 2031 at 09:00")).to_be_visible()
    assert (await visitor.task())["recurrence"] is None


async def a_day_in_words_keeps_the_time_a_time_keeps_the_day_and_an_iso_date_replaces_both(visitor: Visitor) -> None:
    await visitor.post_tasks({"title": "Pay rent", "due_at": "2031-05-01T09:00"})
    await visitor.open_task("Pay rent")
    shown = "Due Thursday 1 May 2031 at 09:00"
    for typed, then in (
        ("3 may 2031", "Due Saturday 3 May 2031 at 09:00"),
        ("4pm", "Due Saturday 3 May 2031 at 16:00"),
        ("2031-05-04", "Due Sunday 4 May 2031"),
        ("9:30", "Due Sunday 4 May 2031 at 09:30"),
    ):
        await value(visitor, shown).click()
        await enter(line(visitor, "Due date"), typed)
        await expect(value(visitor, then)).to_be_visible()
        shown = then


async def a_refused_value_stays_with_the_reason_and_a_slow_press_that_ends_an_edit_is_a_click(visitor: Visitor) -> None:
    await visitor.post_tasks({"title": "Pay rent", "due_at": "2031-05-01", "recurrence": "FREQ=DAILY"})
    detail = await visitor.open_task("Pay rent")
    await value(visitor, "Due Thursday 1 May 2031").click()
    await enter(line(visitor, "Due date"), "the day after never")
    await expect(detail.get_by_role("alert")).to_contain_text("is not a date")
    await expect(line(visitor, "Due date")).to_have_value("the day after never")
    await enter(line(visitor, "Due date"), "2 may 2031")
    await expect(value(visitor, "Due Friday 2 May 2031")).to_be_visible()
    await expect(detail.get_by_role("alert")).to_have_count(0)
    await value(visitor, "Repeats every day").click()
    await line(visitor, "Repeats").fill("now and then")
    await value(visitor, "Add a description").click(delay=400)  # the reason moves it off the pointer meanwhile
    await expect(detail.get_by_role("alert")).to_contain_text("no repetition")
    await expect(line(visitor, "Repeats")).to_have_accessible_description(re.compile("no repetition"))
    await expect(line(visitor, "Repeats")).to_have_value("now and then")
    await line(visitor, "Description").fill("Written meanwhile")
    await line(visitor, "Repeats").press("Escape")
    await expect(detail.get_by_text("Written meanwhile", exact=True)).to_be_visible()
    await value(visitor, "Clear the date").click()
    await expect(detail.get_by_role("alert")).to_contain_text("A repeating task needs a date.")
    await enter(line(visitor, "New tag"), "x" * 51)
    await expect(detail.get_by_role("alert")).to_contain_text("has 51 characters")
    await expect(line(visitor, "New tag")).to_have_value("x" * 51)
    told = await visitor.task()
    assert (told["description"], told["tags"], told["due_at"]) == ("Written meanwhile", [], "2031-05-02T23:59:59Z")
    await value(visitor, "Edit description").click()
    await line(visitor, "Description").fill("Written later")
    await detail.get_by_role("checkbox").click(delay=400)
    await expect(detail.get_by_text("Written later", exact=True)).to_be_visible()
    await expect(detail.get_by_role("checkbox")).to_be_checked()


async def what_is_typed_is_saved_when_the_task_is_closed_without_a_blur(visitor: Visitor) -> None:
    await visitor.post_tasks({"title": "Pay rent", "due_at": "2031-05-01"})
    await visitor.open_task("Pay rent")
    await value(visitor, "Pay rent").click()
    await line(visitor, "Title").fill("Dropped")
    await line(visitor, "Title").press("Escape")
    await value(visitor, "Add a description").click()
    await line(visitor, "Description").fill("By transfer")
    await visitor.page.go_back()
    await expect(visitor.panel).to_have_count(0)
    await visitor.page.go_forward()
    await expect(visitor.panel.get_by_text("By transfer", exact=True)).to_be_visible()
    assert (await visitor.task())["title"] == "Pay rent"

    await value(visitor, "Repeats Does not repeat").click()
    await line(visitor, "Repeats").fill("now and then")
    await visitor.page.go_back()
    await expect(visitor.panel).to_have_count(0)
    await expect(visitor.alert).to_contain_text("no repetition")


async def edits_from_two_tabs_do_not_overwrite_each_other(visitor: Visitor) -> None:
    await visitor.post_tasks({"title": "Pay rent", "tags": ["home"]})
    other = await visitor.open_tab()
    await visitor.open_task("Pay rent")
    await other.open_task("Pay rent")
    await value(visitor, "Add a description").click()
    await line(visitor, "Description").fill("By transfer")
    await value(other, "Pay rent").click()
    await enter(line(other, "Title"), "Pay the rent")
    await enter(line(other, "New tag"), "bank")
    await expect(value(visitor, "Pay the rent")).to_be_visible()
    await expect(line(visitor, "Description")).to_have_value("By transfer")
    await value(visitor, "Remove the tag home").click()
    await expect(other.panel.get_by_text("By transfer", exact=True)).to_be_visible()
    await expect(value(other, "Remove the tag home")).to_have_count(0)
    told = await visitor.task()
    assert (told["title"], told["description"], told["tags"]) == ("Pay the rent", "By transfer", ["bank"])

    await value(visitor, "Pay the rent").click()
    await line(visitor, "Title").fill("Too late")
    await other.api("DELETE", f"/api/tasks/{told['number']}")
    await expect(visitor.panel.get_by_role("alert")).to_contain_text("This task is deleted.")
    await line(visitor, "Title").press("Enter")
    await expect(visitor.panel.get_by_role("alert").filter(has_text="There is no task #")).to_be_visible()
    await expect(line(visitor, "Title")).to_have_value("Too late")
    await visitor.panel.get_by_role("button", name="Restore").click()
    await expect(visitor.panel).not_to_contain_text("This task is deleted.")
    await line(visitor, "Title").press("Enter")
    await expect(value(visitor, "Too late")).to_be_visible()
    assert (await visitor.task())["title"] == "Too late"


async def closing_the_panel_restores_the_focus(visitor: Visitor) -> None:
    await visitor.post_tasks("Call mum", "Pay rent")
    await visitor.open_task("Call mum")
    await expect(visitor.panel).to_be_focused()
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.panel).to_have_count(0)
    row = visitor.tasks.filter(has_text="Call mum")
    await expect(row.locator(":focus")).to_have_count(1)

    await row.get_by_role("button", name="Task details").press("Enter")
    await expect(visitor.panel).to_be_focused()
    await visitor.panel.get_by_role("button", name="Back to the list").press("Enter")
    await expect(row.locator(":focus")).to_have_count(1)


@pytest.mark.soak
async def test_on_a_phone_the_open_task_fills_the_pane(visit: Visit):
    visitor = await visit(has_touch=True, is_mobile=True)
    await visitor.page.set_viewport_size({"width": 375, "height": 700})
    await visitor.post_tasks({"title": "Pay rent " + "very " * 20 + "soon", "tags": ["x" * 50]})
    await visitor.show_pane("Tasks")
    await visitor.tasks.get_by_role("button").first.focus()
    await visitor.tasks.get_by_role("button", name="Task details").click()
    box = await box_of(visitor.panel)
    assert (box["x"], box["y"], box["width"]) == (0, 0, 375)
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") == 375
    assert await visitor.panel.evaluate("panel => panel.querySelector('.detail-body').scrollWidth") == 375
    for name in ("Back to the list", "Due No date", "Low", f"Remove the tag {'x' * 50}"):
        box = await box_of(value(visitor, name))
        assert box["height"] >= (36 if "tag" in name else 44), name
    await value(visitor, "Back to the list").click()
    await expect(visitor.tasks).to_have_count(1)


async def a_task_is_duplicated_with_its_steps_by_its_button_and_the_palette_and_one_undo_removes_all(visitor: Visitor):
    await visitor.post_tasks("Packing list")
    await visitor.post_tasks(*({"title": title, "parent_number": 1} for title in ("Passport", "Charger")))
    other = await visitor.open_tab()
    detail = await visitor.open_task("Packing list")
    await detail.get_by_role("button", name="Duplicate").click()
    await expect(detail).to_contain_text("#4")
    await expect(detail.get_by_role("listitem").filter(has_text="Passport")).to_be_visible()
    await expect(other.tasks.filter(has_text="Packing list")).to_have_count(2)
    notice = visitor.page.locator(".toasts").filter(has_text="Added #4 Packing list, with 2 steps")
    await notice.get_by_role("button", name="Undo").click()
    await expect(other.tasks.filter(has_text="Packing list")).to_have_count(1)
    await expect(detail.get_by_role("alert")).to_contain_text("This task is deleted.")

    await detail.get_by_role("button", name="Back to the list").click()
    await expect(detail).to_have_count(0)
    await visitor.open_task("Packing list")
    await visitor.page.keyboard.press("Control+k")
    await visitor.page.get_by_role("combobox").fill("copy")
    await visitor.page.get_by_role("option", name="Duplicate the open task").click()
    await expect(detail).to_contain_text("#7")
    assert (await visitor.api("GET", "/api/tasks/7")).json()["steps"] == {"open": 2, "done": 0}


@pytest.mark.soak
async def test_a_task_is_edited_in_its_panel(visitor: Visitor):
    await visitor.go_through(
        a_task_is_duplicated_with_its_steps_by_its_button_and_the_palette_and_one_undo_removes_all,
        a_day_in_words_keeps_the_time_a_time_keeps_the_day_and_an_iso_date_replaces_both,
        a_refused_value_stays_with_the_reason_and_a_slow_press_that_ends_an_edit_is_a_click,
        what_is_typed_is_saved_when_the_task_is_closed_without_a_blur,
        edits_from_two_tabs_do_not_overwrite_each_other,
        closing_the_panel_restores_the_focus,
    )
