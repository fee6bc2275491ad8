"""axe-core finds nothing on any page, in any theme or width."""

from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize, expect

from tests.serving import Server
from tests.ui.visitor import Visit, Visitor

WIDE = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=375, height=812)
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


async def found_on(page: Page) -> list[str]:
    """What axe-core has against what the page shows now."""
    results = await Axe().run(page, options={"rules": {"label-content-name-mismatch": {"enabled": True}}})
    violations = results.response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in violations for node in one["nodes"]]


async def pane(person: Visitor, name: str) -> None:
    tab = person.page.get_by_role("navigation", name="Panes").get_by_role("button", name=name)
    if await tab.is_visible():
        await tab.click()


async def states(person: Visitor) -> AsyncIterator[str]:
    """Everything that the page can show, one after the other, by its name."""
    page = person.page
    tasks = page.get_by_role("region", name="Tasks", exact=True)
    yield "an empty chat"
    for task in (
        {"title": "Late", "due_at": "2020-01-01", "tags": ["home"]},
        {"title": "Call mum", "priority": "high"},
    ):
        await person.api("POST", "/api/tasks", json=task)
    await person.say("add buy stamps tomorrow")
    await person.hear("Buy stamps")
    await person.log.locator("summary").first.click()
    yield "an answer with a call that is open"
    await person.say("delete all tasks")
    await expect(page.get_by_role("group", name="Confirm")).to_be_visible()
    yield "a proposal"
    await pane(person, "Tasks")
    for view in ("Upcoming", "Overdue", "Done", "Deleted", "Activity", "Open"):
        await tasks.get_by_role("button", name=view).first.click()
        await expect(tasks.get_by_role("button", name=view, pressed=True)).to_be_visible()
        yield view
    await tasks.get_by_role("button", name="Filter and sort").click()
    await expect(page.get_by_role("button", name="Any", pressed=True)).to_be_visible()
    yield "the filters"
    await tasks.get_by_role("button", name="Filter and sort").click()
    await person.checkbox("Call mum").press("Enter")
    await expect(page.get_by_role("article", name="Task details")).to_be_focused()
    yield "a task"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("article", name="Task details")).to_be_hidden()
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("option", name="Call mum")).to_be_visible()
    yield "the palette"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("option", name="Call mum")).to_be_hidden()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    yield "the shortcuts"
    await page.keyboard.press("Escape")
    await pane(person, "Conversations")
    await page.get_by_role("searchbox", name="Search conversations").fill("stamps")
    await expect(page.get_by_role("list", name="Messages found")).to_be_visible()
    yield "conversations that were searched for"
    await page.goto(f"{person.server.origin}/settings")
    await expect(page.get_by_role("combobox", name="Language")).to_be_enabled()
    yield "the settings"
    await person.context.clear_cookies()
    for path in ("login", "register"):
        await page.goto(f"{person.server.origin}/{path}")
        yield path


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
async def test_axe_finds_nothing_in_light_and_dark(
    visit: Visit, offline_server: Server, viewport: ViewportSize
) -> None:
    person = await visit(offline_server, color_scheme="light", reduced_motion="reduce")
    await person.page.set_viewport_size(viewport)
    found: dict[str, list[str]] = {}
    async for state in states(person):
        for scheme in ("light", "dark"):
            await person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await expect(person.page.locator(f"html.{scheme}")).to_have_count(1)
            found[f"{state}, {scheme}"] = await found_on(person.page)
        moving: list[str] = await person.page.evaluate(MOVES)
        found[f"{state}, moving"] = moving
        await person.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert {state: complaints for state, complaints in found.items() if complaints} == {}


async def test_the_first_page_with_data_stays_where_it_is(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    for number in range(12):
        await person.api(
            "POST", "/api/tasks", json={"title": f"Task {number}", "due_at": "2031-01-01", "tags": ["home"]}
        )
    await person.say("help")
    await person.hear("add")
    await person.page.add_init_script(SHIFTS)
    await person.page.reload()
    await expect(person.tasks).to_have_count(12)
    await expect(person.answers).to_have_count(1)
    await person.page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    assert await person.page.evaluate("window.shifted") <= 0.05
