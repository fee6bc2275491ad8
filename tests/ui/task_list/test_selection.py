"""Selected tasks: selecting, actions on all of them, Undo, and messages about them."""

from collections.abc import Iterable

import pytest
from playwright.async_api import Locator, expect

from tests.ui.visitor import Visit, Visitor, box_of, choose_in_menu, enter

TITLES = ("Milk", "Bread", "Cheese", "Eggs", "Salt")  # #1 to #5: the list begins with the newest


async def add_tasks(visitor: Visitor) -> None:
    await visitor.post_tasks(*TITLES)
    await expect(visitor.tasks).to_have_count(len(TITLES))


def row(visitor: Visitor, title: str) -> Locator:
    return visitor.tasks.filter(has_text=title)


def mark(visitor: Visitor, title: str) -> Locator:
    return row(visitor, title).get_by_role("button", name="Select #")


def button(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("group", name="Selected tasks").get_by_role("button", name=name)


async def select(visitor: Visitor, *titles: str) -> None:
    """Select the rows by Ctrl and a click."""
    for title in titles:
        await visitor.page.get_by_role("button", name=title, exact=True).click(modifiers=["Control"])


async def expect_selected(visitor: Visitor, titles: Iterable[str]) -> None:
    for title in TITLES:
        if await row(visitor, title).count():
            pressed = "true" if title in titles else "false"
            await expect(mark(visitor, title)).to_have_attribute("aria-pressed", pressed)


async def stored(visitor: Visitor, **wanted: object) -> set[str]:
    """Return the titles of the stored tasks with these field values."""
    found = await visitor.all_tasks()
    return {task["title"] for task in found if all(task[name] == value for name, value in wanted.items())}


async def rows_are_selected_by_ctrl_shift_and_keys_and_deselected_by_escape(visitor: Visitor) -> None:
    await add_tasks(visitor)
    page = visitor.page
    await select(visitor, "Eggs")
    await page.get_by_role("button", name="Bread", exact=True).click(modifiers=["Shift"])
    await expect_selected(visitor, {"Eggs", "Cheese", "Bread"})
    await expect(page.get_by_role("status", name="Selected tasks")).to_have_text("3 tasks selected")
    await select(visitor, "Cheese")
    await expect_selected(visitor, {"Eggs", "Bread"})
    await expect(page.get_by_role("textbox", name="Title")).to_have_count(0)
    await visitor.checkbox("Milk").focus()
    await page.keyboard.press("x")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Control+Space")
    await page.keyboard.press("x")
    await expect_selected(visitor, {"Eggs", "Bread", "Milk"})
    assert await stored(visitor, completed_at=None) == set(TITLES)
    await button(visitor, "Priority of selected").press("Enter")
    await expect(button(visitor, "High")).to_be_focused()
    await page.keyboard.press("Escape")  # closes the choice, and only that
    await expect(button(visitor, "Priority of selected")).to_be_focused()
    await expect(button(visitor, "High")).to_have_count(0)
    await expect_selected(visitor, {"Eggs", "Bread", "Milk"})
    await button(visitor, "Priority of selected").press("Enter")
    await button(visitor, "Clear selection").click()
    await expect_selected(visitor, set())
    await select(visitor, "Eggs")
    chip = page.get_by_role("group", name="Tasks for this message")
    await expect(chip).to_contain_text("1 task selected")
    await chip.get_by_role("button", name="Leave them out of the message").click()
    await expect_selected(visitor, set())
    await select(visitor, "Eggs")
    await expect(button(visitor, "Priority of selected")).to_be_visible()
    await expect(button(visitor, "High")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect_selected(visitor, set())
    await expect(page.get_by_role("group", name="Selected tasks")).to_have_count(0)


async def one_undo_reverts_an_edit_of_several_tasks(visitor: Visitor) -> None:
    await add_tasks(visitor)
    await select(visitor, "Milk", "Cheese", "Salt")
    await button(visitor, "Tag selected").click()
    await enter(visitor.page.get_by_role("textbox", name="New tag"), "#shop")
    await expect(row(visitor, "Milk").get_by_text("#shop")).to_be_visible()
    assert await stored(visitor, tags=["shop"]) == {"Milk", "Cheese", "Salt"}
    await button(visitor, "Priority of selected").click()
    await button(visitor, "High").click()
    await expect(row(visitor, "Salt").get_by_text("High")).to_be_visible()
    await expect(button(visitor, "Priority of selected")).to_be_focused()
    await button(visitor, "Date of selected").click()
    await button(visitor, "Tomorrow").click()
    await expect(row(visitor, "Cheese").get_by_text("Tomorrow")).to_be_visible()
    await visitor.undo()
    await expect(visitor.tasks.filter(has_text="Tomorrow")).to_have_count(0)
    assert await stored(visitor, due_at=None) == set(TITLES)
    assert await stored(visitor, priority="high") == {"Milk", "Cheese", "Salt"}


async def one_undo_reverts_what_is_done_to_several_tasks_and_one_that_leaves_the_list_is_deselected(
    visitor: Visitor,
) -> None:
    await add_tasks(visitor)
    await select(visitor, "Milk", "Cheese")
    await button(visitor, "Complete selected").click()
    await visitor.notice.hover()  # keeps it
    await expect(visitor.tasks).to_have_count(3)
    assert await stored(visitor, completed_at=None) == {"Bread", "Eggs", "Salt"}
    await expect(visitor.page.get_by_role("group", name="Selected tasks")).to_have_count(0)
    await expect(visitor.page.get_by_role("button", name="More for the list")).to_be_focused()
    await visitor.undo()
    await expect(visitor.tasks).to_have_count(5)
    await select(visitor, "Bread", "Salt", "Eggs")
    await button(visitor, "Delete selected").click()
    await expect(visitor.tasks).to_have_count(2)
    await visitor.undo()
    await expect(visitor.tasks).to_have_count(5)
    await select(visitor, "Milk", "Cheese")
    await visitor.api("DELETE", f"/api/tasks/{(await visitor.task('Cheese'))['number']}")
    await expect(visitor.page.get_by_role("status", name="Selected tasks")).to_have_text("1 task selected")
    await expect_selected(visitor, {"Milk"})


async def a_message_refers_to_exactly_the_selected_tasks_and_a_refused_one_selects_them_again(visitor: Visitor) -> None:
    await add_tasks(visitor)
    await visitor.ask("list my tasks", "Salt")
    await select(visitor, "Milk", "Cheese", "Salt")
    await visitor.send("x" * 10_001)
    await expect(visitor.alert).to_contain_text("A message has at most 10,000 characters")
    await expect(visitor.message_box).to_have_value("x" * 10_001)
    await expect_selected(visitor, {"Milk", "Cheese", "Salt"})
    await visitor.ask("move these to Friday", "Changed #5 Salt")
    assert await stored(visitor, due_at=None) == {"Bread", "Eggs"}
    await expect(visitor.user_messages.last).to_contain_text("about#1#3#5")
    await expect_selected(visitor, set())
    await visitor.page.reload()
    await visitor.user_messages.last.get_by_role("link", name="#3").click()
    await expect(visitor.page.locator('.task[data-number="3"][data-lit]')).to_be_visible()


@pytest.mark.soak
async def test_on_a_phone_a_button_or_a_long_press_starts_selecting(visit: Visit):
    phone = await visit(*TITLES, has_touch=True, is_mobile=True)
    page = phone.page
    await page.set_viewport_size({"width": 375, "height": 740})
    await phone.show_pane("Tasks")
    await choose_in_menu(page, "Select tasks")
    for title in ("Milk", "Eggs"):
        await row(phone, title).tap()
    await expect_selected(phone, {"Milk", "Eggs"})
    for control in await button(phone, "").all():
        box = await box_of(control)
        assert min(box["width"], box["height"]) >= 44
    await page.get_by_role("button", name="Clear selection").tap()
    await expect(page.get_by_role("group", name="Selected tasks")).to_have_count(0)
    await expect_selected(phone, set())
    box = await box_of(row(phone, "Bread"))
    at = {"x": box["x"] + 120, "y": box["y"] + 30}
    client = await phone.context.new_cdp_session(page)
    await client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    await expect(mark(phone, "Bread")).to_have_attribute("aria-pressed", "true")
    await client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await expect_selected(phone, {"Bread"})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 375


async def a_too_long_title_is_refused_beside_the_selection_bar_and_dismissed_by_a_button(visitor: Visitor) -> None:
    await add_tasks(visitor)
    await select(visitor, "Milk", "Bread")
    await visitor.add_task("a" * 256)
    await expect(visitor.alert).to_contain_text("255")
    await expect(visitor.add_line).to_have_value("a" * 256)
    await expect(visitor.tasks).to_have_count(len(TITLES))
    await button(visitor, "Tag selected").click()
    await expect(visitor.page.get_by_role("textbox", name="New tag")).to_be_focused()
    await expect(visitor.alert).to_be_visible()
    await button(visitor, "Complete selected").click(trial=True)
    await visitor.alert.get_by_role("button", name="Dismiss").press("Enter")
    await expect(visitor.alert).to_have_count(0)
    await expect_selected(visitor, {"Milk", "Bread"})


async def test_tasks_are_selected(visitor: Visitor):
    await visitor.go_through(
        a_message_refers_to_exactly_the_selected_tasks_and_a_refused_one_selects_them_again,
        rows_are_selected_by_ctrl_shift_and_keys_and_deselected_by_escape,
        one_undo_reverts_an_edit_of_several_tasks,
    )


@pytest.mark.soak
async def test_a_selection_ends_with_its_tasks_and_stays_beside_a_refusal(visitor: Visitor):
    await visitor.go_through(
        one_undo_reverts_what_is_done_to_several_tasks_and_one_that_leaves_the_list_is_deselected,
        a_too_long_title_is_refused_beside_the_selection_bar_and_dismissed_by_a_button,
    )
