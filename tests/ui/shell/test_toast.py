"""The notice after an action."""

from playwright.async_api import expect

from tests.ui.visitor import Visitor

RECORD_ADDED = """region => {
    const said = [];
    const textOf = ({ textContent }) => textContent.replace(/Undo$/, "");
    const note = ({ addedNodes }) => said.push(...[...addedNodes].map(textOf).filter(Boolean));
    new MutationObserver((records) => records.forEach(note)).observe(region, { childList: true, subtree: true });
    return said;
}"""
"""Record what is added to the region, which is what screen readers announce."""


async def test_each_notice_is_said_once_by_a_live_region_that_is_there_before(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.api("POST", "/api/tasks", json={"title": "Milk"})
    said = await page.locator(".toasts[aria-live=polite]").evaluate_handle(RECORD_ADDED)
    notice = page.get_by_role("group", name="Notice")
    await expect(notice).to_have_count(0)
    await visitor.checkbox("Complete #1 Milk").press("Space")
    await expect(notice).to_contain_text("Completed #1 Milk")
    await page.keyboard.press("Control+z")
    await expect(notice).to_contain_text("Undone: Completed #1 Milk")
    for _ in range(2):
        await notice.get_by_role("button", name="Dismiss").click()
        await expect(notice).to_have_count(0)
        await visitor.checkbox("Complete #1 Milk").press("Control+z")
        await expect(notice).to_contain_text("nothing to undo")
    nothing = "There is nothing to undo."
    assert await said.json_value() == ["Completed #1 Milk", "Undone: Completed #1 Milk", nothing, nothing]
