"""The layout on screens that are touched."""

import pytest
from playwright.async_api import expect

from tests.serving import Server
from tests.ui.shell.test_layout import SLID_IN
from tests.ui.visitor import Visit

SPACES_OF_ROWS = """() => {
    const textOf = (element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return range.getBoundingClientRect();
    };
    return [...document.querySelectorAll(".task")].map((row) => {
        const [frame, title, number] = [row.getBoundingClientRect(), ...[".task-title", ".task-number"]
            .map((name) => textOf(row.querySelector(name)))];
        return [title.top - frame.top, number.top - title.bottom, frame.bottom - number.bottom].map(Math.round);
    });
}"""


async def test_rows_that_are_touched_have_equal_space_above_and_below_whatever_the_title(
    visit: Visit, offline_server: Server
) -> None:
    for size in ({"width": 390, "height": 800}, {"width": 1280, "height": 800}):
        visitor = await visit(offline_server, viewport=size, has_touch=True)
        for title in ("Milk", "Call the dentist about the appointment", 4 * "A title of many lines "):
            await visitor.api("POST", "/api/tasks", json={"title": title, "due_at": "2031-05-15"})
        await visitor.api("POST", "/api/tasks", json={"title": "Bread"})
        await visitor.open("/?view=all")
        await expect(visitor.tasks).to_have_count(4)
        await visitor.page.evaluate(SLID_IN)
        spaces = await visitor.page.evaluate(SPACES_OF_ROWS)
        assert len({tuple(row) for row in spaces}) == 1, spaces
        above, between, below = spaces[0]
        assert abs(above - below) <= 2, spaces
        assert 0 <= between < below, spaces


CUT_HINTS = """() => [...document.querySelectorAll("input[placeholder]")]
    .filter((field) => field.checkVisibility())
    .filter((field) => {
        const { font, fontSize, paddingLeft, paddingRight } = getComputedStyle(field);
        const clear = field.type === "search" ? parseFloat(fontSize) : 0;  // the width of its button that clears it
        const pen = document.createElement("canvas").getContext("2d");
        pen.font = font;
        const width = field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - clear;
        return pen.measureText(field.placeholder).width > width;
    })
    .map((field) => field.placeholder)"""


@pytest.mark.parametrize("width", [390, 1280])
async def test_hints_in_fields_that_are_touched_fit_in_german(visit: Visit, offline_server: Server, width: int) -> None:
    visitor = await visit(offline_server, viewport={"width": width, "height": 800}, has_touch=True)
    await visitor.api("PATCH", "/api/auth/me", json={"language": "de"})
    await visitor.page.goto(offline_server.origin)
    await expect(visitor.page.get_by_role("textbox", name="Nachricht", exact=True)).to_be_editable()
    for tab, name in (("Aufgaben", "Aufgaben suchen"), ("Unterhaltungen", "Unterhaltung suchen")):
        if width < 768:
            await visitor.page.get_by_role("button", name=tab, exact=True).tap()
        await expect(visitor.page.get_by_role("searchbox", name=name)).to_be_visible()
        assert await visitor.page.evaluate(CUT_HINTS) == []
