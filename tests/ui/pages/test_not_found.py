"""The 404 page with a link back."""

from playwright.async_api import expect

from tests.ui.axe import violations_on
from tests.ui.shell.test_accessibility import PHONE
from tests.ui.visitor import Visitor


async def test_an_unknown_address_links_back_to_the_tasks_and_an_absent_file_is_no_page(visitor: Visitor):
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
        await visitor.open("/")
        await expect(visitor.alert).to_have_count(0)
        answer = await page.goto(f"{visitor.server.origin}/c/{odd}")
        assert answer is not None
        assert answer.status == 404
        await expect(visitor.alert).to_contain_text("This conversation does not exist")
    visitor.ignore_errors("404")
    for path in ("/assets/root-OfAnEarlierVersion.js", "/favicon.ico"):
        answer = await visitor.api("GET", path)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-cache")
