"""Registering, signing in and out, and open pages whose login ends."""

import re
import uuid
from urllib.parse import urlencode

import httpx
import pytest
from playwright.async_api import expect

from tests.serving import Server
from tests.ui.visitor import PASSWORD, Visit, Visitor

SOON_MS = 15_000
"""Within this a revoked login ends its page."""


async def fill(person: Visitor, email: str, password: str, button: str) -> None:
    await person.page.get_by_label("Email").fill(email)
    await person.page.get_by_label("Password").fill(password)
    await person.page.get_by_role("button", name=button).click()


async def test_a_wrong_password_says_so_and_keeps_the_address(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server, signed_in=False)
    await person.page.goto(f"{offline_server.origin}/login")
    await fill(person, "nobody@example.org", "wrong password", "Sign in")
    await expect(person.alert).to_contain_text("password is wrong")
    await expect(person.page.get_by_label("Email")).to_have_value("nobody@example.org")
    await expect(person.page).to_have_url(re.compile("/login\\?"))


async def test_an_address_is_registered_once(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server, signed_in=False)
    email = f"{uuid.uuid4().hex}@example.org"
    await person.page.goto(f"{offline_server.origin}/register")
    await fill(person, email, PASSWORD, "Create account")
    await expect(person.page).to_have_url(f"{offline_server.origin}/")
    await expect(person.page.get_by_text(email)).to_be_visible()
    await person.page.get_by_role("button", name="Sign out").click()
    await expect(person.page).to_have_url(f"{offline_server.origin}/login")
    await person.page.get_by_role("link", name="Create account").click()
    await expect(person.page).to_have_url(f"{offline_server.origin}/register")
    await fill(person, email, PASSWORD, "Create account")
    await expect(person.alert).to_contain_text("already an account")


async def test_the_browsers_time_zone_is_the_persons(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server, signed_in=False, timezone_id="Asia/Tokyo")
    await person.page.goto(f"{offline_server.origin}/register")
    await expect(person.page.locator("input[name=timezone]")).to_have_value("Asia/Tokyo")
    await fill(person, f"{uuid.uuid4().hex}@example.org", PASSWORD, "Create account")
    await expect(person.page).to_have_url(f"{offline_server.origin}/")
    cookies = await person.context.cookies()
    [person.token] = [cookie["value"] for cookie in cookies if cookie["name"] == "auth_token"]  # pyright: ignore[reportTypedDictNotRequiredAccess]
    assert (await person.api("GET", "/api/auth/me")).json()["user"]["timezone"] == "Asia/Tokyo"


async def test_whoever_is_sent_to_the_door_comes_back_to_where_they_wanted(
    visit: Visit, offline_server: Server
) -> None:
    owner = await visit(offline_server, signed_in=False)
    email = f"{uuid.uuid4().hex}@example.org"
    await owner.page.goto(f"{offline_server.origin}/register")
    await fill(owner, email, PASSWORD, "Create account")
    await owner.say("hello")
    await expect(owner.page).to_have_url(re.compile("/c/"))
    address = owner.page.url
    await owner.page.get_by_role("button", name="Sign out").click()
    await owner.page.goto(address)
    await fill(owner, email, PASSWORD, "Sign in")
    await expect(owner.page).to_have_url(address)
    await expect(owner.mine).to_contain_text("hello")


async def test_signing_out_ends_the_login_and_the_pages_of_its_other_tabs(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    other = await person.tab()
    await person.page.get_by_role("button", name="Sign out").click()
    await expect(person.page).to_have_url(f"{offline_server.origin}/login")
    assert (await person.api("GET", "/api/auth/me")).status_code == 401
    await expect(other.page).to_have_url(re.compile("/login"), timeout=SOON_MS)


async def test_whose_login_ends_in_mid_chat_comes_back_to_the_very_conversation_with_the_draft(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server, signed_in=False)
    email = f"{uuid.uuid4().hex}@example.org"
    await person.page.goto(f"{offline_server.origin}/register")
    await fill(person, email, PASSWORD, "Create account")
    await person.say("hello")
    await expect(person.page).to_have_url(re.compile("/c/"))
    await person.open(f"{person.page.url.removeprefix(offline_server.origin)}?view=done")
    address = person.page.url
    await expect(person.mine).to_contain_text("hello")
    await person.message_box.fill("not yet sent")
    await sign_out_everywhere(offline_server, email)
    await expect(person.page).to_have_url(re.compile("/login"), timeout=SOON_MS)
    await expect(person.alert).to_have_text("You were signed out. Sign in to go on.")
    await fill(person, email, "wrong password", "Sign in")
    await expect(person.alert).to_contain_text("password is wrong")
    await fill(person, email, PASSWORD, "Sign in")
    await expect(person.page).to_have_url(address)
    await expect(person.mine).to_contain_text("hello")
    await expect(person.message_box).to_have_value("not yet sent")


async def sign_out_everywhere(server: Server, email: str) -> None:
    """The same person in another browser ends all logins."""
    async with httpx.AsyncClient(base_url=server.origin) as client:
        login = await client.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        bearer = {"Authorization": f"Bearer {login.json()['token']}"}
        client.cookies.clear()
        assert (await client.post("/api/auth/logout-all", headers=bearer)).status_code == 204


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"])
async def test_signing_in_never_leads_to_another_site(visit: Visit, offline_server: Server, target: str) -> None:
    person = await visit(offline_server, signed_in=False)
    await person.page.goto(f"{offline_server.origin}/register?{urlencode({'next': target})}")
    await expect(person.page.locator("input[name=next]")).to_have_value(target)
    await fill(person, f"{uuid.uuid4().hex}@example.org", PASSWORD, "Create account")
    await expect(person.page).to_have_url(f"{offline_server.origin}/")


async def test_a_page_whose_login_was_revoked_does_nothing_any_more(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.add_task("Before")
    await expect(person.tasks).to_have_count(1)
    line = person.page.get_by_role("textbox", name="Add a task")
    await line.fill("After")
    assert (await person.api("POST", "/api/auth/logout")).status_code == 204
    await person.page.keyboard.press("Enter")  # in the line, unless the page has left already
    await expect(person.page).to_have_url(re.compile("/login"))
    await expect(person.page.get_by_text("After")).to_have_count(0)


async def test_a_forged_cookie_leads_to_the_door(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server, signed_in=False)
    await person.context.add_cookies([{"name": "auth_token", "value": "forged", "url": offline_server.origin}])
    await person.page.goto(f"{offline_server.origin}/")
    await expect(person.page).to_have_url(re.compile("/login"))
