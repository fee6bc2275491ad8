"""Preferences: validation, storage, announcement, and their effect on dates."""

from datetime import UTC, date, datetime

import pytest

from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.due_dates import parse_bound, parse_due
from taskchat_app.domain.log.changes import changes_after, last_change_id
from taskchat_app.domain.preferences import PreferenceChanges, set_preferences
from taskchat_app.domain.storage.errors import Invalid
from tests.conftest import SignedInPerson

pytestmark = pytest.mark.usefixtures("postgres")
FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def reload(signed_in: SignedInPerson) -> Person:
    person = await accounts.person_of(signed_in.token)
    assert person is not None
    return person


async def test_preferences_are_stored_for_this_user_only(signed_in: SignedInPerson, other_signed_in: SignedInPerson):
    changed = await set_preferences(signed_in.person, PreferenceChanges("Asia/Tokyo", "de", "sunday"))
    assert await reload(signed_in) == changed
    assert (str(changed.zone), changed.language, changed.week_start) == ("Asia/Tokyo", "de", "sunday")
    assert await reload(other_signed_in) == other_signed_in.person


async def test_preferences_that_are_not_given_stay_unchanged(signed_in: SignedInPerson):
    await set_preferences(signed_in.person, PreferenceChanges(timezone="Asia/Tokyo", language="de"))
    await set_preferences(await reload(signed_in), PreferenceChanges(week_start="saturday"))
    person = await reload(signed_in)
    assert (person.timezone, person.language, person.week_start) == ("Asia/Tokyo", "de", "saturday")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (PreferenceChanges(timezone="Mars/Phobos", language="de"), "timezone"),
        (PreferenceChanges(timezone="localtime"), "timezone"),
        (PreferenceChanges(timezone="Asia/Tokyo", language="tlh"), "language"),
        (PreferenceChanges(timezone="Asia/Tokyo", week_start="tuesday"), "week_start"),
    ],
)
async def test_an_invalid_preference_changes_nothing(signed_in: SignedInPerson, changes: PreferenceChanges, field: str):
    with pytest.raises(Invalid) as refused:
        await set_preferences(signed_in.person, changes)
    assert refused.value.facts == {"field": field}
    assert await reload(signed_in) == signed_in.person
    assert await last_change_id(signed_in.person.id) == 0


async def test_only_a_real_change_is_recorded_in_the_log(signed_in: SignedInPerson):
    await set_preferences(signed_in.person, PreferenceChanges(timezone="Asia/Tokyo"))
    await set_preferences(signed_in.person, PreferenceChanges(timezone="Asia/Tokyo"))
    assert [(change.kind, change.action) for change in await changes_after(signed_in.person.id, 0)] == [
        ("person", "updated")
    ]


@pytest.mark.parametrize(
    ("week_start", "phrase", "day"),
    [
        ("monday", "this week", "2026-11-22"),
        ("sunday", "this week", "2026-11-21"),
        ("saturday", "this week", "2026-11-20"),
        ("monday", "next week", "2026-11-23"),
        ("sunday", "next week", "2026-11-22"),
        ("saturday", "next week", "2026-11-21"),
        ("monday", "end of week", "2026-11-22"),
        ("sunday", "Ende der Woche", "2026-11-21"),
        ("monday", "sunday next week", "2026-11-29"),
        ("sunday", "sunday next week", "2026-11-22"),
        ("sunday", "monday in two weeks", "2026-11-30"),
        ("sunday", "next weekend", "2026-11-28"),
        ("sunday", "friday", "2026-11-27"),
    ],
)
async def test_date_phrases_use_the_users_first_day_of_the_week(
    signed_in: SignedInPerson, week_start: str, phrase: str, day: str
):
    person = await set_preferences(signed_in.person, PreferenceChanges(week_start=week_start))
    assert parse_due(phrase, zone=person.zone, now=FRIDAY).day == date.fromisoformat(day)


async def test_a_filter_by_week_uses_the_users_first_day_of_the_week(signed_in: SignedInPerson):
    person = await set_preferences(signed_in.person, PreferenceChanges("America/New_York", week_start="sunday"))
    first = parse_bound("this week", zone=person.zone, now=FRIDAY, end=False)
    last = parse_bound("this week", zone=person.zone, now=FRIDAY, end=True)
    assert (first.isoformat(), last.isoformat()) == ("2026-11-15T05:00:00+00:00", "2026-11-22T04:59:59+00:00")
