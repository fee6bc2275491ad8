"""The notice after an action, and what its Undo and Ctrl+Z take back."""

import pytest
from playwright.async_api import expect

from tests.ui.visitor import PHONE, Visit, Visitor


async def test_ctrl_z_undoes_the_last_actions_one_by_one_and_names_them(visitor: Visitor) -> None:
    await visitor.ask("add two tasks: milk, bread", "#2")
    await visitor.checkbox("Complete #1").check()
    await expect(visitor.tasks).to_have_count(1)
    await visitor.checkbox("Complete #2").focus()
    await visitor.page.keyboard.press("Control+z")
    await expect(visitor.notice).to_contain_text("Undone: Completed #1 Milk")
    await expect(visitor.checkbox("Complete #1")).not_to_be_checked()
    await visitor.page.keyboard.press("Control+z")
    await expect(visitor.tasks).to_have_count(0)
    await expect(visitor.notice).to_contain_text("Undone: Added #1 Milk, Added #2 Bread")
    await visitor.page.keyboard.press("Escape")  # the focus is in the add line, since the list is empty
    await visitor.page.keyboard.press("Control+z")
    await expect(visitor.notice).to_contain_text("nothing to undo")


RECORD_ADDED = """region => {
    const said = [];
    const textOf = ({ textContent }) => textContent.replace(/Undo$/, "");
    const note = ({ addedNodes }) => said.push(...[...addedNodes].map(textOf).filter(Boolean));
    new MutationObserver((records) => records.forEach(note)).observe(region, { childList: true, subtree: true });
    return said;
}"""
"""Record what is added to the region, which is what screen readers announce."""


async def each_notice_is_said_once_by_a_live_region_that_is_there_before(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.post_tasks("Milk")
    name = f"#{(await visitor.task('Milk'))['number']} Milk"
    said = await page.locator(".toasts[aria-live=polite]").evaluate_handle(RECORD_ADDED)
    await expect(visitor.notice).to_have_count(0)
    await visitor.checkbox(f"Complete {name}").press("Space")
    await expect(visitor.notice).to_contain_text(f"Completed {name}")
    await page.keyboard.press("Control+z")
    await expect(visitor.notice).to_contain_text(f"Undone: Completed {name}")
    for _ in range(2):
        await visitor.notice.get_by_role("button", name="Dismiss").click()
        await expect(visitor.notice).to_have_count(0)
        await visitor.checkbox(f"Complete {name}").press("Control+z")
        await expect(visitor.notice).to_contain_text("nothing to undo")
    nothing = "There is nothing to undo."
    assert await said.json_value() == [f"Completed {name}", f"Undone: Completed {name}", nothing, nothing]


QUICK_NOTICES = """() => {
    const set = window.setTimeout;
    window.setTimeout = (call, ms, ...rest) => set(call, ms === 8000 ? 100 : ms, ...rest);
}"""
"""Let the notices to come disappear soon."""


async def a_notice_after_an_undo_by_keyboard_disappears_and_the_end_of_one_removes_no_other(visitor: Visitor) -> None:
    await visitor.post_tasks("Buy milk", "Buy bread")
    milk, bread = visitor.checkbox("Buy milk"), visitor.checkbox("Buy bread")
    await milk.press("Space")
    await expect(visitor.notice).to_contain_text("Completed")
    await visitor.notice.get_by_role("button", name="Undo").focus()
    await visitor.page.evaluate(QUICK_NOTICES)
    await visitor.page.keyboard.press("Enter")
    await expect(milk).not_to_be_checked()
    await expect(visitor.notice).to_have_count(0)

    await visitor.page.evaluate("""() => {
        const set = window.setTimeout;
        window.setTimeout = (call, ms, ...rest) => ms === 8000 ? (window.endNotice = call, 0) : set(call, ms, ...rest);
    }""")
    await milk.click()
    await expect(visitor.notice).to_contain_text("Buy milk")
    await bread.evaluate("box => { box.click(); window.endNotice(); }")
    await expect(visitor.notice).to_contain_text("Buy bread")
    await visitor.undo()
    await expect(bread).not_to_be_checked()


@pytest.mark.soak
async def test_the_notice_after_an_undo_by_touch_disappears_by_itself(visit: Visit):
    phone = await visit("Buy milk", **PHONE)
    await phone.page.get_by_role("button", name="Tasks", exact=True).tap()
    await phone.checkbox("Complete #1 Buy milk").tap()
    await expect(phone.notice.get_by_role("button", name="Undo")).to_be_visible()
    await phone.page.evaluate(QUICK_NOTICES)
    await phone.notice.get_by_role("button", name="Undo").tap()
    await expect(phone.checkbox("Complete #1 Buy milk")).not_to_be_checked()
    await expect(phone.notice).to_have_count(0)


@pytest.mark.soak
async def test_actions_have_notices(visitor: Visitor):
    await visitor.go_through(
        each_notice_is_said_once_by_a_live_region_that_is_there_before,
        a_notice_after_an_undo_by_keyboard_disappears_and_the_end_of_one_removes_no_other,
    )
