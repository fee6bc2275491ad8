"""The page without a connection: the last list with its time, what is written waits, nothing after signing out."""

import re
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from tests.ui.visitor import Visit, Visitor, enter
from tests.waiting import until_async

pytestmark = pytest.mark.soak

STORED_SECONDS = 60
UNSENT_TICKS = "Object.keys(localStorage).filter((id) => id.includes(':ticks:')).length"
CANVAS = """(theme) => {
  const probe = document.body.appendChild(document.createElement("p"));
  probe.style.cssText = `background: Canvas; color-scheme: ${theme || "inherit"}`;
  const colour = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return colour;
}"""
"""The page's background in this theme, in its own without one."""
CONTROLLED = "navigator.serviceWorker.controller !== null"

# So that any tab may send it at once.
WRITTEN_LONG_AGO = """() => {
  for (const id of Object.keys(localStorage).filter((one) => /:(adding|waiting):/.test(one))) {
    const entry = JSON.parse(localStorage.getItem(id));
    localStorage.setItem(id, JSON.stringify({...entry, at: entry.at - 10000}));
  }
}"""


async def has_copy(visitor: Visitor, text: str) -> None:
    """Wait until the service worker has the page, and this text is in the copy of the list."""

    async def is_stored() -> bool:
        copy = await visitor.page.evaluate("localStorage.getItem('taskchat:offline') ?? ''")
        return text in copy and await visitor.page.evaluate(CONTROLLED)

    await until_async(is_stored, STORED_SECONDS)


async def test_the_installed_page_opens_without_a_network_and_what_is_written_goes_out_once(visit: Visit):
    visitor = await visit(offline=False)
    page = visitor.page
    await visitor.post_tasks({"title": "Buy <b>milk</b>", "due_at": "2031-02-03"})
    await has_copy(visitor, "Buy <b>milk</b>")
    await visitor.set_offline(True)
    await page.goto(f"{visitor.server.origin}/")
    await expect(page.get_by_role("list", name="Tasks").get_by_role("listitem")).to_contain_text(
        "#1 Buy <b>milk</b> · 3 Feb"
    )
    told = re.compile(r"No connection\. This is your list as it was at \d+ \w{3} \d{4}")
    await expect(page.get_by_role("main").get_by_role("status")).to_contain_text(told)
    for title in ("Bread", "Butter"):
        await enter(page.get_by_label("Add a task"), title)
    await page.get_by_label("Message").fill("Butter is done, add cheese")
    await page.get_by_role("button", name="Send").last.click()
    await page.reload()
    waiting = page.get_by_role("main").get_by_role("list").first
    await expect(waiting.get_by_role("listitem")).to_have_text(["Bread", "Butter", "Butter is done, add cheese"])
    await page.evaluate(WRITTEN_LONG_AGO)
    await visitor.set_offline(False)
    await expect(page.get_by_role("status", name="Connection", include_hidden=True)).to_have_text("Connected")

    async def are_added() -> bool:
        tasks = (await visitor.api("GET", "/api/tasks?sort=created&order=asc")).json()["tasks"]
        return [task["title"] for task in tasks] == ["Buy <b>milk</b>", "Bread", "Cheese"]

    await until_async(are_added, STORED_SECONDS)


async def test_ticks_without_a_connection_survive_a_reload(visit: Visit):
    visitor = await visit("Milk", "Bread", "Call", at="/?view=all", offline=False)
    (await visitor.api("POST", "/api/tasks/2/complete")).raise_for_status()
    await has_copy(visitor, "Bread")
    await expect(visitor.checkbox("#2 Bread")).to_be_checked()
    await visitor.set_offline(True)
    for name, is_done in (("#1 Milk", True), ("#2 Bread", False), ("#3 Call", True), ("#3 Call", False)):
        await visitor.checkbox(name).set_checked(is_done)
    await visitor.page.reload()
    shown = visitor.page.get_by_role("list", name="Tasks").get_by_role("listitem")
    await expect(shown.filter(has_text="· Done")).to_have_count(1)
    await expect(shown.filter(has_text="Milk")).to_have_text("#1 Milk · Done")
    await visitor.set_offline(False)
    await expect(visitor.checkbox("#1 Milk")).to_be_checked()
    await expect(visitor.checkbox("#2 Bread")).not_to_be_checked()

    async def are_stored() -> bool:
        done = {task["number"] for task in await visitor.all_tasks() if task["completed_at"]}
        return done == {1} and await visitor.page.evaluate(UNSENT_TICKS) == 0

    await until_async(are_stored, STORED_SECONDS)
    await expect(visitor.checkbox("#1 Milk")).to_be_checked()
    await expect(visitor.checkbox("#3 Call")).not_to_be_checked()


async def test_shared_lines_are_in_the_message_of_the_page_without_a_connection(visit: Visit):
    visitor = await visit(offline=False)
    await has_copy(visitor, "tasks")
    await visitor.set_offline(True)
    await visitor.page.goto(f"{visitor.server.origin}/add?text={quote('Milk' + chr(10) + 'Bread')}")
    await expect(visitor.page.get_by_label("Message")).to_have_value("Milk\nBread")
    await expect(visitor.page.get_by_label("Add a task")).to_have_value("")


async def test_the_page_without_a_connection_has_the_chosen_theme(visit: Visit):
    visitor = await visit(offline=False, at="/settings")
    page = visitor.page
    await page.get_by_role("radio", name="Dark").check()
    await visitor.open("/")
    await has_copy(visitor, "tasks")
    await visitor.set_offline(True)
    await page.goto(f"{visitor.server.origin}/")
    await expect(page.get_by_role("main").get_by_role("status")).to_contain_text("No connection.")
    await expect(page.locator("html")).to_have_css("color-scheme", "dark")
    light, dark = [await page.evaluate(CANVAS, theme) for theme in ("light", "dark")]
    assert await page.evaluate(CANVAS, "") == dark != light


async def test_after_signing_out_nothing_of_the_account_is_shown(visit: Visit):
    visitor = await visit(offline=False)
    page = visitor.page
    await visitor.post_tasks("My secret")
    await has_copy(visitor, "My secret")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("Password")).to_be_visible()
    await visitor.set_offline(True)
    await page.goto(f"{visitor.server.origin}/")
    await expect(page.get_by_role("status")).to_have_text("No connection, and no list is stored on this device.")
    assert "secret" not in await page.content()
