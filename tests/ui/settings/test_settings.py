"""Settings apply at once in every tab and are stored."""

import re
from datetime import datetime
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from taskchat_app.ui.settings.state import SettingsState
from tests.serving import Server
from tests.ui.visitor import PASSWORD, Visit, Visitor, enter
from tests.waiting import until_async

SATURDAY = 5
FIRST_SCRIPT = "**/assets/entry.client*.js"
"""The page's entry script."""


async def settings(visitor: Visitor) -> Page:
    """Open the settings page in another tab."""
    return (await visitor.open_tab("/settings")).page


async def stored(visitor: Visitor) -> dict[str, str]:
    return (await visitor.api("GET", "/api/auth/settings")).json()


async def can_sign_in(server: Server, email: str, password: str) -> bool:
    async with httpx.AsyncClient(base_url=server.origin) as client:
        answer = await client.post("/api/auth/login", json={"email": email, "password": password})
    return answer.status_code == 200


@pytest.mark.soak
async def test_the_browsers_time_zone_is_offered_until_the_user_decides(visit: Visit):
    visitor = await visit({"title": "Call mum", "due_at": "2031-03-05T15:00:00Z"}, timezone_id="Europe/Berlin")
    await expect(visitor.tasks.first).to_contain_text("15:00")
    offer = visitor.page.get_by_text("Your browser is in Europe/Berlin, taskchat uses UTC.")
    await expect(offer).to_be_visible()
    await visitor.page.get_by_role("button", name="Keep", exact=True).click()
    await visitor.open("/")
    await expect(visitor.tasks.first).to_contain_text("15:00")
    await expect(offer).to_have_count(0)

    page = await settings(visitor)
    await page.get_by_label("Time zone").fill("Mars/Phobos")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("no such time zone")
    assert (await stored(visitor))["timezone"] == "UTC"
    await page.get_by_label("Single dates keep their clock time too").check()
    await enter(page.get_by_label("Time zone"), "Asia/Tokyo")
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(page.get_by_role("group", name="Notice")).to_contain_text("1 task keeps its clock time.")
    await expect(visitor.tasks.first).to_contain_text("15:00")
    assert (await stored(visitor))["timezone"] == "Asia/Tokyo"


@pytest.mark.soak
async def test_a_click_switches_to_the_offered_time_zone_in_which_a_day_stays_that_day(visit: Visit):
    visitor = await visit(
        {"title": "Call mum", "due_at": "2031-03-05T15:00:00Z"},
        {"title": "Tablet", "due_at": "2031-03-04T06:30:00Z", "recurrence": "FREQ=DAILY"},
        {"title": "Pay rent", "due_at": "2031-03-07"},
        timezone_id="Europe/Berlin",
    )
    day = visitor.tasks.filter(has_text="Pay rent").locator(".task-due")
    await expect(day).to_have_text(re.compile(r"^[^:]+$"))
    shown = await day.text_content() or ""  # inner_text() is empty while a row is exchanged
    await expect(visitor.page.get_by_text("1 repeating task keeps its clock time.")).to_be_visible()
    await expect(visitor.page.get_by_text("1 single date with a time stays the same moment")).to_be_visible()
    await expect(visitor.page.get_by_role("button", name="Switch, all keep their clock time")).to_be_visible()
    await visitor.page.get_by_role("button", name="Switch", exact=True).click()
    await expect(visitor.tasks.filter(has_text="Call mum")).to_contain_text("16:00")
    await expect(visitor.tasks.filter(has_text="Tablet")).to_contain_text("06:30")
    await expect(day).to_have_text(shown)
    await expect(visitor.notice).to_contain_text("1 task keeps its clock time.")
    await expect(visitor.page.get_by_text("Your browser is in")).to_have_count(0)


async def a_city_finds_its_time_zone_and_the_field_completes_it_in_the_readers_language(visitor: Visitor) -> None:
    page = await settings(visitor)
    field = page.get_by_role("combobox", name="Time zone")
    await expect(page.locator("#zones option[value='Tokyo']")).to_have_text("Asia/Tokyo")
    await enter(field, "new york")
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(field).to_have_value("America/New_York")
    assert (await stored(visitor))["timezone"] == "America/New_York"

    await page.get_by_label("Language", exact=True).select_option("Deutsch")
    field = page.get_by_role("combobox", name="Zeitzone")
    await expect(page.locator("#zones option[value='Tokio']")).to_have_text("Asia/Tokyo")
    await enter(field, "Toki")
    await expect(field).to_have_value("Asia/Tokyo")
    assert (await stored(visitor))["timezone"] == "Asia/Tokyo"
    await enter(field, "Atlantis")
    await expect(page.get_by_role("alert")).to_contain_text("Diese Zeitzone gibt es nicht.")


async def test_the_users_language_applies_in_every_tab_and_on_the_sign_in_page(visit: Visit):
    visitor = await visit({"title": "Milch", "due_at": "2031-03-05T15:00:00Z"})
    page = await settings(visitor)
    await expect(page.get_by_role("option", name="Deutsch")).to_have_attribute("lang", "de")
    await page.get_by_label("Language", exact=True).select_option("Deutsch")
    await expect(page.get_by_role("heading", name="Einstellungen")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(visitor.page.get_by_role("button", name="Senden")).to_be_visible()
    await expect(visitor.page.get_by_role("checkbox", name="#1 Milch abhaken")).to_be_visible()
    await expect(visitor.page.get_by_text("5. März 2031 15:00")).to_be_visible()
    await expect(visitor.alert).to_have_count(0)
    assert (await stored(visitor))["language"] == "de"

    await visitor.page.get_by_role("button", name="Abmelden").click()
    await expect(visitor.page.get_by_role("button", name="Anmelden")).to_be_visible()
    await expect(visitor.page).to_have_title("Anmelden · taskchat")
    await visitor.page.goto(f"{visitor.server.origin}/login?error=bad_credentials")
    await expect(visitor.alert).to_contain_text("Passwort stimmt nicht")


@pytest.mark.soak
async def test_what_the_settings_page_has_written_before_has_the_chosen_language_too(visit: Visit):
    visitor = await visit({"title": "Call mum", "due_at": "2031-03-05T15:00:00Z"}, timezone_id="Europe/Berlin")
    feed = {"view": "open", "kind": "event"}
    (await visitor.api("POST", "/api/feeds", json=feed)).raise_for_status()
    page = await settings(visitor)
    for effect in (visitor.page, page):
        await expect(effect.get_by_text("1 single date with a time stays the same moment").first).to_be_visible()
    await expect(page.get_by_text("MB of 1 GB used.")).to_be_visible()
    await page.get_by_label("Language", exact=True).select_option("Deutsch")
    await expect(page.get_by_text("MB von 1 GB belegt.")).to_be_visible()
    await expect(page.get_by_role("button", name="Kalender „Offen“ löschen")).to_be_visible()
    await expect(page.get_by_text("Termine, mit Fälligkeit · nie gelesen")).to_be_visible()
    for effect in (visitor.page, page):
        await expect(effect.get_by_text("1 einzelner Termin mit Uhrzeit bleibt").first).to_be_visible()


@pytest.mark.soak
async def test_a_german_browser_gets_german_answers(visit: Visit):
    visitor = await visit(signed_in=False, locale="de-AT")
    await visitor.page.goto(f"{visitor.server.origin}/register")
    await expect(visitor.page.get_by_role("button", name="Konto anlegen")).to_be_visible()
    await expect(visitor.page.locator("html")).to_have_attribute("lang", "de")
    await visitor.page.goto(f"{visitor.server.origin}/login?error=email_taken")
    await expect(visitor.alert).to_contain_text("schon ein Konto")
    button = visitor.page.locator("button[type=submit]")
    await expect(button).not_to_have_css("-webkit-text-fill-color", "rgba(0, 0, 0, 0)")
    # Until its own scripts run, the page is as it was drawn, in English: no word of it is to be seen.
    await visitor.page.route(FIRST_SCRIPT, lambda route: route.fulfill(body="", content_type="text/javascript"))
    await visitor.page.reload(wait_until="commit")
    await expect(button).to_have_text("Sign in")
    await expect(button).to_have_css("-webkit-text-fill-color", "rgba(0, 0, 0, 0)")


async def the_theme_applies_in_every_tab_and_from_the_first_paint(visitor: Visitor) -> None:
    page = await settings(visitor)
    await expect(page.get_by_role("radio", name="System")).to_be_checked()
    await page.get_by_role("radio", name="Dark").check()
    for tab in (page, visitor.page):
        await expect(tab.locator("html")).to_have_class("dark")
    # What the page looks like before its own scripts have run.
    await page.route(FIRST_SCRIPT, lambda route: route.fulfill(body="", content_type="text/javascript"))
    await page.reload(wait_until="commit")
    await expect(page.locator("html")).to_have_class("dark")


async def weeks_begin_on_the_chosen_day_and_the_settings_say_where_reminders_ring(visitor: Visitor) -> None:
    page = await settings(visitor)
    await expect(page.get_by_role("region", name="Reminders")).to_contain_text("rings on an open page of taskchat")
    await page.get_by_label("Weeks begin on").select_option("Sunday")
    await expect(page.get_by_text("Saved.")).to_be_visible()
    made = await visitor.api("POST", "/api/tasks", json={"title": "Plan", "due_at": "end of the week"})
    assert datetime.fromisoformat(made.json()["due_at"]).weekday() == SATURDAY
    assert (await stored(visitor))["week_start"] == "sunday"
    await page.reload()
    await expect(page.get_by_label("Weeks begin on")).to_have_value("sunday")


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("not the password", "another password", "current-password"),
        ("x" * 1025, "another password", "current-password"),
        ("\0", "another password", "current-password"),
        (PASSWORD, "short", "new-password"),
        (PASSWORD, "x" * 1025, "new-password"),
    ],
)
async def test_a_password_is_refused_at_its_field(tab: Any, current: str, new: str, field: str):
    settings_state = tab.get_substate([SettingsState.get_name()])
    await settings_state.change_password({"current-password": current, "new-password": new})
    assert (settings_state.outcome.field, settings_state.outcome.notice) == (field, "")


@pytest.mark.parametrize("is_ticked", [True, pytest.param(False, marks=pytest.mark.soak)])
async def test_a_new_password_needs_the_old_one_and_ends_access(visit: Visit, offline_server: Server, is_ticked: bool):
    visitor = await visit(at="/settings")
    email = (await visitor.api("GET", "/api/auth/me")).json()["user"]["email"]
    async with httpx.AsyncClient(base_url=visitor.server.origin) as client:
        other = (await client.post("/api/auth/login", json={"email": email, "password": PASSWORD})).json()["token"]
    page = visitor.page

    async def token_and_box(button: str, *, tick: bool) -> str:
        """Return a new token; the box beside the button says whether it ends."""
        form = page.locator("form").filter(has=page.get_by_role("button", name=button))
        box = form.get_by_role("checkbox", name="End tokens, calendar feeds, webhooks and reminders on devices too")
        await expect(box).to_be_checked()
        await box.set_checked(tick)
        made = await visitor.api("POST", "/api/tokens", json={"name": "x", "scopes": ["read"]})
        return made.json()["token"]

    async def is_accepted(token: str, path: str = "/api/tasks") -> bool:
        bearer = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=visitor.server.origin, headers=bearer) as client:
            answer = await client.get(path)
        assert answer.status_code in (200, 401)
        return answer.status_code == 200

    async def change(current: str, new: str) -> None:
        await page.get_by_label("Current password").fill(current)
        await page.get_by_label("New password").fill(new)
        await page.get_by_role("button", name="Change password").click()

    await change("not the password", "another password")
    await expect(page.get_by_role("alert")).to_have_text("This is not your current password.")
    await expect(page.get_by_label("Current password")).to_have_attribute("aria-invalid", "true")
    assert await can_sign_in(offline_server, email, PASSWORD)
    token = await token_and_box("Change password", tick=is_ticked)
    await change(PASSWORD, "another password")
    await expect(page.get_by_text("All your other logins have ended.")).to_be_visible()
    await expect(page.get_by_label("Current password")).to_have_value("")
    assert await can_sign_in(offline_server, email, "another password")
    assert not await is_accepted(other, "/api/auth/me")
    assert await is_accepted(visitor.token, "/api/auth/me")
    assert await is_accepted(token) is not is_ticked

    token = await token_and_box("Sign out everywhere", tick=not is_ticked)
    await page.get_by_role("button", name="Sign out everywhere").click()
    await expect(page).to_have_url(re.compile("/login"))
    assert not await is_accepted(visitor.token, "/api/auth/me")
    assert await is_accepted(token) is is_ticked


@pytest.mark.soak
async def test_deleting_an_account_requires_its_password_and_says_good_bye(visit: Visit, offline_server: Server):
    visitor = await visit(at="/settings")
    email = (await visitor.api("GET", "/api/auth/me")).json()["user"]["email"]
    page = visitor.page
    await page.get_by_label("Your password, to confirm").fill("another password")
    await page.get_by_role("button", name="Delete account").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    assert (await visitor.api("GET", "/api/auth/me")).status_code == 200
    await page.get_by_label("Your password, to confirm").fill(PASSWORD)
    await page.get_by_role("button", name="Delete account").click()
    await expect(page.get_by_role("status").filter(has_text="Good-bye")).to_be_visible()
    await expect(page).to_have_url(re.compile("/login"))
    await page.wait_for_timeout(4000)  # a page notices the end of its login within 3 s
    await expect(page.get_by_role("status").filter(has_text="Good-bye")).to_be_visible()
    assert (await visitor.api("GET", "/api/auth/me")).status_code == 401
    assert not await can_sign_in(offline_server, email, PASSWORD)


async def settings_link_back_to_the_conversation(visitor: Visitor) -> None:
    await visitor.send("help")
    await expect(visitor.page).to_have_url(re.compile("/c/"))
    address = visitor.page.url
    await visitor.page.get_by_role("link", name="Settings").click()
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/settings")
    await visitor.page.get_by_role("link", name="Back to your tasks").click()
    await expect(visitor.page).to_have_url(address)
    await expect(visitor.user_messages.first).to_contain_text("help")


async def settings_opened_while_a_new_conversation_begins_stay_open(visitor: Visitor) -> None:
    await visitor.open("/")  # a message to a conversation that the server has not opened yet would wait
    await visitor.message_box.fill("add buy milk")
    send_and_leave = "field => { field.form.requestSubmit(); document.querySelector('a[href=\"/settings\"]').click(); }"
    await visitor.message_box.evaluate(send_and_leave)
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/settings")
    await until_async(visitor.all_tasks, seconds=40)
    await visitor.page.get_by_role("link", name="Back to your tasks").click()
    await expect(visitor.page).to_have_url(re.compile("/c/"))
    await expect(visitor.answers).to_have_count(1)


@pytest.mark.soak
async def test_dates_and_the_clock_are_the_browsers_and_can_be_changed(visit: Visit):
    visitor = await visit(locale="en-US", timezone_id="America/New_York")
    for title, due in (("Dentist", "2031-12-18T18:15"), ("Taxes", "3/5/2031")):
        await visitor.post_tasks({"title": title, "due_at": due})
    tasks = visitor.page.get_by_role("list", name="Tasks")
    await expect(tasks).to_contain_text("Dec 18, 2031 6:15 PM")
    await expect(tasks).to_contain_text("Mar 5, 2031")
    page = await settings(visitor)
    await page.get_by_label("Clock", exact=True).select_option("24")
    await page.get_by_label("Dates in numbers").select_option("day")
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(tasks).to_contain_text("18 Dec 2031 18:15")
    await expect(visitor.page.locator("html")).to_have_attribute("data-locale", "en-GB-u-hc-h23")


@pytest.mark.soak
async def test_a_date_in_numbers_with_two_readings_is_asked_about_once(visit: Visit):
    visitor = await visit(locale="en-US")
    # With its first browser's zone, which is UTC, the account would have the order of that browser's locale.
    await visitor.api("PATCH", "/api/auth/me", json={"timezone": "Europe/Vienna", "date_order": ""})
    field, tasks = visitor.page.get_by_label("Add a task"), visitor.page.get_by_role("list", name="Tasks")
    await enter(field, "Dentist 3/5/2031")
    await expect(visitor.page.get_by_role("alert")).to_contain_text("two ways")
    await expect(field).to_have_value("Dentist 3/5/2031")
    await visitor.page.get_by_role("button", name="3 May 2031").click()
    await expect(visitor.page.get_by_role("alert")).to_have_count(0)
    await field.press("Enter")
    await expect(tasks).to_contain_text("3 May 2031")
    await enter(field, "Taxes 4/6/2031")
    await expect(tasks).to_contain_text("4 Jun 2031")
    assert (await stored(visitor))["date_order"] == "day"


async def test_settings_are_changed(visitor: Visitor):
    await visitor.go_through(
        weeks_begin_on_the_chosen_day_and_the_settings_say_where_reminders_ring,
        the_theme_applies_in_every_tab_and_from_the_first_paint,
    )


@pytest.mark.soak
async def test_the_settings_link_back_and_find_a_time_zone(visitor: Visitor):
    await visitor.go_through(
        settings_link_back_to_the_conversation,
        settings_opened_while_a_new_conversation_begins_stay_open,
        a_city_finds_its_time_zone_and_the_field_completes_it_in_the_readers_language,
    )
