"""Long lists: paging, completeness after changes, small updates."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import expect

from tests.serving import Server
from tests.ui.visitor import Visit, Visitor

TASKS = 170
CHEAP_BYTES = 8_000
"""For one row that is ticked and leaves; a page of rows is over twice as much."""
STYLING = ["devtools.timeline", "disabled-by-default-devtools.timeline.invalidationTracking"]
AROUND = """(list) => {
  const around = [];
  for (let box = list; box; box = box.parentElement)
    around.push(box.tagName + (box.className && ` class='${box.className}'`));
  return around;
}"""
"""The list and all that it is in, as the browser calls them when it notes what it styles anew."""
ROOT_RULES = """() => {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const searches = rules.filter(({ selectorText }) => /:root[^,]*:has\\(/.test(selectorText));
  return [getComputedStyle(document.documentElement).colorScheme, searches.length];
}"""
"""The scheme of the whole page, and how many rules of its root have to search the page."""


@asynccontextmanager
async def restyled(person: Visitor) -> AsyncIterator[set[str]]:
    """The elements whose style, or whose rows' style, the browser has found anew, once the block is over."""
    browser, found = person.context.browser, set[str]()
    assert browser is not None
    await browser.start_tracing(page=person.page, categories=STYLING)
    yield found
    for event in json.loads(await browser.stop_tracing())["traceEvents"]:
        if event["name"] in ("StyleRecalcInvalidationTracking", "ScheduleStyleInvalidationTracking"):
            found.add(event["args"]["data"]["nodeName"])


async def test_a_long_list_comes_by_page_stays_whole_and_costs_only_what_changes(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    tasks = [
        {"title": f"Task {number}", "priority": "high" if number % 2 else "low", "tags": ["long"]}
        for number in range(1, TASKS + 1)
    ]
    for task in tasks:
        (await person.api("POST", "/api/tasks", json=task)).raise_for_status()
    received: list[int] = []
    person.page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
    await person.page.reload()
    await expect(person.tasks).to_have_count(50)
    await expect(person.page.get_by_role("button", name=f"Open {TASKS}")).to_be_visible()
    for length in (100, 150, TASKS):
        before = len(received)
        await person.page.get_by_role("button", name="Show more").scroll_into_view_if_needed()
        await expect(person.tasks).to_have_count(length)
        assert sum(received[before:]) < 60_000
    await expect(person.page.get_by_role("button", name="Show more")).to_have_count(0)

    await person.checkbox("Complete #5 Task 5").scroll_into_view_if_needed()
    around = await person.page.get_by_role("list", name="Tasks").evaluate(AROUND)
    async with restyled(person) as elements:
        before = len(received)
        await person.checkbox("Complete #5 Task 5").check()
        await expect(person.tasks).to_have_count(TASKS - 1)
        await person.api("PATCH", "/api/tasks/140", json={"title": "Changed from afar"})
        await expect(person.checkbox("Complete #140 Changed from afar")).to_be_attached()
        assert sum(received[before:]) < CHEAP_BYTES
        await person.page.get_by_role("button", name="Undo").click()
        await expect(person.tasks).to_have_count(TASKS)
        assert await person.tasks.nth(TASKS - 5).locator(".task").get_attribute("data-number") == "5"
        await person.api("POST", "/api/tasks", json={"title": "The newest"})
        await expect(person.tasks.first).to_contain_text("The newest")
        await expect(person.tasks).to_have_count(TASKS + 1)
    assert await person.page.evaluate(ROOT_RULES) == ["light", 0]
    assert "LI class='task-item'" in elements
    assert not elements & set(around), "a row that comes or goes has the style of all others found anew"
