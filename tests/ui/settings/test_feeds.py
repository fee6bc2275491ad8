"""Calendar feeds on the settings page: made, read by a calendar program, deleted."""

import httpx
from playwright.async_api import expect

from tests.ui.visitor import Visit


async def test_a_feed_is_made_read_and_deleted(visit: Visit):
    visitor = await visit({"title": "Water plants", "due_at": "2020-01-01", "tags": ["home"]}, at="/settings")
    page = visitor.page
    await page.get_by_label("Only with these tags or words").fill("!!!")
    await page.get_by_role("button", name="Create feed").click()
    await expect(page.get_by_role("alert")).to_contain_text("A view is one of")
    await page.get_by_label("Tasks", exact=True).select_option("Overdue")
    await page.get_by_label("Only with these tags or words").fill("#home")
    await page.get_by_role("button", name="Create feed").click()
    feeds = page.get_by_role("list", name="Calendar feeds")
    await expect(feeds).to_contain_text("Overdue #home")
    await expect(feeds).to_contain_text("Events, with a due date · never read")
    url = await feeds.get_by_text(".ics").inner_text()
    assert url.startswith(f"{visitor.server.origin}/api/calendar/")
    async with httpx.AsyncClient() as program:
        answer = await program.get(url)
        assert answer.status_code == 200
        assert "SUMMARY:Water plants" in answer.text
        await page.reload()
        await expect(feeds).to_contain_text("last read")
        await page.get_by_role("button", name="Delete the feed “Overdue #home”").click()
        await page.get_by_role("group", name="Delete the feed “Overdue #home”").get_by_text("Delete").click()
        await expect(page.get_by_text("The feed is deleted. Its address no longer works.")).to_be_visible()
        assert (await program.get(url)).status_code == 404
