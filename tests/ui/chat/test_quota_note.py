"""The composer says how many messages are left today, once few are."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.async_api import expect
from sqlalchemy import update
from sqlmodel import col

from taskchat_app.domain.accounts import message_limits
from taskchat_app.domain.accounts.accounts import Person, person_of
from taskchat_app.domain.limits.rate_limits import Limit
from taskchat_app.domain.storage.database import now, system_transaction, transaction
from taskchat_app.domain.storage.errors import DailyLimit
from taskchat_app.domain.storage.models import LimitWindow, User
from taskchat_app.ui.chat.quota_note import quota_note
from taskchat_app.ui.i18n import language
from tests.chatting import configure as configure
from tests.chatting import fresh_total as fresh_total
from tests.conftest import SignedInPerson
from tests.standin import Standin, text
from tests.ui.axe import violations_on
from tests.ui.visitor import Visitor

Configure = Callable[..., None]


def midnight_is_today_in_kathmandu() -> bool:
    """Whether the next midnight of UTC, at 05:45 there, is on the present day there."""
    return now().astimezone(ZoneInfo("Asia/Kathmandu")).time() < time(5, 45)


async def use_up(limit: Limit | None, subject: str, used: int) -> None:
    assert limit is not None
    async with system_transaction() as session:
        window = LimitWindow(scope=limit.scope, subject=subject, starts_at=limit.window_start(now()), used=used)
        await session.merge(window)


@pytest.mark.parametrize(
    ("used", "note"), [(0, ""), (39, ""), (40, "10 messages left today"), (49, "1 message left today")]
)
async def test_the_note_appears_with_the_last_fifth(person: Person, configure: Configure, used: int, note: str):
    configure(GEMINI_API_KEY="test", CHAT_DAILY_LIMIT="50")
    await use_up(message_limits.chat_daily_limit(), person.id, used)
    assert await quota_note(person) == note


@pytest.mark.usefixtures("fresh_total")
@pytest.mark.parametrize(("used", "note"), [(70, ""), (95, "5 messages left today"), (120, "No messages left today.")])
async def test_the_limit_of_all_users_counts_if_nearer(person: Person, configure: Configure, used: int, note: str):
    configure(GEMINI_API_KEY="test", CHAT_DAILY_LIMIT="50", CHAT_DAILY_LIMIT_TOTAL="100")
    await use_up(message_limits.chat_daily_limit_total(), message_limits.EVERYBODY, used)
    assert (await quota_note(person)).partition(" You")[0] == note


@pytest.mark.usefixtures("fresh_total")
async def test_half_of_the_messages_of_all_users_is_kept_for_accounts_older_than_a_day(
    person: Person, other_signed_in: SignedInPerson, configure: Configure
):
    configure(GEMINI_API_KEY="test", CHAT_DAILY_LIMIT="900", CHAT_DAILY_LIMIT_TOTAL="300")
    older_id = other_signed_in.person.id
    async with transaction(older_id) as session:
        await session.exec(
            update(User).where(col(User.id) == older_id).values(created_at=now() - message_limits.NEW_FOR)
        )
    older = await person_of(other_signed_in.token)
    assert older is not None
    new = Limit(message_limits.NEW_ACCOUNTS, 200, timedelta(days=1), by_utc_day=True)
    await use_up(new, message_limits.EVERYBODY, 199)
    await use_up(message_limits.chat_daily_limit_total(), message_limits.EVERYBODY, 298)
    async with transaction(person.id) as session:
        await message_limits.take_of_total(session, person)
    with pytest.raises(DailyLimit, match="all 200 messages of new accounts"):
        async with transaction(person.id) as session:
            await message_limits.take_of_total(session, person)
    with pytest.raises(DailyLimit, match="all 200 messages of new accounts"):
        async with transaction(person.id) as session:
            await message_limits.refuse_exhausted_limits(session, person)
    assert (await quota_note(person)).startswith("No messages left today.")
    async with transaction(older.id) as session:
        await message_limits.take_of_total(session, older)
    with pytest.raises(DailyLimit, match="all 300 messages that"):
        async with transaction(older.id) as session:
            await message_limits.take_of_total(session, older)


async def test_the_note_fits_language_and_zone(person: Person, configure: Configure, monkeypatch: pytest.MonkeyPatch):
    configure(GEMINI_API_KEY="test", CHAT_DAILY_LIMIT="1")
    await use_up(message_limits.chat_daily_limit(), person.id, 1)
    monkeypatch.setattr(language, "current_language", ContextVar[str]("language", default="de"))
    there = replace(person, timezone="Asia/Kathmandu")
    day = "" if midnight_is_today_in_kathmandu() else "morgen "
    assert await quota_note(there) == f"Heute sind keine Nachrichten mehr übrig. Weiter geht es {day}um 05:45."


async def test_the_built_in_assistant_has_no_daily_limit(person: Person, configure: Configure):
    configure(CHAT_DAILY_LIMIT="1", CHAT_DAILY_LIMIT_TOTAL="1")
    assert message_limits.person_limits() == (message_limits.chat_burst_limit(),)
    assert (message_limits.chat_daily_limit_total(), await quota_note(person)) == (None, "")


async def leave_messages(visitor: Visitor, left: int) -> None:
    """Use up all messages of the user's day but `left`, and open the page again."""
    me = (await visitor.api("GET", "/api/auth/me")).json()
    limit = message_limits.chat_daily_limit()
    with psycopg.connect(visitor.server.conninfo, autocommit=True) as database:
        database.execute(
            "INSERT INTO limit_windows VALUES (%s, %s, %s, %s)",
            (limit.scope, me["user"]["id"], limit.window_start(now()), me["quota"]["limit"] - left),
        )
    await visitor.open("/")


@pytest.mark.soak
async def test_the_page_counts_down_and_says_when_messages_are_back(visitor: Visitor, gemini: Standin):
    gemini.script([text("Noted.")], repeat=True)
    await visitor.api("PATCH", "/api/auth/me", json={"timezone": "Asia/Kathmandu"})
    when = "at 05:45" if midnight_is_today_in_kathmandu() else "tomorrow at 05:45"
    await leave_messages(visitor, 2)
    note = visitor.page.locator(".quota-note")
    await expect(note).to_have_text("2 messages left today")
    other = await visitor.open_tab()
    await visitor.ask("add buy milk", "Noted.")
    for tab in (visitor, other):
        await expect(tab.page.locator(".quota-note")).to_have_text("1 message left today")
    await visitor.ask("add buy bread", "Noted.")
    await expect(note).to_have_text(f"No messages left today. You can go on {when}.")
    await visitor.send("add buy salt")
    await expect(visitor.alert).to_contain_text(f"You can go on {when} (Asia/Kathmandu).")
    await expect(visitor.message_box).to_have_value("add buy salt")
    await expect(note).to_be_hidden()
    assert await violations_on(visitor.page) == []
    await visitor.alert.get_by_role("button", name="Dismiss").click()
    await expect(note).to_be_visible()


@pytest.mark.soak
async def test_a_refused_edit_keeps_its_text_and_says_why(visitor: Visitor, gemini: Standin):
    gemini.script([text("Noted.")], repeat=True)
    await leave_messages(visitor, 1)
    await visitor.ask("add buy milk", "Noted.")
    box = await visitor.edit_last_message("add buy bread")
    await box.press("Enter")
    await expect(visitor.alert).to_contain_text("You can go on tomorrow at 00:00 (UTC).")
    await expect(box).to_have_value("add buy bread")
    await expect(box).to_be_focused()
    await box.press("Escape")
    await expect(visitor.page.get_by_role("button", name="Edit message")).to_be_focused()
