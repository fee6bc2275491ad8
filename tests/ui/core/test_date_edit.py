"""The dialog of a date."""

import re

from playwright.async_api import expect

from tests.serving import Server
from tests.ui.visitor import Visit


async def test_escape_closes_only_the_dialog(visit: Visit, offline_server: Server) -> None:
    visitor = await visit(offline_server)
    page = visitor.page
    await visitor.api("POST", "/api/tasks", json={"title": "Pay rent", "due_at": "2031-05-01"})
    await page.get_by_role("button", name="Filter and sort").click()
    await page.get_by_role("button", name="Due until").click()
    dialog = page.get_by_role("dialog", name="Due until")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await page.get_by_role("button", name="Due until").click()
    await dialog.get_by_role("button", name="Tomorrow").click()
    await expect(visitor.tasks).to_have_count(0)  # the server has processed what was sent before
    await expect(page.get_by_role("group", name="Filter and sort")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("group", name="Filter and sort")).to_have_count(0)

    await visitor.open("/?task=1")
    panel = page.get_by_role("article", name="Task details")
    dialog = panel.get_by_role("dialog", name="Due date")
    await panel.get_by_role("button", name="Due Thursday 1 May 2031").click()
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await panel.get_by_role("button", name="High").click()
    await expect(panel.get_by_role("list", name="History").get_by_role("listitem")).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(panel).to_have_count(0)


async def test_a_clicked_day_replaces_a_bound_in_words(visit: Visit, offline_server: Server) -> None:
    visitor = await visit(offline_server)
    page = visitor.page
    await page.get_by_role("button", name="Filter and sort").click()
    await page.get_by_role("button", name="Due until").click()
    dialog = page.get_by_role("dialog", name="Due until")
    await dialog.get_by_role("textbox", name="Due until").fill("next friday")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("due_before=next"))
    await page.get_by_role("button", name="Due until").click()
    await dialog.get_by_role("button", name=re.compile(r" 15, \d{4}$")).click()
    await expect(page).to_have_url(re.compile(r"due_before=\d{4}-\d\d-15$"))
    await expect(visitor.alert).to_have_count(0)
