"""Manual order: rows are moved by mouse, touch and keys; every tab shows it; Undo reverts it."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.ui.visitor import Visit, Visitor, box_of, choose_in_menu

TITLES = ["Salt", "Eggs", "Cheese", "Bread", "Milk"]  # as a new list stands: the newest first


@pytest.fixture
async def visitor(visit: Visit) -> Visitor:
    someone = await visit(*reversed(TITLES), at="/?sort=manual")
    await expect_order(someone, TITLES)
    await expect(handle(someone, "Salt")).to_be_visible()
    return someone


async def expect_order(visitor: Visitor, titles: list[str]) -> None:
    await expect(visitor.tasks.locator(".task-title")).to_have_text(titles)


def handle(visitor: Visitor, title: str) -> Locator:
    return visitor.tasks.filter(has_text=title).get_by_role("button", name="Move #")


async def drag(visitor: Visitor, title: str, onto: str) -> None:
    start, end = await box_of(handle(visitor, title)), await box_of(handle(visitor, onto))
    mouse, x = visitor.page.mouse, start["x"] + start["width"] / 2
    await mouse.move(x, start["y"] + start["height"] / 2)
    await mouse.down()
    await mouse.move(x, end["y"] + end["height"] / 2, steps=8)
    row = visitor.tasks.filter(has=visitor.page.get_by_text(title, exact=True))
    # It goes where the mouse is.
    await expect(row).to_have_css("transform", re.compile(r"matrix\(1, 0, 0, 1, 0, -?\d{2,}"))
    await mouse.up()


async def test_rows_are_moved_by_mouse_and_keys_in_every_tab_and_only_manual_order_has_handles(visitor: Visitor):
    other = await visitor.open_tab("/?sort=manual")
    await drag(visitor, "Salt", "Cheese")
    moved = ["Eggs", "Cheese", "Salt", "Bread", "Milk"]
    await expect_order(visitor, moved)
    await expect_order(other, moved)
    await visitor.undo()
    await expect_order(visitor, TITLES)
    await expect_order(other, TITLES)
    await choose_in_menu(visitor.page, "Filter and sort")
    sort = visitor.page.get_by_role("combobox", name="Sort by")
    await sort.select_option(label="Added")
    await expect(handle(visitor, "Salt")).to_have_count(0)
    await sort.select_option(label="By hand")
    await expect(handle(visitor, "Salt")).to_have_accessible_description(re.compile("move it with the arrow keys"))

    await visitor.checkbox("Complete #5 Salt").focus()
    said = visitor.page.locator(".sr-only[aria-live=polite]", has_text="Moved to")
    for position in (2, 3):
        await visitor.page.keyboard.press("Alt+ArrowDown")
        await expect(said).to_have_text(f"Moved to position {position}")
    await expect_order(visitor, ["Eggs", "Cheese", "Salt", "Bread", "Milk"])
    await expect(visitor.checkbox("Complete #5 Salt")).to_be_focused()
    await visitor.page.keyboard.press("Alt+ArrowUp")
    await expect_order(other, ["Eggs", "Salt", "Cheese", "Bread", "Milk"])


QUICK_MOVES = """(tick) => {
  const list = tick.closest("[role=list]");
  const shown = [];
  const titles = () => [...list.querySelectorAll(".task-title")].map((title) => title.textContent);
  new MutationObserver(() => shown.push(titles())).observe(list, { childList: true, subtree: true });
  const down = { key: "ArrowDown", altKey: true, bubbles: true, cancelable: true };
  for (let press = 0; press < 3; press++) tick.dispatchEvent(new KeyboardEvent("keydown", down));
  return shown;
}"""


@pytest.mark.soak
async def test_a_row_moved_twice_does_not_jump_back_after_the_first_answer(visitor: Visitor):
    other = await visitor.open_tab("/?sort=manual")
    shown = await visitor.checkbox("Complete #5 Salt").evaluate_handle(QUICK_MOVES)
    moved = ["Eggs", "Cheese", "Bread", "Salt", "Milk"]
    await expect_order(other, moved)
    await expect(visitor.notice).to_contain_text("Moved #5 Salt")
    await visitor.checkbox("Complete #1 Milk").click()
    await expect(visitor.notice).to_contain_text("Completed #1 Milk")
    orders = await shown.json_value()
    assert orders
    assert all(order == [title for title in moved if title in order] for order in orders), orders


@pytest.mark.soak
async def test_a_move_in_reversed_order_puts_the_row_where_it_is_seen(visitor: Visitor):
    await visitor.open("/?sort=manual&order=desc")
    await expect_order(visitor, TITLES[::-1])
    await visitor.checkbox("Complete #1 Milk").focus()
    await visitor.page.keyboard.press("Alt+ArrowDown")
    await expect(visitor.notice).to_contain_text("Moved #1 Milk")
    await visitor.page.reload()
    await expect_order(visitor, ["Bread", "Milk", "Cheese", "Eggs", "Salt"])
    await visitor.checkbox("Complete #1 Milk").press("Alt+ArrowUp")
    await expect(visitor.notice).to_contain_text("Moved #1 Milk")
    await visitor.page.reload()
    await expect_order(visitor, TITLES[::-1])
