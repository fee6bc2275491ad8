"""A silent or lost database: the page shows it, corrects what it showed, and recovers by itself."""

import pytest
from playwright.async_api import expect

from tests.ui.visitor import Visitor

pytestmark = pytest.mark.soak

WAITING = "The server has not answered yet"
UNSURE = "your last change may be missing"
KEEP_CLICKING = """(button) => {
  button.click();
  const clicks = setInterval(() => button.click(), 300);
  return () => clearInterval(clicks);
}"""
LONGER_THAN_A_TICKED_ROW_IS_SEEN = "new Promise((resolve) => setTimeout(resolve, 2700))"


async def test_a_silent_or_lost_database_is_shown_and_the_page_recovers(visitor: Visitor):
    await visitor.add_task("Buy milk")
    row = visitor.checkbox("Complete #1 Buy milk")
    await expect(row).to_be_visible()
    tasks = visitor.page.get_by_role("region", name="Tasks")
    views = tasks.locator(".views")
    waiting = visitor.page.get_by_role("status").filter(has_text=WAITING)

    with visitor.server.suspended_postgres():
        clicks = await views.get_by_role("button", name="Done").evaluate_handle(KEEP_CLICKING)
        await expect(waiting).to_be_visible()
        await clicks.evaluate("stop => stop()")
    await expect(row).to_have_count(0)
    await expect(waiting).to_have_count(0)
    await views.get_by_role("button", name="Open").click()
    await expect(row).to_be_visible()

    done = await views.get_by_role("button", name="Done").element_handle()
    await row.check()
    # Looks at each frame: the row leaves soon.
    await visitor.page.wait_for_function("(done) => done.textContent.endsWith('1')", arg=done)
    with visitor.server.suspended_postgres():
        await row.uncheck()
        await visitor.page.evaluate(LONGER_THAN_A_TICKED_ROW_IS_SEEN)
        await expect(row).not_to_be_checked()
    await expect(waiting).to_have_count(0)
    await expect(row).not_to_be_checked()

    # Once this is shown, the page has read all changes: only the click meets the outage.
    await visitor.api("PATCH", "/api/tasks/1", json={"priority": "high"})
    await expect(visitor.tasks.locator(".task-priority")).to_have_text("High")
    with visitor.server.unstartable_postgres():
        await row.click()
        await expect(visitor.alert.filter(has_text=UNSURE)).to_be_visible()
        await expect(tasks.get_by_role("button", name="Retry")).to_be_visible()
        await expect(row).to_have_count(0)
    await expect(row).not_to_be_checked()
    assert (await visitor.api("GET", "/api/tasks")).json()["counts"]["open"] == 1
