"""The 404 page with a link back."""

from playwright.async_api import expect

from tests.serving import Server
from tests.ui.axe import violations_on
from tests.ui.shell.test_accessibility import PHONE
from tests.ui.visitor import Visit, Visitor


async def test_an_unknown_address_shows_a_link_back_to_the_tasks(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size(PHONE)
    for unknown in ("/no-such", "/c/a/b"):
        answer = await page.goto(f"{visitor.server.origin}{unknown}")
        assert answer is not None
        assert answer.status == 404
        await expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    assert await violations_on(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await violations_on(page) == []
    await page.get_by_role("link", name="Go to your tasks").click()
    await expect(page.get_by_role("status", name="Connection")).to_have_text("Connected")

    for odd in ("%00", "a" * 5_000):
        answer = await page.goto(f"{visitor.server.origin}/c/{odd}")
        assert answer is not None
        assert answer.status == 404
        await expect(visitor.alert).to_contain_text("This conversation does not exist")
    visitor.ignore_errors("404")


async def test_an_unknown_address_says_so_to_who_is_signed_out(visit: Visit, offline_server: Server) -> None:
    visitor = await visit(offline_server, signed_in=False)
    await visitor.page.goto(f"{offline_server.origin}/no-such")
    await expect(visitor.page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    visitor.ignore_errors("404")


async def test_a_file_that_is_not_there_is_no_page(visitor: Visitor) -> None:
    for path in ("/assets/root-OfAnEarlierVersion.js", "/favicon.ico"):
        answer = await visitor.api("GET", path)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-cache")
