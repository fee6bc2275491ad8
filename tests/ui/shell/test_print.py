"""What the browser prints."""

import io

from playwright.async_api import PdfMargins, expect
from pypdf import PdfReader

from tests.serving import Server
from tests.ui.visitor import Visit


async def test_the_whole_list_and_the_conversation_are_printed(visit: Visit, offline_server: Server) -> None:
    visitor = await visit(offline_server, color_scheme="dark")
    for number in range(60):
        await visitor.api("POST", "/api/tasks", json={"title": f"Step{number:02}"})
    await visitor.send("help")
    await visitor.expect_answer("buy milk")
    await expect(visitor.tasks).to_have_count(60)
    edge = "1cm"  # so that the paper is as narrow as a phone
    margin = PdfMargins(top=edge, right=edge, bottom=edge, left=edge)
    printed = PdfReader(io.BytesIO(await visitor.page.pdf(format="A4", margin=margin)))
    text = "\n".join(page.extract_text() for page in printed.pages)
    assert [number for number in range(60) if f"Step{number:02}" not in text] == []
    assert "buy milk" in text
    assert "Message taskchat" not in text
    assert len(printed.pages) <= 6
