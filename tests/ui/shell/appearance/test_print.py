"""What the browser prints."""

import io

import pytest
from playwright.async_api import PdfMargins, expect
from pypdf import PdfReader

from tests.ui.visitor import Visit, Visitor

pytestmark = pytest.mark.soak


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
