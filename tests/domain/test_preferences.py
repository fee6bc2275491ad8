"""Preferences: validation, storage, announcement, and their effect on dates."""

from datetime import UTC, datetime

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


async def test_preferences_that_are_not_given_stay_and_only_a_real_change_is_recorded(signed_in: SignedInPerson):
    await set_preferences(signed_in.person, PreferenceChanges(timezone="Asia/Tokyo", language="de"))
    await set_preferences(await reload(signed_in), PreferenceChanges(week_start="saturday"))
    for _ in range(2):
        await set_preferences(await reload(signed_in), PreferenceChanges(timezone="Asia/Tokyo"))
    person = await reload(signed_in)
    assert (person.timezone, person.language, person.week_start) == ("Asia/Tokyo", "de", "saturday")
    changes = [(change.kind, change.action) for change in await changes_after(person.id, 0)]
    assert changes == [("person", "updated")] * 2


async def test_an_invalid_preference_changes_nothing(signed_in: SignedInPerson):
    for changes, field in (
        (PreferenceChanges(timezone="Mars/Phobos", language="de"), "timezone"),
        (PreferenceChanges(timezone="localtime"), "timezone"),
        (PreferenceChanges(timezone="Asia/Tokyo", language="tlh"), "language"),
        (PreferenceChanges(timezone="Asia/Tokyo", week_start="tuesday"), "week_start"),
    ):
        with pytest.raises(Invalid) as refused:
            await set_preferences(signed_in.person, changes)
        assert refused.value.facts == {"field": field}
    assert await reload(signed_in) == signed_in.person
    assert await last_change_id(signed_in.person.id) == 0


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
        person = await set_preferences(signed_in.person, PreferenceChanges(week_start=week_start))
        days = {phrase: str(parse_due(phrase, zone=person.zone, now=FRIDAY).day) for phrase in phrases}
        assert days == phrases
    person = await set_preferences(signed_in.person, PreferenceChanges("America/New_York", week_start="sunday"))
    bounds = [parse_bound("this week", zone=person.zone, now=FRIDAY, end=end).isoformat() for end in (False, True)]
    assert bounds == ["2026-11-15T05:00:00+00:00", "2026-11-22T04:59:59+00:00"]
