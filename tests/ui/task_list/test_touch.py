"""The list on a phone: swipes, the selection bar, deleting in the details."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import CDPSession, Locator, expect

from tests.ui.axe import violations_on
from tests.ui.visitor import PHONE, Visit, box_of, choose_in_menu

pytestmark = pytest.mark.soak

BOTTOM = "(element) => element.getBoundingClientRect().bottom"
TOP = "(element) => element.getBoundingClientRect().top"
TO_THE_END = "(element) => { element.scrollTop = element.scrollHeight; }"

SLID_IN = "Promise.allSettled(document.getAnimations().map((one) => one.finished))"
"""Wait until rows have slid in."""
SIGN = """(row) => {
    const { content, borderStyle, opacity } = getComputedStyle(row.querySelector(".task"), "::after");
    return content !== "none" && borderStyle === "solid" ? opacity : "";
}"""
"""The opacity of the sign beside a swiped row, or ""."""


async def swipe(devtools: CDPSession, row: Locator, distance: int, *, lift: bool = True) -> None:
    """Move one finger sideways over the row, in steps as a screen reports them, and lift it."""
    box = await box_of(row)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    async def touch(kind: str, *points: dict[str, float]) -> None:
        await devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    await touch("touchStart", {"x": x, "y": y})
    for step in range(1, 9):
        await touch("touchMove", {"x": x + distance * step / 8, "y": y})
    if lift:
        await touch("touchEnd")


async def test_a_swipe_completes_or_opens_the_date_and_the_selection_bar_hides_no_row(visit: Visit):
    phone = await visit(**PHONE | {"viewport": {"width": 390, "height": 600}}, reduced_motion="reduce")
    page, devtools = phone.page, await phone.context.new_cdp_session(phone.page)
    first, scroller = phone.tasks.first, page.locator(".tasks-scroll")
    await phone.post_tasks(*(f"Task {number}" for number in range(1, 16)))
    await page.get_by_role("button", name="Tasks", exact=True).tap()
    await expect(phone.tasks).to_have_count(15)
    for distance, opacity in ((30, "0.5"), (-30, "0.5"), (90, "1"), (-90, "1")):
        await swipe(devtools, first, distance, lift=False)
        assert await first.evaluate(SIGN) == opacity
        assert await violations_on(page) == []
        await devtools.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})
    assert await first.evaluate(SIGN) == ""
    await swipe(devtools, first, 90, lift=False)
    fingers = [{"x": 100, "y": 300, "id": 0}, {"x": 200, "y": 400, "id": 1}]
    await devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": fingers})
    assert await first.evaluate(SIGN) == ""
    await devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await swipe(devtools, first, 30)
    await swipe(devtools, phone.tasks.nth(1), 150, lift=False)
    await phone.post_tasks("Task 16")
    await expect(phone.tasks).to_have_count(16)  # the list is drawn anew under the finger
    await devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await expect(phone.checkbox("Complete #2 Task 2")).to_have_count(0)
    await expect(phone.checkbox("Complete #1 Task 1")).not_to_be_checked()
    await swipe(devtools, phone.tasks.nth(2), -150)
    await expect(page.get_by_role("dialog").get_by_role("button", name="Tomorrow", exact=True)).to_be_visible()
    line = page.get_by_role("textbox", name="Due date")
    await expect(line).not_to_be_focused()  # it would open the screen's keyboard
    await page.keyboard.type("thursday")  # on a keyboard of its own
    await expect(line).to_have_value("thursday")
    await page.keyboard.press("Escape")

    await scroller.evaluate(TO_THE_END)
    await expect(page.locator(".tasks[data-folded]")).to_have_count(1)
    assert await violations_on(page) == []
    await scroller.evaluate("(element) => { element.scrollTop = 0; }")
    await expect(page.locator(".tasks[data-folded]")).to_have_count(0)

    await choose_in_menu(page, "Select tasks")
    await first.tap()
    await expect(page.get_by_text("1 selected", exact=True)).to_be_visible()
    await expect(first.get_by_role("button", name="Delete")).to_be_hidden()
    await page.get_by_role("button", name="Priority of selected").tap()
    bar = page.get_by_role("group", name="Selected tasks")
    await scroller.evaluate(TO_THE_END)
    await expect(phone.tasks.last).to_be_in_viewport()
    assert await phone.tasks.last.evaluate(BOTTOM) <= await bar.evaluate(TOP)
    assert await violations_on(page) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")

    await phone.open("/?task=1")
    await phone.panel.get_by_role("button", name="Delete").tap()
    await expect(phone.panel).to_have_count(0)
    await expect(phone.checkbox("Complete #1 Task 1")).to_have_count(0)


async def test_a_task_that_a_phone_adds_is_seen_above_the_line(visit: Visit):
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    # Of all heights: out of sight the browser only guesses them.
    tasks = [
        {"title": f"Task {number}, {'and so on, ' * (number % 7)}", "due_at": str(tomorrow)} for number in range(40)
    ]
    phone = await visit(*tasks, **PHONE | {"viewport": {"width": 390, "height": 844}})
    await phone.page.get_by_role("button", name="Tasks", exact=True).tap()
    await expect(phone.tasks).to_have_count(40)
    await phone.add_line.tap()
    for number, title in ((41, "Fireworks"), (42, "Call Jo")):  # each comes last, below what is shown
        await phone.add_line.fill(f"{title} {tomorrow + timedelta(days=number)}")
        await phone.add_line.press("Enter")
        row = phone.tasks.filter(has_text=title).locator(".task")
        await expect(row).to_have_attribute("data-lit", "true")
        await phone.page.evaluate(SLID_IN)
        await expect(phone.add_line).to_be_focused()
        assert await row.evaluate(BOTTOM) <= await phone.page.locator(".add-line").evaluate(TOP)


async def test_date_time_and_repetition_are_picked_with_the_systems_own_fields(visit: Visit):
    phone = await visit({"title": "Rent", "due_at": "2031-05-02"}, at="/?task=1", **PHONE)
    details = phone.panel
    day, time = details.get_by_label("Pick the day"), details.get_by_label("Pick the time")
    await expect(day).to_have_value("2031-05-02")
    await expect(day).to_have_css("opacity", "0")  # the words beside it say the date
    await expect(details.get_by_text("Pick the day")).to_be_visible()
    await time.fill("09:30")
    await time.blur()
    await expect(details).to_contain_text("Friday 2 May 2031 at 09:30")
    await day.fill("2031-05-05")
    await day.blur()
    await expect(details).to_contain_text("Monday 5 May 2031 at 09:30")
    await details.get_by_role("combobox", name="Repetition").select_option("Every month")
    await expect(details.get_by_role("button", name="Repeats every month")).to_be_visible()
    await time.fill("")
    await time.blur()
    await expect(details.get_by_role("button", name="Due Monday 5 May 2031", exact=True)).to_be_visible()
    assert (await phone.api("GET", "/api/tasks/1")).json()["all_day"] is True

    await day.fill("2031-06-07")
    await phone.page.keyboard.press("Escape")
    await expect(phone.panel).to_have_count(0)
    await expect(phone.tasks.first).to_contain_text("7 Jun 2031")
