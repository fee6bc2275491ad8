"""Webhooks on the settings page: made, tried, their deliveries, deleted."""

from contextlib import suppress

import psycopg
import pytest
from playwright.async_api import expect

from tests.receiver import ARRIVES_SECONDS, receiving
from tests.serving import Server
from tests.ui.conftest import Proxied
from tests.ui.visitor import Visit, Visitor
from tests.waiting import until_async

pytestmark = pytest.mark.soak

BEFORE_ITS_TURN_MS = 1000
"""Within this a secret would be shown of a webhook that did not wait for the page."""


async def test_a_webhook_is_made_tried_and_deleted(visit: Visit):
    visitor = await visit(at="/settings")
    async with receiving() as receiver:
        page = visitor.page
        await page.get_by_label("Address of the program").fill(receiver.url)
        await page.get_by_label("Task changed").uncheck()
        await page.get_by_role("button", name="Create webhook").click()
        shown = page.get_by_text("whsec_")
        secret = await shown.inner_text()
        hooks = page.get_by_role("list", name="Webhooks")
        await expect(hooks).to_contain_text("Task added · Task completed")
        await page.get_by_role("button", name="Send a test").click()
        await expect(page.get_by_text("The test arrived (answer: 204).")).to_be_visible()
        await visitor.post_tasks("Milk")
        await receiver.wait_for(2)
        assert [message["type"] for message in receiver.messages(secret)] == ["test", "task.created"]

        async def is_switched_off() -> bool:
            found = (await visitor.api("GET", "/api/webhooks")).json()
            return [hook["state"] for hook in found["webhooks"]] == ["off"]

        receiver.replies = [410]
        await visitor.post_tasks("Bread")
        await until_async(is_switched_off, ARRIVES_SECONDS)
        await page.reload()
        await expect(shown).to_have_count(0)
        await expect(hooks).to_contain_text("Switched off on")
        await page.get_by_role("button", name="Deliveries").click()
        await expect(page.get_by_role("list", name="Deliveries")).to_contain_text("Task added #2 · 410")
        await hooks.get_by_role("button", name="Delete the webhook to").click()
        await hooks.get_by_role("group").get_by_text("Delete").click()
        await expect(page.get_by_text("The webhook is deleted.")).to_be_visible()
        assert (await visitor.api("GET", "/api/webhooks")).json() == {"webhooks": []}


async def test_an_address_inside_is_explained(visit: Visit, gemini_server: Server):
    visitor = await visit(server=gemini_server, at="/settings")
    page = visitor.page
    await page.get_by_label("Address of the program").fill("http://127.0.0.1:8000/hook")
    await page.get_by_role("button", name="Create webhook").click()
    await expect(page.get_by_role("alert")).to_contain_text("leads into a private network")


async def test_a_new_secret_and_opened_deliveries_stay_over_a_lost_connection(visit: Visit, proxied: Proxied):
    visitor = await visit(at="/settings")
    page, hooks = visitor.page, visitor.page.get_by_role("list", name="Webhooks")
    await page.get_by_label("Address of the program").fill("https://8.8.8.8/hook")  # nothing changes, nothing is sent
    await page.get_by_role("button", name="Create webhook").click()
    shown = page.get_by_text("whsec_")
    secret = await shown.inner_text()
    await page.get_by_role("button", name="Deliveries").click()
    await expect(hooks).to_contain_text("Nothing was sent yet")
    async with proxied.disconnected(visitor) as api:
        made = await api.post("/api/webhooks", json={"url": "https://8.8.8.8/another", "events": ["*"]})
        assert made.status_code == 201
    await expect(hooks).to_contain_text("another")
    await expect(shown).to_have_text(secret)
    await expect(hooks).to_contain_text("Nothing was sent yet")
    await page.reload()
    await expect(hooks).to_contain_text("another")
    await expect(shown).to_have_count(0)
    await expect(hooks).not_to_contain_text("Nothing was sent yet")


async def test_the_secret_stays_of_a_webhook_that_is_created_while_the_page_loads(visitor: Visitor):
    """A page that opens hides the secret of an earlier visit, in its turn."""
    page = visitor.page
    shown = page.get_by_text("whsec_")
    with psycopg.connect(visitor.server.conninfo) as database, database.transaction():
        database.execute("LOCK TABLE calendar_feeds")  # which the page reads
        await visitor.open("/settings")
        await page.get_by_label("Address of the program").fill("https://8.8.8.8/hook")
        await page.get_by_role("button", name="Create webhook").click()
        with suppress(AssertionError):
            await expect(shown).to_be_visible(timeout=BEFORE_ITS_TURN_MS)
    await page.get_by_role("button", name="Deliveries").click()
    await expect(page.get_by_role("list", name="Webhooks")).to_contain_text("Nothing was sent yet")
    await expect(shown).to_be_visible()
