"""Keyboard shortcuts, and a conversation opened from any list."""

import pytest
from playwright.async_api import expect

from tests.chatting import message
from tests.ui.visitor import Visit, Visitor, enter

PRESS = """(init) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true }))"""
"""Press the key on the focused element; returns whether the page leaves it to the browser."""


async def a_conversation_that_is_not_in_the_list_shows_its_title(visitor: Visitor) -> None:
    await visitor.ask("help", "buy milk")
    first = await visitor.conversation_path()
    for number in range(31):
        await visitor.api("POST", "/api/chatkit", json=message(f"help {number}"))
    await visitor.open(first)
    await expect(visitor.page.get_by_role("heading", name="help", exact=True)).to_be_visible()


async def the_first_tab_stop_and_shortcut_keys_lead_to_fields_also_in_hidden_panes(visitor: Visitor) -> None:
    keyboard, page = visitor.page.keyboard, visitor.page
    await page.evaluate("document.body.tabIndex = -1, document.body.focus()")
    await keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Write a message")).to_be_focused()
    await keyboard.press("Enter")
    await expect(visitor.message_box).to_be_focused()
    await visitor.message_box.evaluate("element => element.blur()")
    await keyboard.press("n")
    await expect(visitor.add_line).to_be_focused()
    await keyboard.type("c/n?")
    await expect(visitor.add_line).to_have_value("c/n?")
    await visitor.add_line.evaluate("element => element.blur()")
    await keyboard.press("/")
    await expect(page.get_by_role("searchbox", name="Search tasks")).to_be_focused()
    await page.get_by_role("searchbox", name="Search tasks").evaluate("element => element.blur()")
    await keyboard.press("c")
    await expect(visitor.message_box).to_be_focused()
    await visitor.message_box.evaluate("element => element.blur()")
    await keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Search tasks")
    await keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Keyboard")).to_have_count(0)

    await page.set_viewport_size({"width": 375, "height": 812})
    await keyboard.press("n")
    await expect(visitor.add_line).to_be_focused()
    await visitor.add_line.evaluate("element => element.blur()")
    await keyboard.press("c")
    await expect(visitor.message_box).to_be_focused()


async def test_the_list_is_one_tab_stop_and_keys_do_everything_in_it(visitor: Visitor) -> None:
    await visitor.post_tasks(*(f"Task {number}" for number in range(1, 8)))
    await visitor.open("/?sort=created")
    await expect(visitor.tasks.first).to_contain_text("Task 7")
    keyboard, page = visitor.page.keyboard, visitor.page
    await page.get_by_role("searchbox", name="Search tasks").focus()
    await keyboard.press("ArrowDown")
    await expect(visitor.checkbox("Task 7")).to_be_focused()
    await keyboard.press("j")
    await keyboard.press("ArrowDown")
    await keyboard.press("k")
    await expect(visitor.checkbox("Task 6")).to_be_focused()
    reached = await page.evaluate(
        """[...document.querySelectorAll(".task")]
        .filter((row) => [...row.querySelectorAll("button, input")].some((control) => control.tabIndex >= 0)).length"""
    )
    assert reached == 1
    await keyboard.press("End")
    await expect(visitor.checkbox("Task 1")).to_be_focused()
    await keyboard.press("Home")
    await expect(visitor.checkbox("Task 7")).to_be_focused()

    await keyboard.press("Delete")
    await expect(visitor.checkbox("Task 6")).to_be_focused()
    assert "Task 7" not in {task["title"] for task in await visitor.all_tasks()}
    await keyboard.press("Space")
    await expect(visitor.checkbox("Task 5")).to_be_focused()
    assert (await visitor.task("Task 6"))["completed_at"]

    await keyboard.press("e")
    await enter(page.get_by_role("textbox", name="Title"), "Other words")
    await expect(visitor.checkbox("Other words")).to_be_focused()
    await keyboard.press("e")
    field = page.get_by_role("textbox", name="Title")
    await keyboard.press("Control+z")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("Other words")
    await keyboard.press("Escape")
    await expect(visitor.checkbox("Other words")).to_be_focused()
    await keyboard.press("d")
    await expect(page.get_by_role("textbox", name="Due date")).to_be_focused()
    await keyboard.type("1 may 2031")
    await keyboard.press("Enter")
    await expect(visitor.tasks.filter(has_text="Other words")).to_contain_text("1 May 2031")
    await expect(visitor.checkbox("Other words")).to_be_focused()
    await keyboard.press("d")
    await keyboard.press("Escape")
    await expect(visitor.checkbox("Other words")).to_be_focused()
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(visitor.panel).to_contain_text("Task 4")
    await keyboard.press("Escape")
    await expect(visitor.checkbox("Task 4")).to_be_focused()
    await keyboard.press("Backspace")
    await expect(visitor.checkbox("Task 4")).to_have_count(0)


async def letter_shortcuts_are_ignored_in_fields_with_modifiers_and_in_dialogs(visitor: Visitor) -> None:
    await visitor.post_tasks("Stays")
    await expect(visitor.checkbox("Stays")).to_be_visible()
    page, keyboard = visitor.page, visitor.page.keyboard
    await visitor.checkbox("Stays").focus()
    for key in ("Control+d", "Alt+e", "Shift+Delete", "Meta+x"):
        await keyboard.press(key)
        await expect(visitor.checkbox("Stays")).to_be_focused()
    await page.evaluate(
        """document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key: "n", isComposing: true, bubbles: true }))"""
    )
    await expect(visitor.checkbox("Stays")).to_be_focused()
    await keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    for keys in ("Ctrl", "Alt", "F2", "Home", "Space"):
        await expect(dialog.get_by_text(keys, exact=True).first).to_be_visible()
    await keyboard.press("n")
    await expect(dialog.locator(":focus")).to_have_count(1)
    await keyboard.press("Escape")
    await expect(visitor.checkbox("Stays")).to_be_focused()
    await visitor.message_box.fill("")
    await visitor.message_box.press_sequentially("jknx/?")
    await expect(visitor.message_box).to_have_value("jknx/?")
    assert (await visitor.task())["completed_at"] is None


async def shortcuts_are_at_the_same_place_on_a_keyboard_of_another_script(visitor: Visitor) -> None:
    await expect(visitor.checkbox("Complete #2 Купить хлеб")).to_be_visible()
    page = visitor.page

    async def press(key: str, code: str, **modifiers: bool) -> None:
        await page.evaluate(PRESS, {"key": key, "code": code, **modifiers})

    await press("л", "KeyK", ctrlKey=True)
    await expect(page.get_by_role("dialog", name="Search or command")).to_be_visible()
    await page.keyboard.press("Escape")
    await visitor.message_box.evaluate("element => element.blur()")
    await press("о", "KeyJ")
    await expect(visitor.checkbox("Complete #2 Купить хлеб")).to_be_focused()
    await press("о", "KeyJ")
    await expect(visitor.checkbox("Complete #1 Купить молоко")).to_be_focused()
    await press("у", "KeyE")
    await expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    await page.keyboard.press("Escape")
    await press("т", "KeyN")
    await expect(visitor.add_line).to_be_focused()
    await page.keyboard.press("Escape")
    await press("Т", "KeyN", shiftKey=True)
    await press("à", "KeyC")  # a letter of its own in Latin script, such as in the layout bépo
    await press("ü", "BracketLeft")
    await expect(page.locator("body")).to_be_focused()
    await press("я", "KeyZ", ctrlKey=True)
    await expect(visitor.notice).to_contain_text("nothing to undo")


async def escape_leaves_the_fields_and_tab_leads_from_the_add_line_to_the_list(visitor: Visitor) -> None:
    await visitor.post_tasks("One", "Two")
    await visitor.open("/?sort=created")
    await expect(visitor.tasks.first).to_contain_text("Two")
    keyboard, line = visitor.page.keyboard, visitor.add_line
    for field in (visitor.message_box, line):
        await field.fill("typed")
        await field.press("Escape")
        await keyboard.press("j")
        await expect(visitor.checkbox("Two")).to_be_focused()
        await expect(field).to_have_value("typed")
        await field.fill("")
    await line.press("Tab")
    await expect(visitor.checkbox("Two")).to_be_focused()
    await line.fill("Call tomorrow")
    await expect(visitor.page.locator(".add-line .chip")).to_have_count(1)
    await line.press("Tab")
    await expect(visitor.page.locator(".add-line .chip")).to_be_focused()


async def the_focus_of_a_control_that_disappears_goes_to_the_one_before(visitor: Visitor) -> None:
    await visitor.post_tasks({"title": "Buy milk", "tags": ["shop"]})
    page = visitor.page
    tag = page.get_by_role("group", name="Tags").get_by_role("button", name="#shop")
    await tag.press("Enter")
    await expect(tag).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="Clear", exact=True).press("Enter")
    await expect(tag).to_have_attribute("aria-pressed", "false")
    await expect(tag).to_be_focused()
    await visitor.checkbox("Buy milk").press("Space")
    await expect(visitor.notice).to_contain_text("Buy milk")
    await visitor.notice.get_by_role("button", name="Undo").press("Enter")
    await expect(visitor.checkbox("Buy milk")).not_to_be_checked()
    await visitor.notice.get_by_role("button", name="Dismiss").press("Enter")
    await expect(visitor.checkbox("Buy milk")).to_be_focused()


@pytest.mark.soak
async def test_the_keyboard_reaches_everything(visit: Visit):
    visitor = await visit("Купить молоко", "Купить хлеб", at="/?sort=created")
    await visitor.go_through(
        shortcuts_are_at_the_same_place_on_a_keyboard_of_another_script,
        a_conversation_that_is_not_in_the_list_shows_its_title,
        the_first_tab_stop_and_shortcut_keys_lead_to_fields_also_in_hidden_panes,
        letter_shortcuts_are_ignored_in_fields_with_modifiers_and_in_dialogs,
        the_focus_of_a_control_that_disappears_goes_to_the_one_before,
        escape_leaves_the_fields_and_tab_leads_from_the_add_line_to_the_list,
    )
