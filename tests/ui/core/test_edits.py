"""The dialog of a date, and the keys of an input method."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.ui.visitor import Visitor, choose_in_menu, enter

pytestmark = pytest.mark.soak


async def escape_closes_only_the_dialog(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.post_tasks({"title": "Pay rent", "due_at": "2031-05-01"})
    await choose_in_menu(page, "Filter and sort")
    await page.get_by_role("button", name="Due until").click()
    dialog = page.get_by_role("dialog", name="Due until")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await page.get_by_role("button", name="Due until").click()
    await dialog.get_by_role("button", name="Tomorrow").click()
    await expect(visitor.tasks).to_have_count(0)  # the server has processed what was sent before
    await expect(page.get_by_role("group", name="Filter and sort")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("group", name="Filter and sort")).to_have_count(0)

    await visitor.open("/?task=1")
    panel = page.get_by_role("article", name="Task details")
    dialog = panel.get_by_role("dialog", name="Due date")
    await panel.get_by_role("button", name="Due Thursday 1 May 2031").click()
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await panel.get_by_role("button", name="High").click()
    await expect(panel.get_by_role("list", name="History").get_by_role("listitem")).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(panel).to_have_count(0)


async def a_clicked_day_replaces_a_bound_in_words(visitor: Visitor) -> None:
    page = visitor.page
    await choose_in_menu(page, "Filter and sort")
    await page.get_by_role("button", name="Due until").click()
    dialog = page.get_by_role("dialog", name="Due until")
    await enter(dialog.get_by_role("textbox", name="Due until"), "next friday")
    await expect(page).to_have_url(re.compile("due_before=next"))
    await page.get_by_role("button", name="Due until").click()
    await expect(dialog.locator("[aria-current=date]")).to_have_count(1)
    await dialog.get_by_role("button", name=re.compile(r", 15 \w+ \d{4}$")).click()
    await expect(page).to_have_url(re.compile(r"due_before=\d{4}-\d\d-15$"))
    await expect(visitor.alert).to_have_count(0)


async def test_a_refused_date_stays_in_the_dialog_with_the_reason(visitor: Visitor):
    page = visitor.page
    await visitor.post_tasks({"title": "Pay rent", "due_at": "2031-05-01"}, "Call mum")
    await visitor.open("/?sort=created")

    async def expect_refused(name: str) -> Locator:
        dialog = page.get_by_role("dialog", name=name)
        line = dialog.get_by_role("textbox", name=name)
        await enter(line, "blursday")
        await expect(line).to_have_accessible_description(re.compile("is not a date"))
        await expect(line).to_have_value("blursday")
        await expect(line).to_be_focused()
        return line

    for title in ("Pay rent", "Call mum"):
        row = visitor.tasks.filter(has_text=title)
        await row.get_by_role("checkbox").press("d")
        line = await expect_refused("Due date")
        await enter(line, "2 may 2031")
        await expect(row).to_contain_text("2 May 2031")
    await page.get_by_role("button", name="Pay rent", exact=True).click(modifiers=["Control"])
    await page.get_by_role("group", name="Selected tasks").get_by_role("button", name="Date of selected").click()
    await (await expect_refused("Due date")).press("Escape")
    await choose_in_menu(page, "Filter and sort")
    await page.get_by_role("button", name="Due until").click()
    line = await expect_refused("Due until")
    await line.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="Due until").click()
    await expect(line).to_have_value("")


async def test_dates_are_chosen(visitor: Visitor):
    await visitor.go_through(escape_closes_only_the_dialog, a_clicked_day_replaces_a_bound_in_words)


PRESS = """(field, key) => field.dispatchEvent(
    new KeyboardEvent("keydown", { key, keyCode: 229, bubbles: true, cancelable: true }))"""


async def expect_open_after_composition(field: Locator) -> None:
    await field.fill("かいもの")
    for key in ("Enter", "Escape"):
        assert await field.evaluate(PRESS, key), f"the page handles {key}"
    await expect(field).to_be_focused()
    await expect(field).to_have_value("かいもの")


async def test_the_enter_and_escape_of_an_input_method_end_no_edit(visitor: Visitor):
    page = visitor.page
    await visitor.ask("add buy milk", "#1")

    await visitor.tasks.get_by_role("button", name="Buy milk").click()
    await expect_open_after_composition(page.get_by_role("textbox", name="Title"))
    await page.keyboard.press("Escape")

    await page.get_by_role("navigation", name="Conversations").get_by_role("link").press("F2")
    await expect_open_after_composition(page.get_by_role("textbox", name="Title of the conversation"))
    await page.keyboard.press("Escape")

    await visitor.checkbox("Complete #1 Buy milk").press("d")
    await expect_open_after_composition(page.get_by_role("textbox", name="Due date"))
    await page.keyboard.press("Escape")

    await visitor.checkbox("Complete #1 Buy milk").press("Enter")
    await page.get_by_role("article", name="Task details").get_by_role("button", name="Buy milk").click()
    await expect_open_after_composition(page.get_by_role("textbox", name="Title"))

    await expect(visitor.message_box).to_be_editable()
    await expect_open_after_composition(visitor.message_box)
