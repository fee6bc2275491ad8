"""Low windows, as of a phone on its side or at 400 % zoom, and screens with a notch."""

import pytest
from playwright.async_api import expect

from tests.serving import Server
from tests.ui.shell.test_accessibility import pane
from tests.ui.visitor import Visit

SORT_AT_THE_END = """(panel) => {
    panel.scrollTop = panel.scrollHeight;
    const { left, top, bottom } = panel.querySelector("select").getBoundingClientRect();
    const touched = [top + 2, bottom - 2].map((y) => document.elementFromPoint(left + 10, y)?.id);
    const tabs = document.querySelector(".tab-bar").getBoundingClientRect();
    return [panel.getBoundingClientRect().bottom <= (tabs.height ? tabs.top : innerHeight), ...touched];
}"""


@pytest.mark.parametrize(("width", "height", "has_touch"), [(844, 390, True), (667, 375, True), (320, 256, False)])
async def test_all_filters_can_be_reached_in_a_low_window(
    visit: Visit, offline_server: Server, width: int, height: int, has_touch: bool
) -> None:
    visitor = await visit(offline_server, viewport={"width": width, "height": height}, has_touch=has_touch)
    await visitor.api("POST", "/api/tasks", json={"title": "Buy milk", "priority": "high"})
    await visitor.open("/?priority=high")
    await pane(visitor, "Tasks")
    await visitor.page.get_by_role("button", name="Filter and sort").click()
    panel = visitor.page.get_by_role("group", name="Filter and sort")
    await expect(panel.get_by_role("button", name="Any", exact=True)).to_be_visible()
    assert await panel.evaluate(SORT_AT_THE_END) == [True, "sort-tasks", "sort-tasks"]
