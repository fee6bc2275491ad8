"""Parsing and formatting of dates: phrases, clock changes, dates in titles."""

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taskchat_app.domain.dates import vocabulary
from taskchat_app.domain.dates.due_dates import (
    day_end,
    day_start,
    find_due,
    format_due,
    is_date_only,
    local_due,
    parse_bound,
    parse_due,
)
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.catalogue import render

BERLIN = ZoneInfo("Europe/Berlin")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # 11:00 in Berlin

PHRASES = [
    # ISO
    ("2026-11-21", "2026-11-21"),
    ("2026-11-21T09:00", "2026-11-21T09:00"),
    ("2026-11-21 09:00", "2026-11-21T09:00"),
    ("2026-11-21T09:00:00Z", "2026-11-21T10:00"),
    ("2026-11-21T09:00+05:30", "2026-11-21T04:30"),
    # days, English
    ("today", "2026-11-18"),
    ("tonight", "2026-11-18"),
    ("tomorrow", "2026-11-19"),
    ("Tomorrow.", "2026-11-19"),
    ("the day after tomorrow", "2026-11-20"),
    ("yesterday", "2026-11-17"),
    ("the day before yesterday", "2026-11-16"),
    ("friday", "2026-11-20"),
    ("on friday", "2026-11-20"),
    ("this friday", "2026-11-20"),
    ("next friday", "2026-11-20"),
    ("last friday", "2026-11-13"),
    ("wednesday", "2026-11-25"),
    ("this wednesday", "2026-11-18"),
    ("fri", "2026-11-20"),
    ("by sun", "2026-11-22"),
    ("friday next week", "2026-11-27"),
    ("next week friday", "2026-11-27"),
    ("monday in two weeks", "2026-11-30"),
    ("before friday", "2026-11-19"),
    # spans
    ("in 3 days", "2026-11-21"),
    ("in three days", "2026-11-21"),
    ("3 days from now", "2026-11-21"),
    ("two hours from now", "2026-11-18T13:00"),
    ("in two hours from now", "2026-11-18T13:00"),
    ("half an hour from now", "2026-11-18T11:30"),
    ("two weeks from tomorrow", "2026-12-03"),
    ("a week from friday", "2026-11-27"),
    ("a week from friday at 9am", "2026-11-27T09:00"),
    ("in a week", "2026-11-25"),
    ("in a fortnight", "2026-12-02"),
    ("in 2 months", "2027-01-18"),
    ("in a couple of days", "2026-11-20"),
    ("in an hour", "2026-11-18T12:00"),
    ("in 90 minutes", "2026-11-18T12:30"),
    ("in half an hour", "2026-11-18T11:30"),
    ("3 days ago", "2026-11-15"),
    # periods
    ("this week", "2026-11-22"),
    ("next week", "2026-11-23"),
    ("week after next", "2026-11-30"),
    ("next month", "2026-12-01"),
    ("next year", "2027-01-01"),
    ("this weekend", "2026-11-21"),
    ("next weekend", "2026-11-28"),
    ("end of month", "2026-11-30"),
    ("end of the month", "2026-11-30"),
    ("at the end of the month", "2026-11-30"),
    ("at the weekend", "2026-11-21"),
    ("end of next month", "2026-12-31"),
    ("end of the week", "2026-11-22"),
    ("end of the year", "2026-12-31"),
    ("end of february", "2027-02-28"),
    ("mid december", "2026-12-16"),
    ("eod", "2026-11-18"),
    # calendar days
    ("5 march", "2027-03-05"),
    ("5th of March", "2027-03-05"),
    ("March 5th, 2028", "2028-03-05"),
    ("dec 24", "2026-12-24"),
    ("24 December 2026", "2026-12-24"),
    ("the 15th", "2026-12-15"),
    ("the 20th", "2026-11-20"),
    ("the 3rd of next month", "2026-12-03"),
    ("29 february", "2028-02-29"),
    ("12/25/2026", "2026-12-25"),
    ("25/12/2026", "2026-12-25"),
    ("Friday 20 November", "2026-11-20"),
    # times
    ("9am", "2026-11-19T09:00"),
    ("at 3pm", "2026-11-18T15:00"),
    ("15:30", "2026-11-18T15:30"),
    ("noon", "2026-11-18T12:00"),
    ("midnight", "2026-11-18"),
    ("at 5", "2026-11-18T17:00"),
    ("half past nine", "2026-11-19T09:30"),
    ("quarter to ten tomorrow", "2026-11-19T09:45"),
    ("next friday 9am", "2026-11-20T09:00"),
    ("9am next friday", "2026-11-20T09:00"),
    ("tomorrow at 9", "2026-11-19T09:00"),
    ("tomorrow at 9:30 pm", "2026-11-19T21:30"),
    ("tomorrow at 12am", "2026-11-19T00:00"),
    ("tomorrow at 12 pm", "2026-11-19T12:00"),
    ("tomorrow morning", "2026-11-19T09:00"),
    ("tomorrow evening at 8", "2026-11-19T20:00"),
    ("tonight at 8", "2026-11-18T20:00"),
    ("this afternoon", "2026-11-18T15:00"),
    ("9 in the evening", "2026-11-18T21:00"),
    ("friday, 7 o'clock", "2026-11-20T07:00"),
    # short forms
    ("in 2h", "2026-11-18T13:00"),
    ("in 1h30m", "2026-11-18T12:30"),
    ("in 1.5 hours", "2026-11-18T12:30"),
    ("in 1,5 Stunden", "2026-11-18T12:30"),
    ("thurs", "2026-11-19"),
    ("tom", "2026-11-19"),
    ("tom 9am", "2026-11-19T09:00"),
    ("31/07/2027", "2027-07-31"),
    ("am Mo", "2026-11-23"),
    ("nächsten Di", "2026-11-24"),
    ("Mo 14 Uhr", "2026-11-23T14:00"),
    # a range begins at its start
    ("tomorrow 3-5pm", "2026-11-19T15:00"),
    ("tomorrow from 3 to 5pm", "2026-11-19T15:00"),
    ("tomorrow 11-1pm", "2026-11-19T11:00"),
    ("tomorrow 9am-5pm", "2026-11-19T09:00"),
    ("tomorrow 15:00-17:00", "2026-11-19T15:00"),
    ("morgen von 15 bis 17 Uhr", "2026-11-19T15:00"),
    ("friday all day", "2026-11-20"),
    # German
    ("heute", "2026-11-18"),
    ("morgen", "2026-11-19"),
    ("übermorgen", "2026-11-20"),
    ("gestern", "2026-11-17"),
    ("übermorgen um 14 Uhr", "2026-11-20T14:00"),
    ("morgen früh", "2026-11-19T09:00"),
    ("morgen früh um 8", "2026-11-19T08:00"),
    ("heute Abend", "2026-11-18T18:00"),
    ("heute Abend um 8", "2026-11-18T20:00"),
    ("morgen Nachmittag", "2026-11-19T15:00"),
    ("am Freitag", "2026-11-20"),
    ("nächsten Dienstag", "2026-11-24"),
    ("kommenden Samstag", "2026-11-21"),
    ("letzten Montag", "2026-11-16"),
    ("Freitag nächster Woche", "2026-11-27"),
    ("bis Sonntag", "2026-11-22"),
    ("in drei Tagen", "2026-11-21"),
    ("in einer Woche", "2026-11-25"),
    ("in einer Stunde", "2026-11-18T12:00"),
    ("vor 3 Tagen", "2026-11-15"),
    ("nächste Woche", "2026-11-23"),
    ("übernächste Woche", "2026-11-30"),
    ("nächsten Monat", "2026-12-01"),
    ("am Wochenende", "2026-11-21"),
    ("Ende des Monats", "2026-11-30"),
    ("Monatsende", "2026-11-30"),
    ("Ende nächsten Monats", "2026-12-31"),
    ("Mitte Dezember", "2026-12-16"),
    ("am 3. März", "2027-03-03"),
    ("3. März 2028 um 9 Uhr", "2028-03-03T09:00"),
    ("am 3.", "2026-12-03"),
    ("24.12.2026", "2026-12-24"),
    ("am 24.12.", "2026-12-24"),
    ("14 Uhr 30", "2026-11-18T14:30"),
    ("halb zehn", "2026-11-19T09:30"),
    ("Viertel nach neun", "2026-11-19T09:15"),
    # "halb" and "Viertel" are of a clock with twelve hours
    ("um halb eins", "2026-11-18T12:30"),
    ("um eins", "2026-11-18T13:00"),
    ("morgen um fünf", "2026-11-19T17:00"),
    ("morgen früh um fünf", "2026-11-19T05:00"),
    ("morgen um 5", "2026-11-19T05:00"),
    ("am Morgen um fünf", "2026-11-19T05:00"),
    ("Montag Morgen um halb fünf", "2026-11-23T04:30"),
    ("eins Uhr", "2026-11-19T01:00"),
    ("um halb fünf", "2026-11-18T16:30"),
    ("morgen um Viertel vor drei", "2026-11-19T14:45"),
    ("morgen um halb sieben", "2026-11-19T06:30"),
    ("morgen früh um halb fünf", "2026-11-19T04:30"),
    ("halb fünf morgens", "2026-11-19T04:30"),
    ("morgen Abend um halb acht", "2026-11-19T19:30"),
    ("tomorrow morning at half past four", "2026-11-19T04:30"),
    ("tomorrow at half past four", "2026-11-19T16:30"),
    ("morgen um 9.30 Uhr", "2026-11-19T09:30"),
    ("8 Uhr abends", "2026-11-18T20:00"),
    ("Samstag, 21. November 2026 um 09:00 Uhr", "2026-11-21T09:00"),
]


@pytest.mark.parametrize(("phrase", "due"), PHRASES)
def test_a_phrase_is_parsed_to_its_due_date(phrase: str, due: str) -> None:
    assert local_due(parse_due(phrase, zone=BERLIN, now=WEDNESDAY), BERLIN) == due


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "nope", "soon", "a", "10", "may", "march", "2026-02-30", "2026-13-01", "2026-11-21T25:00",
        "26-11-21", "2026-11-21T09:00:00+99:00", "9999-12-31", "0001-01-01", "1969-12-31", "in 9999 years",
        "31 june", "0/0", "9/11", "3/5/2026", "14pm", "25:00", "friday 3 march", "tomorrow and friday",
        "tomorrow\0", "\ud800", "x" * 200, "tomorrow " * 50, "every monday", "check money", "1e9", "-1",
        "in -3 days", "in 0x3 days", "２０２６-11-21x", "friday 9999-12-31", "9999-12-31 at 9", "31.12.9999 um 9 Uhr",
    ],
)  # fmt: skip
def test_text_that_is_not_a_date_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_due(text, zone=BERLIN, now=WEDNESDAY)
    assert refusal.value.detail.endswith(".")
    assert "\0" not in refusal.value.detail


@pytest.mark.parametrize("end", [True, False])
def test_an_invalid_bound_is_refused(end: bool) -> None:
    with pytest.raises(Invalid):
        parse_bound("9999-12-31", zone=BERLIN, now=WEDNESDAY, end=end)
    with pytest.raises(Invalid):
        parse_bound("whenever", zone=BERLIN, now=WEDNESDAY, end=end)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    "text",
    [
        *(
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59",
            "9999-12-31 23:59",
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00",
        ),
        *("in december 9999", "end of december 9999"),
    ],
)
def test_the_ends_of_the_calendar_are_refused_as_dates_and_bounds(text: str, zone: str) -> None:
    for end in (True, False):
        with pytest.raises(Invalid, match="The year must lie between 1970 and 2999"):
            parse_bound(text, zone=ZoneInfo(zone), now=WEDNESDAY, end=end)
    with pytest.raises(Invalid, match="The year must lie between 1970 and 2999"):
        parse_due(text, zone=ZoneInfo(zone), now=WEDNESDAY)
    find_due(f"Call mum {text}", zone=ZoneInfo(zone), now=WEDNESDAY)


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        due_at = parse_due(text, zone=BERLIN, now=WEDNESDAY)
    except Invalid:
        return
    assert due_at.at.utcoffset() is not None


DATE_WORDS = [
    *vocabulary.NUMBERS, *vocabulary.ORDINALS, *vocabulary.UNITS, *vocabulary.WEEKDAYS, *vocabulary.MONTHS,
    *"at um in am on next last vor before every half past halb viertel quarter to uhr pm abends früh of the".split(),
    *"0 1 12 24 31 32. 60 9999 1st 24:00 25:00 1.5 29.2. 31/4 0001-01-01 2027-02-29 9999-12-31 ½ ٣ ²".split(),
]  # fmt: skip


@given(st.lists(st.sampled_from(DATE_WORDS), max_size=8).map(" ".join))
@example("friday 9999-12-31")
@example("at eins 9999-12-31")
def test_any_sequence_of_date_words_is_parsed_or_refused(text: str) -> None:
    with suppress(Invalid):
        assert parse_due(text, zone=BERLIN, now=WEDNESDAY).at.utcoffset() is not None
    mention = find_due(text, zone=BERLIN, now=WEDNESDAY)
    assert mention is None or all(0 <= start < end <= len(text) for start, end in mention.spans)


@given(st.text(max_size=60))
def test_any_sentence_can_be_searched_for_a_date(text: str) -> None:
    mention = find_due(text, zone=BERLIN, now=WEDNESDAY)
    assert mention is None or all(0 <= start < end <= len(text) for start, end in mention.spans)


class TestTimeZones:
    def test_tomorrow_at_2330_in_los_angeles_is_the_local_tomorrow(self) -> None:
        now = datetime(2026, 11, 19, 7, 30, tzinfo=UTC)  # 23:30 on the 18th there, the 19th in UTC
        due_at = parse_due("tomorrow", zone=LOS_ANGELES, now=now)
        assert local_due(due_at, LOS_ANGELES) == "2026-11-19"
        assert due_at.at == datetime(2026, 11, 20, 7, 59, 59, tzinfo=UTC)

    def test_today_at_2330_in_los_angeles_ends_at_local_midnight(self) -> None:
        now = datetime(2026, 11, 19, 7, 30, tzinfo=UTC)
        assert parse_due("today", zone=LOS_ANGELES, now=now).at == datetime(2026, 11, 19, 7, 59, 59, tzinfo=UTC)

    def test_today_in_kiritimati_is_the_local_date(self) -> None:
        now = datetime(2026, 12, 31, 10, 30, tzinfo=UTC)  # 00:30 on 1 January there
        assert local_due(parse_due("today", zone=KIRITIMATI, now=now), KIRITIMATI) == "2027-01-01"
        assert local_due(parse_due("end of month", zone=KIRITIMATI, now=now), KIRITIMATI) == "2027-01-31"

    def test_a_time_skipped_by_a_clock_change_is_an_hour_later(self) -> None:
        before = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
        due_at = parse_due("tomorrow 2:30", zone=BERLIN, now=before)
        assert local_due(due_at, BERLIN) == "2026-03-29T03:30"

    def test_a_time_repeated_by_a_clock_change_is_the_first_of_the_two(self) -> None:
        before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
        assert parse_due("tomorrow 2:30", zone=BERLIN, now=before).at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_a_day_with_a_clock_change_has_23_or_25_hours(self) -> None:
        spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
        assert (day_end(spring, BERLIN) - day_start(spring, BERLIN)).total_seconds() == 23 * 3600 - 1
        assert (day_end(autumn, BERLIN) - day_start(autumn, BERLIN)).total_seconds() == 25 * 3600 - 1

    def test_a_day_whose_last_hour_is_repeated_ends_after_the_repetition(self) -> None:
        santiago = ZoneInfo("America/Santiago")  # at 24:00 on 4 April 2026 the clock goes back to 23:00
        end = day_end(date(2026, 4, 4), santiago)
        assert day_start(date(2026, 4, 5), santiago).timestamp() - end.timestamp() == 1
        assert is_date_only(end, santiago)

    def test_local_times_are_kept_across_a_clock_change(self) -> None:
        now = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
        assert parse_due("in 2 days", zone=BERLIN, now=now).at == datetime(2026, 3, 30, 21, 59, 59, tzinfo=UTC)
        assert parse_due("monday 9am", zone=BERLIN, now=now).at == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)

    def test_in_a_month_from_the_31st_is_the_end_of_february(self) -> None:
        now = datetime(2027, 1, 31, 10, 0, tzinfo=UTC)
        assert local_due(parse_due("in a month", zone=BERLIN, now=now), BERLIN) == "2027-02-28"

    def test_end_of_month_on_leap_day_is_today(self) -> None:
        now = datetime(2028, 2, 29, 10, 0, tzinfo=UTC)
        assert local_due(parse_due("end of month", zone=BERLIN, now=now), BERLIN) == "2028-02-29"
        assert local_due(parse_due("in a year", zone=BERLIN, now=now), BERLIN) == "2029-02-28"

    def test_this_evening_after_18_oclock_means_the_end_of_the_day(self) -> None:
        now = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)  # 22:00 in Berlin
        assert local_due(parse_due("this evening", zone=BERLIN, now=now), BERLIN) == "2026-11-18"


TITLES_WITH_DATES = [
    ("buy milk tomorrow", "buy milk", "2026-11-19", None),
    ("report at the end of the month", "report", "2026-11-30", None),
    ("tidy up this weekend", "tidy up", "2026-11-21", None),
    ("aufräumen dieses Wochenende", "aufräumen", "2026-11-21", None),
    ("Buy milk tomorrow.", "Buy milk.", "2026-11-19", None),
    ("tomorrow buy milk", "buy milk", "2026-11-19", None),
    ("tomorrow: buy milk", "buy milk", "2026-11-19", None),
    ("call mum on friday about the car", "call mum about the car", "2026-11-20", None),
    ("on friday call mum at 9am", "call mum", "2026-11-20T09:00", None),
    ("friday lunch with Bob at 1pm", "friday lunch with Bob", "2026-11-20T13:00", None),
    ("für Freitag einen Friseurtermin um 14 Uhr", "einen Friseurtermin", "2026-11-20T14:00", None),
    ("pills every evening at 8", "pills", "2026-11-18T20:00", "FREQ=DAILY"),
    ("gym every weeknight at 5", "gym", "2026-11-18T17:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("check server every night at 2am", "check server", "2026-11-19T02:00", "FREQ=DAILY"),
    ("feed the baby every night at 3", "feed the baby", "2026-11-19T03:00", "FREQ=DAILY"),
    ("pills every night at 9", "pills", "2026-11-18T21:00", "FREQ=DAILY"),
    ("team meeting every fortnight at 9am", "team meeting", "2026-11-25T09:00", "FREQ=WEEKLY;INTERVAL=2"),
    ("Markt jeden Sonnabend um 9 Uhr", "Markt", "2026-11-21T09:00", "FREQ=WEEKLY;BYDAY=SA"),
    ("Tabletten jeden Abend um 9 Uhr", "Tabletten", "2026-11-18T21:00", "FREQ=DAILY"),
    ("hotel for 12 to 15 december", "hotel", "2026-12-12", None),
    ("Urlaub 12. bis 15. Dezember", "Urlaub", "2026-12-12", None),
    ("Messe 3.-5.12.", "Messe", "2026-12-03", None),
    ("haircut for saturday between 12 and 4", "haircut", "2026-11-21T12:00", None),
    ("pay the rent by the 1st", "pay the rent", "2026-12-01", None),
    ("submit the form due yesterday", "submit the form", "2026-11-17", None),
    ("book a table for friday 7pm", "book a table", "2026-11-20T19:00", None),
    ("meeting at 3", "meeting", "2026-11-18T15:00", None),
    ("call mum two hours from now", "call mum", "2026-11-18T13:00", None),
    ("two hours from now call mum", "call mum", "2026-11-18T13:00", None),
    ("call the bank two weeks from tomorrow", "call the bank", "2026-12-03", None),
    ("finish the slides in 2 hours", "finish the slides", "2026-11-18T13:00", None),
    ("check money tomorrow", "check money", "2026-11-19", None),
    ('read "tomorrow never dies" on sunday', 'read "tomorrow never dies"', "2026-11-22", None),
    ("Milch kaufen morgen", "Milch kaufen", "2026-11-19", None),
    ("Steuer bis 31. Mai abgeben", "Steuer abgeben", "2027-05-31", None),
    ("Zahnarzt am 3. März um 14 Uhr", "Zahnarzt", "2027-03-03T14:00", None),
    ("water plants every monday at 9am", "water plants", "2026-11-23T09:00", "FREQ=WEEKLY;BYDAY=MO"),
    ("at 9am every monday gym", "gym", "2026-11-23T09:00", "FREQ=WEEKLY;BYDAY=MO"),
    ("pay rent every 1st", "pay rent", None, "FREQ=MONTHLY;BYMONTHDAY=1"),
    ("write the report weekly", "write the report", None, "FREQ=WEEKLY"),
    ("standup every weekday at 9:30 starting monday", "standup", "2026-11-23T09:30",
     "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("Fenster putzen jeden Montag", "Fenster putzen", None, "FREQ=WEEKLY;BYDAY=MO"),
    # several weekdays repeat, or stay in the title together
    ("gym mon wed fri 7am", "gym", "2026-11-20T07:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
    ("gym tue & thu 5pm", "gym", "2026-11-19T17:00", "FREQ=WEEKLY;BYDAY=TU,TH"),
    ("yoga tue/thu 18:00", "yoga", "2026-11-19T18:00", "FREQ=WEEKLY;BYDAY=TU,TH"),
    ("gym mon-fri 7am", "gym", "2026-11-19T07:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("Müll immer freitags um 9", "Müll", "2026-11-20T09:00", "FREQ=WEEKLY;BYDAY=FR"),
    ("bill due 1st every month", "bill", None, "FREQ=MONTHLY;BYMONTHDAY=1"),
    ("pay on the 1st and 15th of each month", "pay", None, "FREQ=MONTHLY;BYMONTHDAY=1,15"),
    ("pay on the 15th and last day of every month", "pay on the 15th and last day of", None, "FREQ=MONTHLY"),
    ("pay always on the 99 at 9am", "pay always on the 99", "2026-11-19T09:00", None),
    ("dinner mon wed fri at 7", "dinner", "2026-11-18T19:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
    ("dinner every friday at 7", "dinner", "2026-11-20T19:00", "FREQ=WEEKLY;BYDAY=FR"),
    ("dinner every friday morning at 7", "dinner", "2026-11-20T07:00", "FREQ=WEEKLY;BYDAY=FR"),
    # of words that may be two weekdays only one is
    ("laundry to do on friday", "laundry to do", "2026-11-20", None),
    ("read The Sun on monday", "read The Sun", "2026-11-23", None),
    ("remind me to do so at 9am", "remind me to do so", "2026-11-19T09:00", None),
    ("Zahnarzt so am Montag um 9", "Zahnarzt so", "2026-11-23T09:00", None),
    ("buy a gift by friday, saturday is the party", "buy a gift, saturday is the party", "2026-11-20", None),
    ("jeden Montag Fr. Müller anrufen", "Fr. Müller anrufen", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("every monday sat nav update", "sat nav update", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("joggen jeden Freitag so gegen 18 Uhr", "joggen so", "2026-11-20T18:00", "FREQ=WEEKLY;BYDAY=FR"),
    ("dinner as always on friday at 7", "dinner as always", "2026-11-20T19:00", None),
    ("Stammtisch wie immer am 15.", "Stammtisch wie immer", "2026-12-15", None),
    # short forms
    ("tea in 2h", "tea", "2026-11-18T13:00", None),
    ("call mum thurs", "call mum", "2026-11-19", None),
    ("buy milk tom", "buy milk", "2026-11-19", None),
    ("call tom 9am", "call tom", "2026-11-19T09:00", None),
    ("meet Bob tomorrow 3-5pm", "meet Bob", "2026-11-19T15:00", None),
    ("renew the passport 31/07/2027", "renew the passport", "2027-07-31", None),
    # a date between other words
    ("dentist tomorrow 9am with Dr. Who", "dentist with Dr. Who", "2026-11-19T09:00", None),
    ("dentist tomorrow with Dr. Who", "dentist with Dr. Who", "2026-11-19", None),
    ("meet Bob friday at 3 in the park", "meet Bob in the park", "2026-11-20T15:00", None),
    ("at 5pm call Bob", "call Bob", "2026-11-18T17:00", None),
    ("15:30 dentist", "dentist", "2026-11-18T15:30", None),
    ("friday 9am dentist", "dentist", "2026-11-20T09:00", None),
    ("Milch morgen kaufen", "Milch kaufen", "2026-11-19", None),
    ("Oma Freitag anrufen", "Oma anrufen", "2026-11-20", None),
    # an hour without "am" is in the afternoon, unless the task is one of the morning
    ("book a flight tomorrow at 3", "book a flight", "2026-11-19T15:00", None),
    ("leave early friday at 4", "leave early", "2026-11-20T16:00", None),
    ("wake Anna tomorrow at 5", "wake Anna", "2026-11-19T05:00", None),
    ("Oma morgen um fünf anrufen", "Oma anrufen", "2026-11-19T17:00", None),
    ("Vitamine jeden Morgen um sechs", "Vitamine", "2026-11-19T06:00", "FREQ=DAILY"),
    ("Laufen jeden Morgen um halb sechs", "Laufen", "2026-11-19T05:30", "FREQ=DAILY"),
    # an aside behind it
    ("buy milk tomorrow pls", "buy milk pls", "2026-11-19", None),
    ("buy milk tomorrow whatever", "buy milk whatever", "2026-11-19", None),
    ("buy milk friday pls", "buy milk pls", "2026-11-20", None),
    ("buy milk friday !!1", "buy milk !!1", "2026-11-20", None),
    ("Milch kaufen Freitag bitte", "Milch kaufen bitte", "2026-11-20", None),
    # recurrences with a date
    ("Call Bob monday 3pm every week", "Call Bob", "2026-11-23T15:00", "FREQ=WEEKLY"),
    ("monday 3pm call Bob every week", "call Bob", "2026-11-23T15:00", "FREQ=WEEKLY"),
    ("tomorrow water plants every 3 days", "water plants", "2026-11-19", "FREQ=DAILY;INTERVAL=3"),
    ("an jedem Freitag Sport", "Sport", None, "FREQ=WEEKLY;BYDAY=FR"),
    ("gym every tue 18:00", "gym", "2026-11-24T18:00", "FREQ=WEEKLY;BYDAY=TU"),
    ("Sport jeden Mo, Mi und Fr um 7 Uhr", "Sport", "2026-11-20T07:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
    # a German weekday or "on mondays" at the beginning
    ("dienstags Müll rausbringen", "Müll rausbringen", None, "FREQ=WEEKLY;BYDAY=TU"),
    ("montags und donnerstags Sport um 18 Uhr", "Sport", "2026-11-19T18:00", "FREQ=WEEKLY;BYDAY=MO,TH"),
    ("yoga mondays & wednesdays", "yoga", None, "FREQ=WEEKLY;BYDAY=MO,WE"),
    ("Yoga montags/mittwochs um 19 Uhr", "Yoga", "2026-11-18T19:00", "FREQ=WEEKLY;BYDAY=MO,WE"),
    ("montags bis freitags um 8 Schule", "Schule", "2026-11-19T08:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("on mondays gym", "gym", None, "FREQ=WEEKLY;BYDAY=MO"),
    # words that say that it repeats
    ("call bob repeating every week", "call bob", None, "FREQ=WEEKLY"),
    ("call bob tomorrow, repeat weekly", "call bob", "2026-11-19", "FREQ=WEEKLY"),
    ("call bob and repeat it weekly", "call bob", None, "FREQ=WEEKLY"),
    ("call bob that repeats every monday at 9", "call bob", "2026-11-23T09:00", "FREQ=WEEKLY;BYDAY=MO"),
    ("Bob anrufen, wöchentlich wiederholen", "Bob anrufen", None, "FREQ=WEEKLY"),
    ("listen and repeat every day", "listen and repeat", None, "FREQ=DAILY"),
    ("history repeats every year", "history repeats", None, "FREQ=YEARLY"),
    ("put it on repeat every day", "put it on repeat", None, "FREQ=DAILY"),
    ("Vokabeln jede Woche wiederholen", "Vokabeln wiederholen", None, "FREQ=WEEKLY"),
    # recurrences with an end, within a period, or without some days
    ("meds every day until friday", "meds", None, "FREQ=DAILY;UNTIL=20261120"),
    ("meds daily until friday", "meds", None, "FREQ=DAILY;UNTIL=20261120"),
    ("until friday take meds every day", "take meds", None, "FREQ=DAILY;UNTIL=20261120"),
    ("Tabletten jeden Tag um 8 bis Freitag", "Tabletten", "2026-11-19T08:00", "FREQ=DAILY;UNTIL=20261120"),
    ("piano every sunday at 10 until 31 dec", "piano", "2026-11-22T10:00", "FREQ=WEEKLY;BYDAY=SU;UNTIL=20261231"),
    ("course every monday till the end of the year", "course", None, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231"),
    ("yoga every tue thu 7am", "yoga", "2026-11-19T07:00", "FREQ=WEEKLY;BYDAY=TU,TH"),
    ("yoga every tuesday thursday 7am", "yoga", "2026-11-19T07:00", "FREQ=WEEKLY;BYDAY=TU,TH"),
    ("brunch every sat sun 10am", "brunch", "2026-11-21T10:00", "FREQ=WEEKLY;BYDAY=SA,SU"),
    ("every saturday sunday roast", "sunday roast", None, "FREQ=WEEKLY;BYDAY=SA"),
    ("every thu sun cream refill", "sun cream refill", None, "FREQ=WEEKLY;BYDAY=TH"),
    ("jeden mo do joggen", "joggen", None, "FREQ=WEEKLY;BYDAY=MO,TH"),
    ("sport jeden montag donnerstag 18 uhr", "sport", "2026-11-19T18:00", "FREQ=WEEKLY;BYDAY=MO,TH"),
    ("jeden mo so früh wie möglich aufstehen", "so früh wie möglich aufstehen", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("jeden monat am letzten freitag abrechnen", "abrechnen", None, "FREQ=MONTHLY;BYDAY=-1FR"),
    ("pay rent every month on the last friday", "pay rent", None, "FREQ=MONTHLY;BYDAY=-1FR"),
    ("monatlich am ersten Montag Bericht", "Bericht", None, "FREQ=MONTHLY;BYDAY=1MO"),
    ("pay rent every month on the last day", "pay rent", None, "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ("yoga every monday until christmas at 6pm", "yoga", "2026-11-23T18:00", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261225"),
    ("course every monday until june", "course", None, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"),
    ("gym every monday with Bob until june", "gym with Bob", None, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"),
    ("course every tuesday from january to march", "course", "2027-01-05", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270331"),
    ("yoga every day from 1 to 5 december", "yoga", "2026-12-01", "FREQ=DAILY;UNTIL=20261205"),
    ("yoga every day from 1 to 5", "yoga", "2026-11-18T13:00", "FREQ=DAILY"),
    ("Kurs jeden Montag ab 1. Juni bis 1. August", "Kurs", "2027-06-07", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270801"),
    ("course for 3 weeks every monday", "course", None, "FREQ=WEEKLY;BYDAY=MO;COUNT=3"),
    ("course every monday for 2 weeks", "course", None, "FREQ=WEEKLY;BYDAY=MO;COUNT=2"),
    ("meds every day for 10 days", "meds", None, "FREQ=DAILY;COUNT=10"),
    ("meds every day for the next 5 days at 8pm", "meds", "2026-11-18T20:00", "FREQ=DAILY;COUNT=5"),
    ("course every monday and thursday for 6 weeks", "course", None, "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=12"),
    ("Tabletten täglich, 10 Tage lang", "Tabletten", None, "FREQ=DAILY;COUNT=10"),
    ("meds every day this week", "meds", None, "FREQ=DAILY;UNTIL=20261122"),
    ("meds every day next week", "meds", "2026-11-23", "FREQ=DAILY;UNTIL=20261129"),
    ("course every day except sunday", "course", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"),
    ("course every weekday at 9 except friday", "course", "2026-11-19T09:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH"),
    ("jeden Tag laufen, aber nicht sonntags", "laufen", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"),
    ("Zeitung täglich außer am Wochenende", "Zeitung", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    # every day of a part of the week, which goes on
    ("gym every day from monday to friday", "gym", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("gym every day mon-fri at 8", "gym", "2026-11-19T08:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("gym daily from mon to thu until june", "gym", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;UNTIL=20270630"),
    ("gym every evening from monday to friday at 8", "gym", "2026-11-18T20:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("every week from monday to friday gym", "gym", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("jeden Tag von Montag bis Freitag um 8 Sport", "Sport", "2026-11-19T08:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("gym every day from friday to monday", "gym", "2026-11-20", "FREQ=DAILY;UNTIL=20261123"),
    ("gym every day from monday until friday", "gym", "2026-11-23", "FREQ=DAILY;UNTIL=20261127"),
    ("gym every day from friday to sunday 29 november", "gym", "2026-11-20", "FREQ=DAILY;UNTIL=20261129"),
    # a period elsewhere is what the task is for
    ("write the report for this week every friday", "write the report for this week", None, "FREQ=WEEKLY;BYDAY=FR"),
    ("jeden Freitag Bericht für nächste Woche schreiben", "Bericht für nächste Woche schreiben", None,
     "FREQ=WEEKLY;BYDAY=FR"),
    ("buy food for the weekend every friday", "buy food for the weekend", None, "FREQ=WEEKLY;BYDAY=FR"),
    ("meds every day for this week", "meds", None, "FREQ=DAILY;UNTIL=20261122"),
    ("meds every day at 8 for next week", "meds", "2026-11-23T08:00", "FREQ=DAILY;UNTIL=20261129"),
    # the end of another recurrence
    ("gym every monday, yoga every friday until june", "gym, yoga every friday until june", None,
     "FREQ=WEEKLY;BYDAY=MO"),
    ("gym every monday until june, yoga every friday", "gym, yoga every friday", None,
     "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"),
    # brackets
    ("gym (every monday)", "gym", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("gym every monday (until june)", "gym", None, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"),
    ("gym (until june) every monday", "gym", None, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"),
    ("gym [every monday at 8 until june]", "gym", "2026-11-23T08:00", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"),
    # an end in the first week or month is a deadline, and one before the first day stays in the title
    ("Bericht jede Woche bis Freitag abgeben", "Bericht abgeben", "2026-11-20", "FREQ=WEEKLY"),
    ("Miete jeden Monat bis zum 3.", "Miete", "2026-12-03", "FREQ=MONTHLY"),
    ("run every monday until tomorrow", "run until tomorrow", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("pay rent every month by the 3rd", "pay rent", "2026-12-03", "FREQ=MONTHLY"),
    ("call bob every 2 weeks on monday next week", "call bob", "2026-11-23", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
    # neither an end nor an exception
    ("course every day except today", "course except today", None, "FREQ=DAILY"),
    ("course every day except monday to wednesday", "course except monday to wednesday", None, "FREQ=DAILY"),
    ("gym every monday until june or july", "gym until june or july", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("read until dawn every friday", "read until dawn", None, "FREQ=WEEKLY;BYDAY=FR"),
    ("read 'until august' every monday", "read 'until august'", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("walk the dog every day for an hour", "walk the dog for an hour", None, "FREQ=DAILY"),
    ("buy food every week for 2 days", "buy food for 2 days", None, "FREQ=WEEKLY"),
    ("plan meals for 2 weeks every sunday", "plan meals for 2 weeks", None, "FREQ=WEEKLY;BYDAY=SU"),
    ("Versicherung für 2 Jahre jedes Jahr bezahlen", "Versicherung für 2 Jahre bezahlen", None, "FREQ=YEARLY"),
    ("every day plan meals for 3 days", "plan meals for 3 days", None, "FREQ=DAILY"),
    ("gift every tuesday from april", "gift", "2027-04-06", "FREQ=WEEKLY;BYDAY=TU"),
    ("gift every tuesday from april smith", "gift from april smith", None, "FREQ=WEEKLY;BYDAY=TU"),
    ("gym every monday from 3/5", "gym from 3/5", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("pay every 30 february at 9am", "pay every 30 february", "2026-11-19T09:00", None),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "title", "due", "rule"), TITLES_WITH_DATES)
def test_a_date_in_a_sentence_is_found_and_separated_from_the_title(
    sentence: str, title: str, due: str | None, rule: str | None
) -> None:
    mention = find_due(sentence, zone=BERLIN, now=WEDNESDAY)
    assert mention is not None
    assert (mention.cut_from(sentence), mention.rule) == (title, rule)
    assert (mention.due and local_due(mention.due, BERLIN)) == due


@pytest.mark.parametrize(
    "title",
    [
        "check money", "The 9/11 report", "sun cream", "buy sun cream", "may day parade prep", "second draft",
        "march order", "the weekly report", "read the daily mail", "plan next week", "buy cream for sun",
        "call mum on monday and friday", "call mum on mon or tue", "work from mon to fri", "gym monday to friday at 7",
        "Rechnung immer am 45", "lunch with Fri, Mon and Thu", "conference tue-thu 9am", "Zettel an jeden 5",
        "notes from monday, wednesday and friday", "Dienstplan für Mo, Mi und Fr",
        "meetings this week: mon, wed and fri",
        "conference mon-fri from 7 december", "hotel mon-wed at 12 main street", "flat viewing tue/thu 5pm or 6pm",
        "call the bank, open mon-fri 9:00-17:00", "workshop sat-sun 9am", "viewings next week tue/thu 5pm",
        "Geschenke für jeden 1", "leave heater always on 3", "Urlaub von Montag bis Freitag", "Meeting Mo oder Di um 9",
        "tomorrow's meeting notes", "notes from tuesday", "the song called yesterday",
        "review monday and tuesday", "friday-report", "sat nav update", "wed the data", "order 12 eggs",
        "version 5.3", "upgrade to 2.10", "page 7", "room 12", "call 110", "24 hour race", "mon petit chou",
        "watch Friday the 13th", "read 'next friday'", "“every monday” song", "Nachtisch", "Morgenstern lesen",
        "Mittagessen kochen", "every one of them", "Sonntagsbraten", "tomorrow", "friday", "do it at home",
        "sunday school lesson", "May I borrow a car", "third party audit", "in two minds", "7 habits book",
        "Call Tom", "call tom", "lunch with tom", "watch Tomorrow Never Dies", "watch Friday Night Lights",
        "prepare friday lunch", "catch 10:30 train", "3:10 to Yuma", "Midnight Mass", "noon prayer", "work all day",
        "9-5 job", "say good morning to Bob", "Guten Morgen Anna", "every sat nav", "every third friday gym",
        "Sonntags ist frei", "fridays for future demo", "mondays suck", "hotel on the 1st and 15th",
        "lunch first monday of the month", "Feier am 1. und 15. März",
        "weekly abs workout", "cook daily for two", "call everyone except monday",
        "model it in 3d", "fix bug in 3h build", "do it so 14 times", "walk 2 hours away from now",
    ],
)  # fmt: skip
def test_words_of_a_title_that_look_like_dates_are_not_dates(title: str) -> None:
    assert find_due(title, zone=BERLIN, now=WEDNESDAY) is None


@pytest.mark.parametrize(
    ("phrase", "current", "due"),
    [
        ("thursday", "2026-11-20T15:30", "2026-11-19T15:30"),
        ("next week", "2026-11-20T15:30", "2026-11-23T15:30"),
        ("4pm", "2026-11-20T15:30", "2026-11-20T16:00"),
        ("4pm", "2026-11-20", "2026-11-20T16:00"),
        ("um 16 Uhr", "2026-11-20", "2026-11-20T16:00"),
        ("thursday", "2026-11-20", "2026-11-19"),
        ("thursday 9am", "2026-11-20T15:30", "2026-11-19T09:00"),
        ("thursday all day", "2026-11-20T15:30", "2026-11-19"),
        ("2026-11-19", "2026-11-20T15:30", "2026-11-19"),
        ("in 2h", "2026-11-20T15:30", "2026-11-18T13:00"),
        ("the afternoon", "2026-11-20T09:00", "2026-11-20T15:00"),
        ("den Abend", "2026-11-20", "2026-11-20T18:00"),
        ("at 8", "2026-11-20T19:00", "2026-11-20T20:00"),
        ("at 8", "2026-11-20T09:00", "2026-11-20T08:00"),
        ("8:30", "2026-11-20T19:00", "2026-11-20T08:30"),
        # A day in the past is not kept, nor a time that is past today.
        ("4pm", "2026-11-13T15:30", "2026-11-18T16:00"),
        ("today", "2026-11-13T09:00", "2026-11-18"),
        ("today", "2026-11-13T15:30", "2026-11-18T15:30"),
    ],
)
def test_words_for_a_day_keep_the_time_and_words_for_a_time_keep_the_day(phrase: str, current: str, due: str) -> None:
    before = parse_due(current, zone=BERLIN, now=WEDNESDAY)
    assert local_due(parse_due(phrase, zone=BERLIN, now=WEDNESDAY, current=before), BERLIN) == due


def test_a_date_inside_quotes_is_ignored() -> None:
    assert find_due('write "call mum by friday at 9am" on the card', zone=BERLIN, now=WEDNESDAY) is None


def test_a_text_longer_than_a_command_is_not_searched() -> None:
    assert find_due("buy milk tomorrow " * 100, zone=BERLIN, now=WEDNESDAY) is None


class TestBounds:
    def test_bounds_of_a_date_cover_its_whole_local_day(self) -> None:
        first, last = (parse_bound("2026-11-18", zone=LOS_ANGELES, now=WEDNESDAY, end=end) for end in (False, True))
        assert first == datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
        assert last == datetime(2026, 11, 19, 7, 59, 59, tzinfo=UTC)

    def test_both_bounds_of_a_date_time_are_that_instant(self) -> None:
        for end in (False, True):
            assert parse_bound("2026-11-18T09:00Z", zone=BERLIN, now=WEDNESDAY, end=end).hour == 9

    def test_bounds_of_a_period_are_its_first_and_last_day(self) -> None:
        first, last = (parse_bound("next week", zone=BERLIN, now=WEDNESDAY, end=end) for end in (False, True))
        assert (first, last) == (day_start(date(2026, 11, 23), BERLIN), day_end(date(2026, 11, 29), BERLIN))


class TestFormatting:
    def test_a_date_is_formatted_with_weekday_and_year(self) -> None:
        due_at = parse_due("2026-11-21", zone=BERLIN, now=WEDNESDAY)
        assert format_due(due_at, BERLIN) == "Saturday 21 November 2026"
        assert render(format_due(due_at, BERLIN), "de") == "Samstag, 21. November 2026"
        assert render(format_due(due_at, BERLIN), "fr") == "Saturday 21 November 2026"

    def test_a_time_is_formatted_in_the_users_zone(self) -> None:
        due_at = parse_due("2026-11-21T09:00", zone=BERLIN, now=WEDNESDAY)
        assert format_due(due_at, BERLIN) == "Saturday 21 November 2026 at 09:00"
        assert render(format_due(due_at, BERLIN), "de") == "Samstag, 21. November 2026 um 09:00 Uhr"

    @given(
        st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001 -- local times, as Hypothesis takes them
        st.sampled_from([BERLIN, LOS_ANGELES, KIRITIMATI]),
        st.sampled_from(["en", "de"]),
    )
    def test_a_formatted_date_can_be_parsed_again(self, local: datetime, zone: ZoneInfo, language: str) -> None:
        due_at = parse_due(local.strftime("%Y-%m-%dT%H:%M"), zone=zone, now=WEDNESDAY)
        assert parse_due(render(format_due(due_at, zone), language), zone=zone, now=WEDNESDAY) == due_at
        assert parse_due(local_due(due_at, zone), zone=zone, now=WEDNESDAY) == due_at

    def test_is_date_only_distinguishes_days_from_times(self) -> None:
        assert is_date_only(parse_due("tomorrow", zone=BERLIN, now=WEDNESDAY).at, BERLIN)
        assert not is_date_only(parse_due("tomorrow 9am", zone=BERLIN, now=WEDNESDAY).at, BERLIN)
