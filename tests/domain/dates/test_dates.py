"""Parsing of dates: phrases, refusals, dates that keep the time of another."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taskchat_app.domain.dates import vocabulary
from taskchat_app.domain.dates.due_dates import find_due, local_due, parse_bound, parse_due
from taskchat_app.domain.storage.errors import Invalid

BERLIN = ZoneInfo("Europe/Berlin")
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
    ("the first monday in december", "2026-12-07"),
    ("on the last friday of november", "2026-11-27"),
    ("the second monday in november", "2027-11-08"),
    ("the first friday of next month at 3pm", "2026-12-04T15:00"),
    ("the fifth monday of november 2026", "2026-11-30"),
    ("am ersten Montag im Dezember", "2026-12-07"),
    ("am 2. Dienstag im Januar 2027", "2027-01-12"),
    ("am letzten Freitag nächsten Monats", "2026-12-25"),
    # holidays
    ("christmas", "2026-12-25"),
    ("Christmas Eve", "2026-12-24"),
    ("xmas", "2026-12-25"),
    ("new year's eve", "2026-12-31"),
    ("new year's day", "2027-01-01"),
    ("halloween", "2027-10-31"),
    ("valentine's day", "2027-02-14"),
    ("Weihnachten", "2026-12-25"),
    ("Heiligabend", "2026-12-24"),
    ("Silvester", "2026-12-31"),
    ("Neujahr", "2027-01-01"),
    ("christmas morning", "2026-12-25T09:00"),
    ("Weihnachten um 18 Uhr", "2026-12-25T18:00"),
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
        "christmas party", "the christmas", "easter", "the fifth monday of december 2026",
        "fifth monday in december 9999", "first monday of december 0000", "last friday of march 0000",
        "in march 0000", "end of march 0000", "2 jan to 4 jan 0000", "2 jan 0000 to 4 jan",
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
    with pytest.raises(Invalid):
        parse_bound("fifth monday in december 9999", zone=BERLIN, now=WEDNESDAY, end=end)


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
