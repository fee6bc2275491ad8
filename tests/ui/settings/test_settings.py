"""Settings: what a person sets for themselves shows at once, in every tab, and is there the next time."""

import re
from datetime import datetime

import httpx
from playwright.async_api import Page, expect

from tests.serving import Server
from tests.ui.visitor import PASSWORD, Visit, Visitor

SATURDAY = 5
FIRST_SCRIPT = "**/assets/entry.client*.js"
"""The page's script that begins all others."""


async def settings(person: Visitor) -> Page:
    """The page of settings in another tab of the person."""
    return (await person.tab("/settings")).page


async def stored(person: Visitor) -> dict[str, str]:
    return (await person.api("GET", "/api/auth/settings")).json()


async def can_sign_in(server: Server, email: str, password: str) -> bool:
    async with httpx.AsyncClient(base_url=server.origin) as client:
        answer = await client.post("/api/auth/login", json={"email": email, "password": password})
    return answer.status_code == 200


async def test_the_browsers_other_time_zone_is_offered_until_the_person_decides(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server, timezone_id="Europe/Berlin")
    await person.api("POST", "/api/tasks", json={"title": "Call mum", "due_at": "2031-03-05T15:00:00Z"})
    await expect(person.tasks.first).to_contain_text("15:00")
    offer = person.page.get_by_text("Your browser is in Europe/Berlin, taskchat uses UTC.")
    await expect(offer).to_be_visible()
    await person.page.get_by_role("button", name="Keep", exact=True).click()
    await person.open("/")
    await expect(person.tasks.first).to_contain_text("15:00")
    await expect(offer).to_have_count(0)

    page = await settings(person)
    await page.get_by_label("Time zone").fill("Mars/Phobos")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("no such time zone")
    assert (await stored(person))["timezone"] == "UTC"
    await page.get_by_label("Time zone").fill("Asia/Tokyo")
    await page.get_by_label("Time zone").press("Enter")
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(person.tasks.first).to_contain_text("00:00")
    assert (await stored(person))["timezone"] == "Asia/Tokyo"


async def test_the_offered_time_zone_is_taken_by_a_click(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server, timezone_id="Europe/Berlin")
    await person.api("POST", "/api/tasks", json={"title": "Call mum", "due_at": "2031-03-05T15:00:00Z"})
    await person.page.get_by_role("button", name="Switch", exact=True).click()
    await expect(person.tasks.first).to_contain_text("16:00")
    await expect(person.page.get_by_text("Your browser is in")).to_have_count(0)


async def test_the_language_is_the_persons_in_every_tab_and_at_the_door(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.api("POST", "/api/tasks", json={"title": "Milch", "due_at": "2031-03-05T15:00:00Z"})
    page = await settings(person)
    await page.get_by_label("Language", exact=True).select_option("Deutsch")
    await expect(page.get_by_role("heading", name="Einstellungen")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(person.page.get_by_role("button", name="Senden")).to_be_visible()
    await expect(person.page.get_by_role("checkbox", name="#1 Milch abhaken")).to_be_visible()
    await expect(person.page.get_by_text("5. März 2031 15:00")).to_be_visible()
    await expect(person.alert).to_have_count(0)
    assert (await stored(person))["language"] == "de"

    await person.page.get_by_role("button", name="Abmelden").click()
    await expect(person.page.get_by_role("button", name="Anmelden")).to_be_visible()
    await expect(person.page).to_have_title("Anmelden · taskchat")
    await person.page.goto(f"{offline_server.origin}/login?error=bad_credentials")
    await expect(person.alert).to_contain_text("Passwort stimmt nicht")


async def test_a_browser_that_speaks_german_is_answered_in_german(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server, signed_in=False, locale="de-AT")
    await person.page.goto(f"{offline_server.origin}/register")
    await expect(person.page.get_by_role("button", name="Konto anlegen")).to_be_visible()
    await expect(person.page.locator("html")).to_have_attribute("lang", "de")
    await person.page.goto(f"{offline_server.origin}/login?error=email_taken")
    await expect(person.alert).to_contain_text("schon ein Konto")
    button = person.page.locator("button[type=submit]")
    await expect(button).not_to_have_css("-webkit-text-fill-color", "rgba(0, 0, 0, 0)")
    # Until its own scripts run, the page is as it was drawn, in English: no word of it is to be seen.
    await person.page.route(FIRST_SCRIPT, lambda route: route.fulfill(body="", content_type="text/javascript"))
    await person.page.reload(wait_until="commit")
    await expect(button).to_have_text("Sign in")
    await expect(button).to_have_css("-webkit-text-fill-color", "rgba(0, 0, 0, 0)")


async def test_the_theme_is_there_in_every_tab_and_with_the_first_paint(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    page = await settings(person)
    await expect(page.get_by_role("radio", name="System")).to_be_checked()
    await page.get_by_role("radio", name="Dark").check()
    for tab in (page, person.page):
        await expect(tab.locator("html")).to_have_class("dark")
    # What the page looks like before its own scripts have run.
    await page.route(FIRST_SCRIPT, lambda route: route.fulfill(body="", content_type="text/javascript"))
    await page.reload(wait_until="commit")
    await expect(page.locator("html")).to_have_class("dark")


async def test_weeks_begin_on_the_day_that_the_person_chose(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    page = await settings(person)
    await page.get_by_label("Weeks begin on").select_option("Sunday")
    await expect(page.get_by_text("Saved.")).to_be_visible()
    made = await person.api("POST", "/api/tasks", json={"title": "Plan", "due_at": "end of the week"})
    assert datetime.fromisoformat(made.json()["due_at"]).weekday() == SATURDAY
    assert (await stored(person))["week_start"] == "sunday"
    await page.reload()
    await expect(page.get_by_label("Weeks begin on")).to_have_value("sunday")


async def test_another_password_needs_the_current_one_and_ends_other_logins(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    email = (await person.api("GET", "/api/auth/me")).json()["user"]["email"]
    async with httpx.AsyncClient(base_url=offline_server.origin) as client:
        other = (await client.post("/api/auth/login", json={"email": email, "password": PASSWORD})).json()["token"]
    page = await settings(person)

    async def change(current: str, new: str) -> None:
        await page.get_by_label("Current password").fill(current)
        await page.get_by_label("New password").fill(new)
        await page.get_by_role("button", name="Change password").click()

    await change("not the password", "another password")
    await expect(page.get_by_role("alert")).to_have_text("This is not your current password.")
    await expect(page.get_by_label("Current password")).to_have_attribute("aria-invalid", "true")
    assert await can_sign_in(offline_server, email, PASSWORD)
    await change(PASSWORD, "another password")
    await expect(page.get_by_text("All your other logins have ended.")).to_be_visible()
    await expect(page.get_by_label("Current password")).to_have_value("")
    assert await can_sign_in(offline_server, email, "another password")
    async with httpx.AsyncClient(
        base_url=offline_server.origin, headers={"Authorization": f"Bearer {other}"}
    ) as client:
        assert (await client.get("/api/auth/me")).status_code == 401
    assert (await person.api("GET", "/api/auth/me")).status_code == 200

    await page.get_by_role("button", name="Sign out everywhere").click()
    await expect(page).to_have_url(re.compile("/login"))
    assert (await person.api("GET", "/api/auth/me")).status_code == 401


async def test_an_account_is_deleted_only_by_whoever_types_its_email(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    email = (await person.api("GET", "/api/auth/me")).json()["user"]["email"]
    page = await settings(person)
    await page.get_by_label("Type your email to confirm").fill("somebody@example.org")
    await page.get_by_role("button", name="Delete account").click()
    await expect(page.get_by_role("alert")).to_contain_text(email)
    assert (await person.api("GET", "/api/auth/me")).status_code == 200
    await page.get_by_label("Type your email to confirm").fill(email)
    await page.get_by_role("button", name="Delete account").click()
    await expect(page).to_have_url(re.compile("/login"))
    assert (await person.api("GET", "/api/auth/me")).status_code == 401
    assert not await can_sign_in(offline_server, email, PASSWORD)


async def test_settings_are_for_whoever_is_signed_in(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server, signed_in=False)
    await person.page.goto(f"{offline_server.origin}/settings")
    await expect(person.page).to_have_url(f"{offline_server.origin}/login?next=%2Fsettings")


async def test_settings_are_found_from_the_page_and_lead_back_to_the_conversation(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    await person.say("help")
    await expect(person.page).to_have_url(re.compile("/c/"))
    address = person.page.url
    await person.page.get_by_role("link", name="Settings").click()
    await expect(person.page).to_have_url(f"{offline_server.origin}/settings")
    await person.page.get_by_role("link", name="Back to your tasks").click()
    await expect(person.page).to_have_url(address)
    await expect(person.mine.first).to_contain_text("help")
