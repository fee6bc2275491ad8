"""The layout on screens that are touched."""

import pytest
from playwright.async_api import expect

from tests.ui.shell.appearance.test_layout import SLID_IN
from tests.ui.visitor import Visit

pytestmark = pytest.mark.soak

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


async def test_rows_that_are_touched_have_equal_space_above_and_below_whatever_the_title(visit: Visit):
    for size in ({"width": 390, "height": 800}, {"width": 1280, "height": 800}):
        visitor = await visit(viewport=size, has_touch=True)
        titles = ("Milk", "Call the dentist about the appointment", 4 * "A title of many lines ")
        await visitor.post_tasks(*({"title": title, "due_at": "2031-05-15"} for title in titles), "Bread")
        await visitor.open("/?view=all")
        await expect(visitor.tasks).to_have_count(4)
        await visitor.page.evaluate(SLID_IN)
        spaces = await visitor.page.evaluate(SPACES_OF_ROWS)
        assert len({tuple(row) for row in spaces}) == 1, spaces
        above, between, below = spaces[0]
        assert abs(above - below) <= 2, spaces
        assert 0 <= between < below, spaces


TOUCHED_HEIGHTS = """() => [...document.querySelectorAll(".task")].flatMap((row) => {
    const title = row.querySelector(".task-title");
    return [...row.querySelectorAll(".task-details > button, .cover")].map((control) => {
        const [{ left, top }, begin] = [control.getBoundingClientRect(), title.getBoundingClientRect().top];
        const end = row.getBoundingClientRect().bottom;
        const touched = [top - 1, top + 1, end - 1].map((y) => document.elementFromPoint(left + 16, y));
        const isTouched = touched.every((element, place) => element === (place ? control : title));
        return [control.textContent || control.ariaLabel, isTouched, top - begin, end - top];
    });
})"""
"""Each detail, whether it is touched down to the end of its row and the title above it, and the heights of both."""


async def test_title_and_details_of_a_row_are_touched_in_half_of_it_each(visit: Visit):
    phone = await visit(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    for title in ("Milk", "Bread"):
        task = {"title": f"{title} and some more", "due_at": "2031-05-15", "tags": ["home"], "priority": "high"}
        await phone.post_tasks(task)
    await phone.page.get_by_role("button", name="Tasks", exact=True).tap()
    await expect(phone.tasks).to_have_count(2)
    await phone.page.evaluate(SLID_IN)
    details = await phone.page.evaluate(TOUCHED_HEIGHTS)
    assert len(details) == 6
    for name, is_touched, *heights in details:
        assert is_touched, name
        # https://www.w3.org/TR/WCAG22/#target-size-minimum
        assert min(heights) >= 24, (name, heights)


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
async def test_hints_in_fields_that_are_touched_fit_in_german(visit: Visit, width: int):
    visitor = await visit(viewport={"width": width, "height": 800}, has_touch=True)
    await visitor.api("PATCH", "/api/auth/me", json={"language": "de"})
    await visitor.page.goto(visitor.server.origin)
    await expect(visitor.page.get_by_role("textbox", name="Nachricht", exact=True)).to_be_editable()
    for tab, name in (("Aufgaben", "Aufgaben suchen"), ("Unterhaltungen", "Unterhaltung suchen")):
        if width < 768:
            await visitor.page.get_by_role("button", name=tab, exact=True).tap()
        await expect(visitor.page.get_by_role("searchbox", name=name)).to_be_visible()
        if name == "Aufgaben suchen":
            await visitor.page.get_by_role("textbox", name="Aufgabe hinzufügen").focus()  # on a phone it opens
        assert await visitor.page.evaluate(CUT_HINTS) == []
