"""Parsing of dates: phrases alone and in sentences (tables/), refusals, time zones, bounds; dates in words."""

from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from taskchat_app.domain.dates import vocabulary
from taskchat_app.domain.dates.date_mentions import find_due, find_whole_due
from taskchat_app.domain.dates.due_dates import parse_bound, parse_due
from taskchat_app.domain.dates.local_time import day_end, day_start, format_due, format_near, is_date_only, local_due
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.catalogue import render
from tests.soak import budget
from tests.tables import check, read_rows

TABLES = Path(__file__).parent / "tables"
BERLIN, LOS_ANGELES, KIRITIMATI = map(ZoneInfo, ("Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati"))
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # 11:00 in Berlin


def due(phrase: str, now: datetime = WEDNESDAY, zone: ZoneInfo = BERLIN) -> str | None:
    """Return the date; None if the phrase is refused with a sentence."""
    try:
        return local_due(parse_due(phrase, zone=zone, now=now), zone)
    except Invalid as refusal:
        return None if refusal.detail.endswith(".") and "\0" not in refusal.detail else refusal.detail


def moved(phrase_and_date: str) -> str:
    phrase, current = phrase_and_date.split(" | ")
    before = parse_due(current, zone=BERLIN, now=WEDNESDAY)
    return local_due(parse_due(phrase, zone=BERLIN, now=WEDNESDAY, current=before), BERLIN)


def found(sentence: str) -> str | tuple[str, str | None, str | None]:
    """Return the title that remains, the due date and the rule; the sentence alone if it holds no date."""
    mention = find_due(sentence, zone=BERLIN, now=WEDNESDAY)
    if mention is None:
        return sentence
    return mention.cut_from(sentence), mention.due and local_due(mention.due, BERLIN), mention.rule


def test_a_number_that_stays_unread_beside_a_date_means_that_there_is_no_certain_date():
    for sentence in (
        *("Zahnarzt 13::00 am Freitag", "flight 12/3 at 9am", "call bob 3rd at 9am on friday"),
        *("call bob thursday 8:00 gmt", "call bob 15 to noon", "party 17 of september on sunday"),
        *("dentist 8 this evening", "dentist on friday at 0640", "dentist on friday not before 9"),
        *("dentist 9 tomorrow", "Zahnarzt morgen 9", "dentist friday 28/6/2027 at 9", "film wed to fri this week at 9"),
        *("sauna 12 loka 18:30", "sauna 26.11.2o gegen 16:30 Uhr", "train 23 nov at 15h05 20h15leave"),
        *("dentist 0845am friday", "dentist 18.30 12 dec", "Zahnarzt am Samstag Nachmittag 27.5"),
        *("dentist 10 9am", "dentist 10 approximately 9 a.m."),
        *("dentist 6-7 tomorrow", "dentist on 12.12. 18 - 20 h", "dentist friday latest 18:00", "call today 12.10"),
        *("pills every day at 8 and at 20", "pills every day at 8 and 20", "call mum on sunday around 6:20ish"),
    ):
        assert find_due(sentence, zone=BERLIN, now=WEDNESDAY) is not None
        assert find_whole_due(sentence, zone=BERLIN, now=WEDNESDAY) is None
    for sentence in (
        *("buy 2 eggs on friday", 'read "12/3" on friday', "gym 24/7 on friday", "swim at 5 tomorrow morning"),
        *("read 5 to 9 on friday", "tax return due 31.12.2015", "read page 3, no, 4 tomorrow", "read chapter 7 today"),
        *("study 3h friday", "pay $12.50 tomorrow", "pay invoice 1830 by friday", "party 16 Dec 2028"),
        *("taco tuesday tomorrow", "feed 3 cats at 18:30", "feed 3 cats tomorrow 18:30"),
        *("milk, 10, 9am", "room 10 9am", "Lauf Samstag 15 Uhr 12.5 km", "take 2 pills 9am"),
    ):
        assert find_whole_due(sentence, zone=BERLIN, now=WEDNESDAY) == find_due(sentence, zone=BERLIN, now=WEDNESDAY)
    for sentence in ("run at 6:15a", "lunch at 12p"):
        assert find_whole_due(sentence, zone=BERLIN, now=WEDNESDAY) is not None
    assert find_due("read 4p", zone=BERLIN, now=WEDNESDAY) is None


def test_phrases_are_parsed_or_refused():
    rows = read_rows(TABLES / "phrases.txt")
    check(rows, [due(row.given) for row in rows])
    assert due("x" * 200) is None
    assert due("tomorrow " * 50) is None


def test_words_for_a_day_keep_the_time_and_words_for_a_time_keep_the_day():
    rows = read_rows(TABLES / "moved_dates.txt")
    check(rows, [moved(row.given) for row in rows])


def test_dates_in_sentences_are_found_and_separated_from_the_title():
    rows = read_rows(TABLES / "sentences.txt")
    check(rows, [found(row.given) for row in rows])
    assert find_due("buy milk tomorrow " * 100, zone=BERLIN, now=WEDNESDAY) is None


def test_invalid_bounds_and_the_ends_of_the_calendar_are_refused():
    for text in ("9999-12-31", "whenever", "fifth monday in december 9999"):
        for end in (True, False):
            with pytest.raises(Invalid):
                parse_bound(text, zone=BERLIN, now=WEDNESDAY, end=end)
    instants = ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59", "9999-12-31 23:59", "0001-01-01T00:00:00Z")
    for text in (*instants, "0001-01-01T00:00", "in december 9999", "end of december 9999"):
        for zone in map(ZoneInfo, ("UTC", "America/New_York", "Pacific/Kiritimati")):
            for end in (True, False):
                with pytest.raises(Invalid, match="The year must lie between 1970 and 2999"):
                    parse_bound(text, zone=zone, now=WEDNESDAY, end=end)
            with pytest.raises(Invalid, match="The year must lie between 1970 and 2999"):
                parse_due(text, zone=zone, now=WEDNESDAY)
            find_due(f"Call mum {text}", zone=zone, now=WEDNESDAY)


DATE_WORDS = [
    *vocabulary.NUMBERS, *vocabulary.ORDINALS, *vocabulary.UNITS, *vocabulary.WEEKDAYS, *vocabulary.MONTHS,
    *"at um in am on next last vor before every half past halb viertel quarter to uhr pm abends früh of the".split(),
    *"0 1 12 24 31 32. 60 9999 1st 24:00 25:00 1.5 29.2. 31/4 0001-01-01 2027-02-29 9999-12-31 ½ ٣ ²".split(),
]  # fmt: skip


@pytest.mark.also_soak
@settings(max_examples=budget(200, 10_000))
@given(st.text(max_size=60) | st.lists(st.sampled_from(DATE_WORDS), max_size=8).map(" ".join))
@example("friday 9999-12-31")
@example("at eins 9999-12-31")
def test_any_text_and_any_date_words_are_parsed_or_refused(text: str):
    with suppress(Invalid):
        assert parse_due(text, zone=BERLIN, now=WEDNESDAY).at.utcoffset() is not None
    mention = find_due(text, zone=BERLIN, now=WEDNESDAY)
    assert mention is None or all(0 <= start < end <= len(text) for start, end in mention.spans)


class TestTimeZones:
    def test_the_local_date_counts(self):
        now = datetime(2026, 11, 19, 7, 30, tzinfo=UTC)  # 23:30 on the 18th in Los Angeles, the 19th in UTC
        assert due("tomorrow", now, LOS_ANGELES) == "2026-11-19"
        ends = [parse_due(text, zone=LOS_ANGELES, now=now).at for text in ("today", "tomorrow")]
        assert ends == [datetime(2026, 11, day, 7, 59, 59, tzinfo=UTC) for day in (19, 20)]
        now = datetime(2026, 12, 31, 10, 30, tzinfo=UTC)  # 00:30 on 1 January in Kiritimati
        assert [due(text, now, KIRITIMATI) for text in ("today", "end of month")] == ["2027-01-01", "2027-01-31"]

    def test_a_time_skipped_by_a_clock_change_is_an_hour_later_and_a_repeated_one_the_first_of_the_two(self):
        assert due("tomorrow 2:30am", datetime(2026, 3, 28, 12, 0, tzinfo=UTC)) == "2026-03-29T03:30"
        repeated = parse_due("tomorrow 2:30am", zone=BERLIN, now=datetime(2026, 10, 24, 12, 0, tzinfo=UTC))
        assert repeated.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_a_day_with_a_clock_change_has_23_or_25_hours_and_ends_after_a_repeated_one(self):
        spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
        assert (day_end(spring, BERLIN) - day_start(spring, BERLIN)).total_seconds() == 23 * 3600 - 1
        assert (day_end(autumn, BERLIN) - day_start(autumn, BERLIN)).total_seconds() == 25 * 3600 - 1
        santiago = ZoneInfo("America/Santiago")  # at 24:00 on 4 April 2026 the clock goes back to 23:00
        end = day_end(date(2026, 4, 4), santiago)
        assert day_start(date(2026, 4, 5), santiago).timestamp() - end.timestamp() == 1
        assert is_date_only(end, santiago)

    def test_local_times_are_kept_across_a_clock_change(self):
        now = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
        assert parse_due("in 2 days", zone=BERLIN, now=now).at == datetime(2026, 3, 30, 21, 59, 59, tzinfo=UTC)
        assert parse_due("monday 9am", zone=BERLIN, now=now).at == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)

    def test_the_ends_of_months_days_and_nights(self):
        assert due("in a month", datetime(2027, 1, 31, 10, 0, tzinfo=UTC)) == "2027-02-28"
        leap_day = datetime(2028, 2, 29, 10, 0, tzinfo=UTC)
        assert [due(text, leap_day) for text in ("end of month", "in a year")] == ["2028-02-29", "2029-02-28"]
        assert due("this evening", datetime(2026, 11, 18, 21, 0, tzinfo=UTC)) == "2026-11-18"  # it is 22:00
        after_midnight = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)  # 00:30 on the 18th
        assert due("heute Nacht um 2 Uhr", after_midnight) == "2026-11-18T02:00"


def test_bounds_are_the_first_and_last_instant_of_a_day_or_period_and_a_time_itself():
    def bounds(text: str, zone: ZoneInfo) -> list[datetime]:
        return [parse_bound(text, zone=zone, now=WEDNESDAY, end=end) for end in (False, True)]

    first, last = datetime(2026, 11, 18, 8, 0, tzinfo=UTC), datetime(2026, 11, 19, 7, 59, 59, tzinfo=UTC)
    assert bounds("2026-11-18", LOS_ANGELES) == [first, last]
    assert [bound.hour for bound in bounds("2026-11-18T09:00Z", BERLIN)] == [9, 9]
    assert bounds("next week", BERLIN) == [day_start(date(2026, 11, 23), BERLIN), day_end(date(2026, 11, 29), BERLIN)]


class TestFormatting:
    def test_a_date_is_formatted_with_weekday_and_year_and_a_time_in_the_users_zone(self):
        day, at = (parse_due(text, zone=BERLIN, now=WEDNESDAY) for text in ("2026-11-21", "2026-11-21T09:00"))
        assert format_due(day, BERLIN) == "Saturday 21 November 2026"
        assert render(format_due(day, BERLIN), "de") == "Samstag, 21. November 2026"
        assert render(format_due(day, BERLIN), "fr") == "Saturday 21 November 2026"
        assert format_due(at, BERLIN) == "Saturday 21 November 2026 at 09:00"
        assert render(format_due(at, BERLIN), "de") == "Samstag, 21. November 2026 um 09:00 Uhr"
        assert is_date_only(day.at, BERLIN)
        assert not is_date_only(at.at, BERLIN)

    @given(
        st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001 -- local times, as Hypothesis takes them
        st.sampled_from([BERLIN, LOS_ANGELES, KIRITIMATI]),
        st.sampled_from(["en", "de"]),
    )
    def test_a_formatted_date_can_be_parsed_again(self, local: datetime, zone: ZoneInfo, language: str):
        due_at = parse_due(local.strftime("%Y-%m-%dT%H:%M"), zone=zone, now=WEDNESDAY)
        assert parse_due(render(format_due(due_at, zone), language), zone=zone, now=WEDNESDAY) == due_at
        assert parse_due(local_due(due_at, zone), zone=zone, now=WEDNESDAY) == due_at

    def test_a_near_date_is_told_in_few_words(self):
        rows = read_rows(TABLES / "near_dates.txt")
        now = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)  # Thursday, 00:30
        told = [format_near(parse_due(row.given, zone=BERLIN, now=now), BERLIN, now=now) for row in rows]
        check(rows, [(one, render(one, "de")) for one in told])
