"""Preferences: validation, storage, announcement, and their effect on dates."""

from datetime import UTC, datetime

import pytest

from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.profile_fields import preferences_of
from taskchat_app.domain.dates.date_mentions import find_whole_due, two_readings
from taskchat_app.domain.dates.due_dates import parse_bound, parse_due
from taskchat_app.domain.limits.rate_limits import WRITES, used
from taskchat_app.domain.log.changes import changes_after
from taskchat_app.domain.preferences import adopt_locale, prefer_meaning, set_preferences, switch_zone
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.task_rows import create_tasks
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.date_style import DateStyle, browser_locale, clock_text, date_style
from taskchat_app.i18n.messages import gettext
from tests.conftest import SignedInPerson

pytestmark = pytest.mark.usefixtures("postgres")
FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def reload(signed_in: SignedInPerson) -> Person:
    person = await accounts.person_of(signed_in.token)
    assert person is not None
    return person


async def test_preferences_that_are_not_given_stay_and_only_a_real_change_is_recorded(signed_in: SignedInPerson):
    await set_preferences(signed_in.person, timezone="Asia/Tokyo", language="de")
    await set_preferences(await reload(signed_in), week_start="saturday")
    for _ in range(2):
        await set_preferences(await reload(signed_in), timezone="Asia/Tokyo")
    person = await reload(signed_in)
    assert (person.timezone, person.language, person.week_start) == ("Asia/Tokyo", "de", "saturday")
    changes = [(change.kind, change.action) for change in await changes_after(person.id, 0)]
    assert changes == [("person", "updated")] * 2


WEEKS = {
    "monday": {
        "this week": "2026-11-22", "next week": "2026-11-23", "end of week": "2026-11-22",
        "sunday next week": "2026-11-29",
    },
    "sunday": {
        "this week": "2026-11-21", "next week": "2026-11-22", "Ende der Woche": "2026-11-21",
        "sunday next week": "2026-11-22", "monday in two weeks": "2026-11-30", "next weekend": "2026-11-28",
        "friday": "2026-11-27",
    },
    "saturday": {"this week": "2026-11-20", "next week": "2026-11-21"},
}  # fmt: skip
"""What phrases mean on FRIDAY, by the first day of the week."""


async def test_date_phrases_and_filters_use_the_users_first_day_of_the_week(signed_in: SignedInPerson):
    for week_start, phrases in WEEKS.items():
        person = await set_preferences(signed_in.person, week_start=week_start)
        days = {phrase: str(parse_due(phrase, zone=person.zone, now=FRIDAY).day) for phrase in phrases}
        assert days == phrases
    person = await set_preferences(signed_in.person, timezone="America/New_York", week_start="sunday")
    bounds = [parse_bound("this week", zone=person.zone, now=FRIDAY, end=end).isoformat() for end in (False, True)]
    assert bounds == ["2026-11-15T05:00:00+00:00", "2026-11-22T04:59:59+00:00"]


async def test_tasks_that_keep_their_clock_take_nothing_from_the_write_limit(signed_in: SignedInPerson):
    person = signed_in.person
    async with transaction(person.id) as session:
        drafts = [TaskDraft("Pills", due_at="2030-01-01 09:00")] * 3
        await create_tasks(session, person.cause("person"), drafts, zone=person.zone)
        before, _ = await used(session, WRITES, person.id)
    _, moved = await switch_zone(person, "Asia/Tokyo", singles=True)
    async with reading(person.id) as session:
        assert (len(moved), (await used(session, WRITES, person.id))[0] - before) == (3, 1)


async def test_the_browsers_locale_tells_once_and_a_choice_stays(signed_in: SignedInPerson, other_person: Person):
    american = await adopt_locale(signed_in.person, "en-US,en;q=0.9")
    assert (american.clock, american.date_order) == ("12", "month")
    assert await reload(signed_in) == american
    assert await adopt_locale(american, "de-AT,de;q=0.9") == american
    chosen = await set_preferences(american, clock="24", date_order="day")
    assert await adopt_locale(chosen, "en-US") == chosen
    half = await adopt_locale(await set_preferences(other_person, clock="24"), "en-US")
    assert (half.clock, half.date_order) == ("24", "month")


def test_a_locale_tells_clock_order_of_dates_and_first_day_of_the_week():
    for tag, zone, told in (
        ("en-US,en;q=0.9", "America/New_York", ("12", "month", "sunday")),
        ("en-US,en;q=0.9", "Pacific/Honolulu", ("12", "month", "sunday")),
        ("en-US", "Europe/Vienna", ("12", None, None)),
        ("en-CA", "America/Toronto", ("12", None, "sunday")),
        ("en-GB", "Europe/London", ("24", "day", "monday")),
        ("de,en-US;q=0.7", "Europe/Vienna", ("24", "day", "monday")),
        ("ja-JP", "Asia/Tokyo", ("24", "month", "sunday")),
        *((tag, "UTC", (None, None, None)) for tag in ("", "*", "en", "xx-YY", "é" * 9, "en-US" * 99)),
    ):
        found = preferences_of(tag, zone)
        assert tuple(found.get(name) for name in ("clock", "date_order", "week_start")) == told, tag


async def test_dates_in_numbers_are_read_in_the_users_order(signed_in: SignedInPerson):
    sentences = ("call mum 3/5", "gift 12/18", "fast 16/8")
    for order, days in (
        *(("", (None, None, None)), ("month", ("2027-03-05", "2026-12-18", None))),
        ("day", ("2027-05-03", None, "2027-08-16")),
    ):
        person = await set_preferences(signed_in.person, date_order=order)
        found = [find_whole_due(sentence, zone=person.zone, now=FRIDAY) for sentence in sentences]
        assert tuple(mention and str(mention.due and mention.due.day) for mention in found) == days
        asked = two_readings("call mum 3/5", zone=person.zone, now=FRIDAY)
        assert (asked is not None) == (order == "")
        for fraction in ("buy 1/2 pound butter", "read 3/5 chapters", "the 9/11 report", "support 24/7", 'read "3/5"'):
            assert find_whole_due(fraction, zone=person.zone, now=FRIDAY) is None


def test_dates_and_the_clock_are_written_in_the_readers_style():
    local = datetime(2026, 12, 3, 18, 15)  # noqa: DTZ001 -- a local time
    message = gettext("{moment:EEEE d MMMM y} at {moment:HH:mm}", moment=local)
    for style, english, clock, tag in (
        (DateStyle(), "Thursday 3 December 2026", "18:15", "en-GB-u-hc-h23"),
        (DateStyle(twelve_hours=True, month_first=True), "Thursday, December 3, 2026", "6:15 PM", "en-US-u-hc-h12"),
    ):
        token = date_style.set(style)
        try:
            assert render(message.with_values(), "en") == f"{english} at {clock}"
            assert (clock_text(local), browser_locale("en")) == (clock, tag)
            assert f"Donnerstag, 3. Dezember 2026, {clock}" in render(message, "de").replace(" um ", ", ")
        finally:
            date_style.reset(token)


async def test_a_preferred_meaning_takes_the_place_of_its_rival_alone_and_an_unknown_one_is_refused(person: Person):
    for meaning in ("week_after", "20h", "08h"):
        person = await prefer_meaning(person, meaning)
    assert person.due_meanings == "week_after 08h"
    person = await prefer_meaning(await prefer_meaning(person, "08h", preferred=False), "day_first", preferred=False)
    assert (person.due_meanings, person.date_order) == ("week_after", "")
    for unknown in ("", "next_year", "week_after 20h"):
        with pytest.raises(Invalid):
            await prefer_meaning(person, unknown)
