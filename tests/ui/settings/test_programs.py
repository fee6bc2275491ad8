"""Access tokens and webhooks on the settings page: made, shown once, used, ended."""

from contextlib import suppress
from datetime import datetime, timedelta

import httpx
import psycopg
import pytest
from playwright.async_api import Page, expect

from tests.receiver import ARRIVES_SECONDS, receiving
from tests.serving import Server
from tests.ui.activity.test_activity import changes, view
from tests.ui.conftest import Proxied
from tests.ui.visitor import Visit, Visitor
from tests.waiting import until_async

pytestmark = pytest.mark.soak


async def made_on(page: Page, name: str) -> str:
    """Make a token that may read and write; return it."""
    await page.get_by_label("Name of the program").fill(name)
    await page.get_by_label("Change tasks").check()
    await page.get_by_role("button", name="Create token").click()
    shown = page.locator(".token-made")
    await expect(shown).to_contain_text("tc_")
    return await shown.inner_text()


async def test_a_token_needs_a_scope_is_shown_once_and_what_it_did_is_rolled_back(visitor: Visitor):
    page = (await visitor.open_tab("/settings")).page
    await page.get_by_label("Name of the program").fill("Nothing")
    await page.get_by_label("Read tasks, conversations and activity").uncheck()
    await page.get_by_role("button", name="Create token").click()
    await expect(page.get_by_role("alert")).to_contain_text("Choose what the token may do")
    assert (await visitor.api("GET", "/api/tokens")).json() == {"tokens": []}
    await page.get_by_label("Read tasks, conversations and activity").check()
    await page.get_by_label("Ends").select_option("After a year")
    token = await made_on(page, "Backup script")
    [made] = (await visitor.api("GET", "/api/tokens")).json()["tokens"]
    begin, end = (datetime.fromisoformat(made[name]) for name in ("created_at", "expires_at"))
    assert round((end - begin) / timedelta(days=1)) == 365
    bearer = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=visitor.server.origin, headers=bearer) as program:
        for title in ("Spam", "More spam"):
            assert (await program.post("/api/tasks", json={"title": title})).status_code == 201
        await expect(visitor.tasks).to_have_count(2)
        await view(visitor, "Activity")
        await expect(changes(visitor).first).to_contain_text("“Backup script” added #2")

        await page.reload()
        tokens = page.get_by_role("list", name="Tokens")
        await expect(tokens).to_contain_text("Reads · Writes · last used")
        await expect(page.locator(".token-made")).to_have_count(0)
        await page.get_by_role("button", name="Revoke “Backup script”").click()
        await page.get_by_role("button", name="Revoke, undo all it did (changes: 2)").click()
        await expect(page.get_by_text("The token is revoked. Took back #1, #2.")).to_be_visible()
        await expect(changes(visitor).first).to_contain_text("You put back")
        assert (await visitor.api("GET", "/api/tasks")).json()["tasks"] == []
        await expect(tokens).to_contain_text("revoked")
        assert (await program.get("/api/tasks")).status_code == 401


async def test_what_was_made_and_opened_stays_over_a_lost_connection(visit: Visit, proxied: Proxied):
    visitor = await visit(at="/settings")
    page, question = visitor.page, visitor.page.get_by_role("group", name="Revoke “Backup script”")
    tokens, hooks = (page.get_by_role("list", name=name) for name in ("Tokens", "Webhooks"))
    token = await made_on(page, "Backup script")
    await page.get_by_role("button", name="Revoke “Backup script”").click()
    await expect(question).to_be_visible()
    await page.get_by_label("Address of the program").fill("https://8.8.8.8/hook")  # nothing changes, nothing is sent
    await page.get_by_role("button", name="Create webhook").click()
    secret = await page.get_by_text("whsec_").inner_text()
    await page.get_by_role("button", name="Deliveries").click()
    await expect(hooks).to_contain_text("Nothing was sent yet")
    async with proxied.disconnected(visitor) as api:
        for path, body in (
            ("tokens", {"name": "Another", "scopes": ["read"]}),
            ("webhooks", {"url": "https://8.8.8.8/another", "events": ["*"]}),
        ):
            assert (await api.post(f"/api/{path}", json=body)).status_code == 201
    await expect(tokens).to_contain_text("Another")
    await expect(hooks).to_contain_text("another")
    for made in (token, secret):
        await expect(page.get_by_text(made, exact=True)).to_be_visible()
    await expect(question).to_be_visible()
    await expect(hooks).to_contain_text("Nothing was sent yet")
    await page.get_by_role("link", name="Back to your tasks").click()
    await page.get_by_role("link", name="Settings").click()
    await expect(tokens).to_contain_text("Another")
    await expect(hooks).to_contain_text("another")
    await expect(page.locator(".token-made")).to_have_count(0)
    await expect(question).to_have_count(0)
    await expect(hooks).not_to_contain_text("Nothing was sent yet")


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
    page = (await visit(server=gemini_server, at="/settings")).page
    await page.get_by_label("Address of the program").fill("http://127.0.0.1:8000/hook")
    await page.get_by_role("button", name="Create webhook").click()
    await expect(page.get_by_role("alert")).to_contain_text("leads into a private network")


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
