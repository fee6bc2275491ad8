"""The shape of the page: wide, on a tablet, on a phone."""

import re
from pathlib import Path

from playwright.async_api import expect

from tests.serving import Server
from tests.ui.visitor import Visit

STYLES = Path(__file__).parents[2] / "assets" / "styles"
A_SIZE_OR_COLOUR = re.compile(r"(?<![\w-])\d+(\.\d+)?(px|rem)\b|#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", re.IGNORECASE)


def test_only_the_tokens_name_colours_and_pixels() -> None:
    for sheet in STYLES.glob("*.css"):
        rules = [line for line in sheet.read_text().splitlines() if not line.lstrip().startswith(("/*", "@media"))]
        assert [line for line in rules if A_SIZE_OR_COLOUR.search(line)] == [], sheet.name


async def test_a_phone_shows_one_pane_at_a_time_and_nothing_scrolls_sideways(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    await person.page.set_viewport_size({"width": 375, "height": 812})
    await expect(person.message_box).to_be_visible()
    await expect(person.page.get_by_role("list", name="Tasks")).not_to_be_visible()
    panes = person.page.get_by_role("navigation", name="Panes")
    for pane, shown in (
        ("Tasks", person.page.get_by_role("textbox", name="Add a task")),
        ("Conversations", person.page.get_by_role("button", name="New conversation")),
        ("Chat", person.message_box),
    ):
        await panes.get_by_role("button", name=pane).click()
        await expect(shown).to_be_visible()
        assert await person.page.evaluate("document.documentElement.scrollWidth") == 375
    size = await person.message_box.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size >= 16


async def test_a_tablet_has_its_conversations_in_a_drawer(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.page.set_viewport_size({"width": 900, "height": 700})
    new = person.page.get_by_role("button", name="New conversation")
    await expect(new).not_to_be_visible()
    await person.page.get_by_role("button", name="Show conversations").click()
    await expect(new).to_be_in_viewport()
    await person.page.get_by_role("button", name="Close").click()
    await expect(new).not_to_be_visible()


async def test_the_theme_follows_the_system_until_the_person_chooses_and_is_remembered(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server, color_scheme="dark")
    root = person.page.locator("html")
    await expect(root).to_have_class(re.compile("dark"))
    await person.page.get_by_role("button", name="Switch between light and dark").click()
    await expect(root).to_have_class(re.compile("light"))
    await person.page.reload()
    await expect(root).to_have_class(re.compile("light"))


async def test_the_offline_assistant_is_named_and_how_to_change_that(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await expect(person.page.get_by_text("Offline assistant")).to_contain_text("GEMINI_API_KEY")


async def test_with_gemini_nothing_is_said_of_an_offline_assistant(visit: Visit, gemini_server: Server) -> None:
    person = await visit(gemini_server)
    await expect(person.page.get_by_text("What needs doing?")).to_be_visible()
    await expect(person.page.get_by_text("Offline assistant")).to_have_count(0)
