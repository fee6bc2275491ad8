"""Access tokens on the settings page: made, shown once, revoked, rolled back."""

from datetime import datetime, timedelta

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.ui.activity.test_activity import changes, view
from tests.ui.conftest import Proxied
from tests.ui.visitor import Visit, Visitor

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


async def test_a_new_token_and_a_question_stay_over_a_lost_connection(visit: Visit, proxied: Proxied):
    visitor = await visit(at="/settings")
    page, tokens = visitor.page, visitor.page.get_by_role("list", name="Tokens")
    token = await made_on(page, "Backup script")
    await page.get_by_role("button", name="Revoke “Backup script”").click()
    await expect(page.get_by_role("group", name="Revoke “Backup script”")).to_be_visible()
    async with proxied.disconnected(visitor) as api:
        made = await api.post("/api/tokens", json={"name": "Another", "scopes": ["read"]})
        assert made.status_code == 201
    await expect(tokens).to_contain_text("Another")
    await expect(page.locator(".token-made")).to_have_text(token)
    await expect(page.get_by_role("group", name="Revoke “Backup script”")).to_be_visible()
    await page.get_by_role("link", name="Back to your tasks").click()
    await page.get_by_role("link", name="Settings").click()
    await expect(tokens).to_contain_text("Another")
    await expect(page.locator(".token-made")).to_have_count(0)
    await expect(page.get_by_role("group", name="Revoke “Backup script”")).to_have_count(0)
