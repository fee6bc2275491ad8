"""Long lists: paging, completeness after changes, small updates."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from tests.ui.visitor import Visit, Visitor

pytestmark = pytest.mark.soak

TASKS = 170
CHEAP_BYTES = 10_000
"""For one completed row that leaves; a page of rows takes more than twice as much."""
STYLING = ["devtools.timeline", "disabled-by-default-devtools.timeline.invalidationTracking"]
AROUND = """(list) => {
  const around = [];
  for (let box = list; box; box = box.parentElement)
    around.push(box.tagName + (box.className && ` class='${box.className}'`));
  return around;
}"""
"""The list and its ancestors, as the browser's trace names elements whose style it computes again."""
ROOT_RULES = """() => {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const searches = rules.filter(({ selectorText }) => /:root[^,]*:has\\(/.test(selectorText));
  return [getComputedStyle(document.documentElement).colorScheme, searches.length];
}"""
"""The page's colour scheme, and the number of :root rules with :has, which search the whole page."""


@asynccontextmanager
async def collect_restyled_elements(visitor: Visitor) -> AsyncIterator[set[str]]:
    """Yield a set that contains, after the block, the elements whose style the browser has computed again."""
    browser, found = visitor.context.browser, set[str]()
    assert browser is not None
    await browser.start_tracing(page=visitor.page, categories=STYLING)
    yield found
    for event in json.loads(await browser.stop_tracing())["traceEvents"]:
        if event["name"] in ("StyleRecalcInvalidationTracking", "ScheduleStyleInvalidationTracking"):
            found.add(event["args"]["data"]["nodeName"])


async def test_a_long_list_is_paged_stays_complete_and_sends_only_changes(visit: Visit):
    numbered = [(f"Task {number}", "high" if number % 2 else "low") for number in range(1, TASKS + 1)]
    tasks = [{"title": title, "priority": priority, "tags": ["long"]} for title, priority in numbered]
    visitor = await visit(*tasks)
    received: list[int] = []
    visitor.page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
    await visitor.open("/?sort=created")
    await expect(visitor.tasks).to_have_count(50)
    await expect(visitor.page.get_by_role("button", name=f"Open {TASKS}")).to_be_visible()
    for length in (100, 150, TASKS):
        before = len(received)
        await visitor.page.get_by_role("button", name="Show more").scroll_into_view_if_needed()
        await expect(visitor.tasks).to_have_count(length)
        assert sum(received[before:]) < 60_000
    await expect(visitor.page.get_by_role("button", name="Show more")).to_have_count(0)

    await visitor.checkbox("Complete #5 Task 5").scroll_into_view_if_needed()
    around = await visitor.page.get_by_role("list", name="Tasks").evaluate(AROUND)
    async with collect_restyled_elements(visitor) as elements:
        before = len(received)
        await visitor.checkbox("Complete #5 Task 5").check()
        await visitor.notice.hover()  # keeps it
        await expect(visitor.tasks).to_have_count(TASKS - 1)
        await visitor.api("PATCH", "/api/tasks/140", json={"title": "Changed from afar"})
        await expect(visitor.checkbox("Complete #140 Changed from afar")).to_be_attached()
        assert sum(received[before:]) < CHEAP_BYTES
        await visitor.page.get_by_role("button", name="Undo").click()
        await expect(visitor.tasks).to_have_count(TASKS)
        assert await visitor.tasks.nth(TASKS - 5).locator(".task").get_attribute("data-number") == "5"
        await visitor.post_tasks("The newest")
        await expect(visitor.tasks.first).to_contain_text("The newest")
        await expect(visitor.tasks).to_have_count(TASKS + 1)
    assert await visitor.page.evaluate(ROOT_RULES) == ["light", 0]
    assert "LI class='task-item'" in elements
    assert not elements & set(around), "a row that comes or goes has the style of all others found anew"
