"""Keys of an input method: Safari reports the one that ends a composition with keyCode 229 after the composition."""

import pytest
from playwright.async_api import Locator, expect

from tests.ui.visitor import Visitor

pytestmark = pytest.mark.soak

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
