"""axe-core finds no violation on any page, in any theme or width, and outlines can be seen."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
from playwright.async_api import ViewportSize, expect

from tests.soak import budget
from tests.ui import axe
from tests.ui.shell.appearance.contrast import TOO_FAINT
from tests.ui.visitor import Visit, Visitor, choose_in_menu
from tests.widget import SCRIPT_URL, refuse_widget

WIDE = ViewportSize(width=1280, height=800)
NARROW = ViewportSize(width=375, height=812)
OPTIONS = {"light": axe.OPTIONS, "dark": axe.OF_COLOURS}
THEMES: tuple[Literal["light", "dark"], ...] = budget(("light",), ("light", "dark"))
"""Those in which axe looks at each state."""
MOVES = """() => [...document.querySelectorAll("*")].flatMap((element) => {
    // A computed time is in seconds: https://drafts.csswg.org/css-transitions/#transition-duration-property
    const seconds = (text) => Math.max(...text.split(", ").map(parseFloat));
    return [null, "::before", "::after"].map((part) => getComputedStyle(element, part)).filter((style) =>
        style.animationName !== "none" && seconds(style.animationDuration) > 0.01
        || style.transitionProperty !== "none" && seconds(style.transitionDuration) > 0.01
    ).map(() => element.outerHTML.slice(0, 80));
})"""
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (!entry.hadRecentInput) window.shifted += entry.value;
})).observe({ type: "layout-shift", buffered: true });
"""


async def states(visitor: Visitor) -> AsyncIterator[str]:
    """Bring the page into each of its states and yield the state's name."""
    page = visitor.page
    tasks = page.get_by_role("region", name="Tasks", exact=True)
    yield "an empty chat"
    for task in (
        {"title": "Late", "due_at": "2020-01-01", "tags": ["home"]},
        {"title": "Call mum", "priority": "high"},
        {"title": "Find her number", "parent_number": 2, "due_at": "2020-01-01"},
    ):
        await visitor.post_tasks(task)
    await visitor.ask("add buy stamps tomorrow", "Buy stamps")
    await visitor.log.locator("summary").first.click()
    yield "an answer with a call that is open"
    await visitor.send("delete all tasks")
    await expect(page.get_by_role("group", name="Confirm")).to_be_visible()
    yield "a proposal"
    await visitor.show_pane("Tasks")
    for view in ("Upcoming", "Overdue", "Done", "Deleted", "Activity", "Open"):
        if view in ("Deleted", "Activity"):
            await choose_in_menu(page, view)
            await expect(tasks.get_by_role("heading", name=view, level=2)).to_be_visible()
        else:
            await tasks.get_by_role("button", name=view).first.click()
            await expect(tasks.get_by_role("button", name=view, pressed=True)).to_be_visible()
        yield view
    await choose_in_menu(tasks, "Filter and sort")
    await expect(page.get_by_role("button", name="Any", pressed=True)).to_be_visible()
    yield "the filters"
    await choose_in_menu(tasks, "Filter and sort")
    await visitor.checkbox("Call mum").press("ArrowRight")
    await expect(visitor.checkbox("Find her number")).to_be_visible()
    yield "steps below their task"
    await visitor.checkbox("Call mum").press("Enter")
    await expect(visitor.panel).to_be_focused()
    yield "a task"
    await page.keyboard.press("Escape")
    await expect(visitor.panel).to_be_hidden()
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("option", name="Call mum")).to_be_visible()
    yield "the palette"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("option", name="Call mum")).to_be_hidden()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    yield "the shortcuts"
    await page.keyboard.press("Escape")
    await visitor.show_pane("Conversations")
    await page.get_by_role("searchbox", name="Search conversations").fill("stamps")
    await expect(page.get_by_role("list", name="Messages found")).to_be_visible()
    yield "conversations that were searched for"
    await visitor.api("POST", "/api/feeds", json={"view": "overdue #home", "as": "event"})
    await visitor.api("POST", "/api/webhooks", json={"url": "https://8.8.8.8/hook", "events": ["task.restored"]})
    await page.goto(f"{visitor.server.origin}/settings")
    await page.get_by_role("button", name="Deliveries").click()
    await expect(page.get_by_text("Nothing was sent yet.")).to_be_visible()
    await expect(page.get_by_role("combobox", name="Language")).to_be_enabled()
    yield "the settings"
    await refuse_widget(page)
    await page.goto(f"{visitor.server.origin}/embed")
    await expect(visitor.alert).to_be_visible()
    yield "the page of the widget without its script"
    await visitor.context.clear_cookies()
    for path in ("login", "register"):
        await page.goto(f"{visitor.server.origin}/{path}")
        yield path


@pytest.mark.also_soak
@pytest.mark.parametrize("viewport", [WIDE, pytest.param(NARROW, marks=pytest.mark.soak)], ids=["wide", "phone"])
async def test_axe_finds_no_violation_and_outlines_can_be_seen_in_both_themes(visit: Visit, viewport: ViewportSize):
    visitor = await visit(color_scheme="light", reduced_motion="reduce")
    await visitor.page.set_viewport_size(viewport)
    found: dict[str, list[str]] = {}
    async for state in states(visitor):
        for scheme in THEMES:
            await visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await expect(visitor.page.locator(f"html.{scheme}")).to_have_count(1)
            found[f"{state}, {scheme}"] = await axe.violations_on(visitor.page, OPTIONS[scheme])
        moving: list[str] = await visitor.page.evaluate(MOVES)
        found[f"{state}, moving"] = moving
        await visitor.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    for scheme in ("light", "dark"):
        await visitor.page.emulate_media(color_scheme=scheme)
        await expect(visitor.page.locator(f"html.{scheme}")).to_have_count(1)
        found[f"contrast, {scheme}"] = await visitor.page.evaluate(TOO_FAINT)
    assert {state: complaints for state, complaints in found.items() if complaints} == {}
    visitor.ignore_errors(f"asked {SCRIPT_URL}", "ERR_CONNECTION_REFUSED")


@pytest.mark.soak
async def test_loading_the_first_data_does_not_shift_the_layout(visit: Visit):
    tasks = [{"title": f"Task {number}", "due_at": "2031-01-01", "tags": ["home"]} for number in range(12)]
    visitor = await visit(*tasks)
    await visitor.ask("help", "buy milk")
    await visitor.page.add_init_script(SHIFTS)
    await visitor.page.reload()
    await expect(visitor.tasks).to_have_count(12)
    await expect(visitor.answers).to_have_count(1)
    await visitor.page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    assert await visitor.page.evaluate("window.shifted") <= 0.05
