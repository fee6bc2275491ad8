"""Registering, signing in and out, and open pages whose login ends."""

import re
import uuid
from urllib.parse import urlencode

import httpx
import pytest
from playwright.async_api import expect

from tests.serving import Server
from tests.ui.visitor import PASSWORD, Visit, Visitor, fill_account_form

SOON_MS = 15_000
"""A revoked login ends its page within this time."""


async def test_an_address_is_registered_once_with_the_browsers_time_zone(visit: Visit):
    visitor = await visit(signed_in=False, timezone_id="Asia/Tokyo")
    email = f"{uuid.uuid4().hex}@example.org"
    await visitor.page.goto(f"{visitor.server.origin}/register")
    await expect(visitor.page.locator("input[name=timezone]")).to_have_value("Asia/Tokyo")
    await fill_account_form(visitor.page, email, PASSWORD, "Create account")
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/")
    cookies = await visitor.context.cookies()
    [visitor.token] = [cookie["value"] for cookie in cookies if cookie["name"] == "auth_token"]  # pyright: ignore[reportTypedDictNotRequiredAccess]  # a cookie of the browser has both
    assert (await visitor.api("GET", "/api/auth/me")).json()["user"]["timezone"] == "Asia/Tokyo"
    await expect(visitor.page.get_by_text(email)).to_be_visible()
    await visitor.page.goto(f"{visitor.server.origin}/login")  # as by Back
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/")
    await visitor.page.get_by_role("button", name="Sign out").click()
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/login")
    await visitor.page.get_by_role("link", name="Create account").click()
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/register")
    await fill_account_form(visitor.page, email, PASSWORD, "Create account")
    await expect(visitor.alert).to_contain_text("already an account")


async def test_signing_out_ends_the_login_and_the_pages_of_its_other_tabs(visitor: Visitor):
    other = await visitor.open_tab()
    await visitor.page.get_by_role("button", name="Sign out").click()
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/login")
    assert (await visitor.api("GET", "/api/auth/me")).status_code == 401
    await expect(other.page).to_have_url(re.compile("/login"), timeout=SOON_MS)


@pytest.mark.soak
async def test_signing_in_after_a_login_ends_restores_conversation_and_draft(visit: Visit, offline_server: Server):
    visitor = await visit(signed_in=False)
    email = f"{uuid.uuid4().hex}@example.org"
    await visitor.page.goto(f"{visitor.server.origin}/register")
    await fill_account_form(visitor.page, email, PASSWORD, "Create account")
    await visitor.send("hello")
    await expect(visitor.page).to_have_url(re.compile("/c/"))
    await visitor.open(f"{visitor.page.url.removeprefix(visitor.server.origin)}?view=done")
    address = visitor.page.url
    await expect(visitor.user_messages).to_contain_text("hello")
    await visitor.message_box.fill("not yet sent")
    await sign_out_everywhere(offline_server, email)
    await expect(visitor.page).to_have_url(re.compile("/login"), timeout=SOON_MS)
    await expect(visitor.alert).to_have_text("You were signed out. Sign in to go on.")
    await fill_account_form(visitor.page, email, "wrong password", "Sign in")
    await expect(visitor.alert).to_contain_text("password is wrong")
    await expect(visitor.page.get_by_label("Email")).to_have_value(email)
    await expect(visitor.page).to_have_url(re.compile("/login\\?"))
    await fill_account_form(visitor.page, email, PASSWORD, "Sign in")
    await expect(visitor.page).to_have_url(address)
    await expect(visitor.user_messages).to_contain_text("hello")
    await expect(visitor.message_box).to_have_value("not yet sent")


async def sign_out_everywhere(server: Server, email: str) -> None:
    """End all logins of the user from another browser."""
    async with httpx.AsyncClient(base_url=server.origin) as client:
        login = await client.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        bearer = {"Authorization": f"Bearer {login.json()['token']}"}
        client.cookies.clear()
        assert (await client.post("/api/auth/logout-all", headers=bearer)).status_code == 204


async def test_signing_in_never_leads_to_another_site(visit: Visit):
    visitor = await visit(signed_in=False)
    for target in ("//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"):
        await visitor.page.goto(f"{visitor.server.origin}/register?{urlencode({'next': target})}")
        await expect(visitor.page.locator("input[name=next]")).to_have_value(target)
        await fill_account_form(visitor.page, f"{uuid.uuid4().hex}@example.org", PASSWORD, "Create account")
        await expect(visitor.page).to_have_url(f"{visitor.server.origin}/")
        await visitor.page.goto("about:blank")  # the list without its cookie goes to the sign-in page by itself
        await visitor.context.clear_cookies()


async def test_a_page_with_a_revoked_login_does_nothing(visitor: Visitor):
    await visitor.add_task("Before")
    await expect(visitor.tasks).to_have_count(1)
    await visitor.add_line.fill("After")
    assert (await visitor.api("POST", "/api/auth/logout")).status_code == 204
    await visitor.page.keyboard.press("Enter")  # in the line, unless the page has left already
    await expect(visitor.page).to_have_url(re.compile("/login"))
    await expect(visitor.page.get_by_text("After")).to_have_count(0)


async def test_a_forged_cookie_and_none_lead_to_the_sign_in_page(visit: Visit):
    visitor = await visit(signed_in=False)
    await visitor.context.add_cookies([{"name": "auth_token", "value": "forged", "url": visitor.server.origin}])
    await visitor.page.goto(f"{visitor.server.origin}/")
    await expect(visitor.page).to_have_url(re.compile("/login"))
    await visitor.context.clear_cookies()
    for page in ("settings", "embed"):
        await visitor.page.goto(f"{visitor.server.origin}/{page}")
        await expect(visitor.page).to_have_url(f"{visitor.server.origin}/login?next=%2F{page}")
    await visitor.page.goto(f"{visitor.server.origin}/set-password?token=none")
    await expect(visitor.page.get_by_label(re.compile("assword")).first).to_be_visible()
    await visitor.page.goto(f"{visitor.server.origin}/no-such")
    await expect(visitor.page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    visitor.ignore_errors("404")
