"""The layout on screens that are touched, low windows, as of a phone on its side or at 400 % zoom, and with a notch."""

import pytest
from playwright.async_api import expect

from tests.standin import Standin, hold_after, text
from tests.ui.shell.appearance.test_layout import SLID_IN
from tests.ui.visitor import PHONE, Visit, Visitor, box_of, choose_in_menu

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
    phone = await visit(**PHONE)
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


SORT_AT_THE_END = """(panel) => {
    panel.scrollTop = panel.scrollHeight;
    const { left, top, bottom } = panel.querySelector("select").getBoundingClientRect();
    const touched = [top + 2, bottom - 2].map((y) => document.elementFromPoint(left + 10, y)?.id);
    const tabs = document.querySelector(".tab-bar").getBoundingClientRect();
    return [panel.getBoundingClientRect().bottom <= (tabs.height ? tabs.top : innerHeight), ...touched];
}"""


@pytest.mark.parametrize(("width", "height", "has_touch"), [(844, 390, True), (667, 375, True), (320, 256, False)])
async def test_all_filters_can_be_reached_in_a_low_window(visit: Visit, width: int, height: int, has_touch: bool):
    visitor = await visit(
        {"title": "Buy milk", "priority": "high"},
        at="/?priority=high",
        viewport={"width": width, "height": height},
        has_touch=has_touch,
    )
    await visitor.show_pane("Tasks")
    await choose_in_menu(visitor.page, "Filter and sort")
    panel = visitor.page.get_by_role("group", name="Filter and sort")
    await expect(panel.get_by_role("button", name="Any", exact=True)).to_be_visible()
    assert await panel.evaluate(SORT_AT_THE_END) == [True, "sort-tasks", "sort-tasks"]


INSETS = {"left": 59, "right": 59, "bottom": 41}
"""More than those of a phone on its side: https://developer.apple.com/design/human-interface-guidelines/layout"""
UNDER = """(insets) => [...document.querySelectorAll("button, input, select, a[href], h2, .composer, .toast")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((element) => !element.closest(".tasks-scroll, .log, .conversations, .settings-index, .sr-only, .skip-link"))
    .filter((element) => {
        const { left, right, bottom, height } = element.getBoundingClientRect();
        const [end, foot] = [innerWidth - insets.right, innerHeight - insets.bottom];
        return height && (left < insets.left || right > end || bottom > foot);
    })
    .map((element) => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize(("width", "height"), [(844, 390), (667, 375)])
async def test_nothing_lies_under_a_notch_or_the_home_indicator(visit: Visit, width: int, height: int):
    viewport = {"width": width, "height": height}
    visitor = await visit(viewport=viewport, has_touch=True, reduced_motion="reduce")
    page, wrong = visitor.page, dict[str, list[str]]()
    devtools = await visitor.context.new_cdp_session(page)
    await devtools.send("Emulation.setSafeAreaInsetsOverride", {"insets": INSETS})
    await expect(visitor.message_box).to_be_visible()
    wrong["chat"] = await page.evaluate(UNDER, INSETS)
    await visitor.show_pane("Tasks")
    await visitor.add_task("Buy milk")
    await visitor.checkbox("Complete #1").check()
    await expect(page.get_by_role("group", name="Notice")).to_contain_text("Completed")
    wrong["a notice"] = await page.evaluate(UNDER, INSETS)
    await visitor.add_task("Buy bread")
    await choose_in_menu(page, "Select tasks")
    await visitor.tasks.get_by_role("button", name="Select #2").click()
    wrong["a selection"] = await page.evaluate(UNDER, INSETS)
    await page.keyboard.press("Escape")
    menu = page.get_by_role("button", name="Show conversations")
    await (menu.click() if await menu.is_visible() else visitor.show_pane("Conversations"))
    await expect(page.get_by_role("button", name="New conversation")).to_be_in_viewport()
    wrong["conversations"] = await page.evaluate(UNDER, INSETS)
    await page.get_by_role("link", name="Settings").click()
    await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    # The page scrolls, and the edge of its first button is invisible.
    wrong["settings"] = await page.evaluate(UNDER, {**INSETS, "left": INSETS["left"] - 8, "bottom": -100_000})
    assert {state: elements for state, elements in wrong.items() if elements} == {}


FRAMES = """() => [".message-box", ".composer", ".mine .bubble"].map((name) => {
    const { left, width, height } = document.querySelector(name).getBoundingClientRect();
    return [name, left, width, height];
})"""


async def test_composer_and_message_keep_their_size_when_an_answer_begins_and_ends(visit: Visit, gemini: Standin):
    gemini.script([hold_after(text("Here it is."), 0)])
    phone = await visit(**PHONE)
    before = await phone.message_box.bounding_box()
    await phone.send("A message that is longer than one line of a phone, and a little longer still")
    await expect(phone.page.get_by_role("button", name="Stop")).to_be_visible()
    assert await phone.message_box.bounding_box() == before
    answering = await phone.page.evaluate(FRAMES)
    gemini.release()
    await phone.expect_answer("Here it is.")
    await expect(phone.user_messages.get_by_role("button", name="Edit message")).to_be_visible()
    assert await phone.page.evaluate(FRAMES) == answering


SIDEWAYS = """() => [...document.querySelectorAll("main *, nav *")]
    .filter((one) => one.checkVisibility() && !one.closest(".sr-only, .views, .tag-strip, .skip-link"))
    .filter((one) => one.getBoundingClientRect().width && one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("size", [{"width": 195, "height": 422}, {"width": 390, "height": 844}])
async def test_at_200_percent_zoom_or_type_a_phone_shows_all_and_writes(visit: Visit, size: dict[str, int]):
    phone = await visit(viewport=size, has_touch=True)
    if size["width"] == 390:
        await phone.page.add_style_tag(content="html { font-size: 200%; }")
        await expect(phone.message_box).to_have_css("font-size", "32px")
    assert (await box_of(phone.message_box))["width"] > size["width"] / 5
    assert await phone.page.evaluate(SIDEWAYS) == []
    await phone.ask("add buy milk tomorrow !high #home", "Buy milk")
    await expect(phone.answers.last).to_be_in_viewport()
    assert await phone.page.evaluate(SIDEWAYS) == []
    await phone.show_pane("Tasks")
    await expect(phone.checkbox("Complete #1 Buy milk")).to_be_in_viewport()
    assert await phone.page.evaluate(SIDEWAYS) == []


async def test_german_words_are_divided(visitor: Visitor):
    await visitor.api("PATCH", "/api/auth/me", json={"language": "de"})
    await visitor.page.reload()
    await expect(visitor.page.get_by_role("heading", name="Was steht an?")).to_have_css("hyphens", "auto")
