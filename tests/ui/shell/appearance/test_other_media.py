"""What is printed, and what is seen in forced colours (high contrast), where shadows and grounds are not drawn."""

import io

import pytest
from PIL import Image
from playwright.async_api import Locator, PdfMargins, expect
from pypdf import PdfReader

from tests.ui.visitor import Visit, Visitor

pytestmark = pytest.mark.soak

SHOWS_FOCUS = """() => {
    // The field itself, or the frame around it.
    const [field, frame] = [document.activeElement, document.activeElement.parentElement];
    return [field, frame].some((element) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return outlineStyle === "solid" && parseFloat(outlineWidth) >= 2;
    });
}"""
STOP_MARK = """(send) => send.appendChild(Object.assign(document.createElement("span"), { className: "stop-mark" }))"""


async def colours(element: Locator) -> list[tuple[int, ...]]:
    """Return the colours of the element's picture, the most frequent first; its edges are left out."""
    picture = Image.open(io.BytesIO(await element.screenshot(animations="disabled"))).convert("RGB")
    inner = picture.crop((2, 2, picture.width - 2, picture.height - 2))
    counted = inner.getcolors(inner.width * inner.height) or []
    return [colour for _, colour in sorted(counted, reverse=True) if isinstance(colour, tuple)]


async def test_each_field_shows_its_focus(visit: Visit):
    visitor = await visit(forced_colors="active")
    page = visitor.page
    await visitor.post_tasks("Buy milk")
    unseen: list[str] = []

    async def focus(field: Locator, name: str) -> None:
        await field.focus()
        if not await page.evaluate(SHOWS_FOCUS):
            unseen.append(name)

    for role, name in (
        ("textbox", "Message"),
        ("textbox", "Add a task"),
        ("searchbox", "Search tasks"),
        ("searchbox", "Search conversations"),
        ("checkbox", "Complete #1 Buy milk"),
    ):
        field = page.get_by_role(role, name=name)  # pyright: ignore[reportArgumentType]  # a role by name
        await expect(field).to_be_editable()
        await focus(field, name)
    await page.keyboard.press("e")
    await focus(page.get_by_role("textbox", name="Title"), "a title in the list")
    await page.keyboard.press("Escape")
    await visitor.checkbox("Complete #1 Buy milk").press("Enter")
    details = page.get_by_role("article", name="Task details")
    await expect(details).to_be_focused()
    await details.get_by_role("button", name="Buy milk").click()
    await focus(details.get_by_role("textbox", name="Title"), "a title in the details")
    await page.goto(f"{visitor.server.origin}/settings")
    await expect(page.get_by_role("combobox", name="Language")).to_be_enabled()
    await focus(page.get_by_role("combobox", name="Language"), "a setting")
    assert unseen == []


async def test_marks_and_choices_are_drawn(visit: Visit):
    visitor = await visit(forced_colors="active")
    page = visitor.page
    await visitor.post_tasks("Buy milk")
    await visitor.ask("help", "buy milk")
    await page.mouse.move(0, 0)
    tick = visitor.checkbox("Complete #1 Buy milk")
    unticked = await colours(tick)
    assert len(unticked) > 1
    send = page.get_by_role("button", name="Send")
    assert len(await colours(send)) > 1
    await send.evaluate(STOP_MARK)
    assert len(await colours(send.locator(".stop-mark"))) == 1
    assert (await colours(send.locator(".stop-mark")))[0] != (await colours(send))[0]
    views = page.locator(".views .view")
    await expect(views.first).to_have_attribute("aria-pressed", "true")
    assert (await colours(views.first))[0] != (await colours(views.last))[0]
    opened = page.get_by_role("link", name="help")
    await expect(opened).to_have_attribute("aria-current", "page")
    assert (await colours(opened))[0] != (await colours(page.get_by_role("searchbox", name="Search tasks")))[0]
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("option", name="Buy milk", selected=True)).to_be_visible()
    selected, other = (page.get_by_role("option", selected=is_selected).first for is_selected in (True, False))
    assert (await colours(selected))[0] != (await colours(other))[0]
    await visitor.api("POST", "/api/tasks/1/complete")
    await visitor.open("/?view=done")
    await expect(tick).to_be_checked()
    assert (await colours(tick))[0] != unticked[0]


async def printed(visitor: Visitor) -> list[str]:
    """Return the text of each page; the paper is as narrow as a phone."""
    edge = "1cm"
    margin = PdfMargins(top=edge, right=edge, bottom=edge, left=edge)
    pdf = PdfReader(io.BytesIO(await visitor.page.pdf(format="A4", margin=margin)))
    return [page.extract_text() for page in pdf.pages]


async def test_the_whole_list_is_printed_also_beside_a_conversation(visit: Visit):
    tasks = (f"Step{number:02}" for number in range(60))
    visitor = await visit(*tasks, color_scheme="dark")
    await visitor.page.get_by_role("button", name="Show more").scroll_into_view_if_needed()
    await visitor.ask("help", "buy milk")
    await expect(visitor.tasks).to_have_count(60)
    pages = await printed(visitor)
    text = "\n".join(pages)
    assert [number for number in range(60) if f"Step{number:02}" not in text] == []
    assert "buy milk" not in text  # of the conversation
    assert "Message taskchat" not in text
    assert "To print all" not in text
    assert len(pages) <= 5


async def test_a_print_of_the_first_part_of_a_list_says_so(visit: Visit):
    visitor = await visit(*(f"Step{number:03}" for number in range(120)))
    await expect(visitor.tasks).to_have_count(50)
    text = " ".join("\n".join(await printed(visitor)).split())
    assert text.count("Step") == 50
    assert "50 of 120 tasks. To print all of them, scroll to the end of the list before." in text
    assert "Show more" not in text
