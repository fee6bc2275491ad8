"""What else the words of a due date could mean: only where a second reading exists."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.dates.date_mentions import find_due, find_dues
from taskchat_app.domain.dates.due_dates import parse_bound, parse_due
from taskchat_app.domain.dates.local_time import DateSettings, Due, user_zone
from taskchat_app.domain.dates.readings import chosen_meaning, switched
from tests.tables import check, read_rows

TABLES = Path(__file__).parent / "tables"
BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def cells(dates: list[str]) -> str | tuple[str, ...]:
    """Return what a row of a table expects."""
    return tuple(dates) if dates[1:] else dates[0]


def local(due: Due) -> str:
    return due.day.isoformat() if due.day else f"{due.at.astimezone(BERLIN):%Y-%m-%d %H:%M}"


def read(sentence: str, now: datetime = TUESDAY, zone: ZoneInfo = BERLIN) -> list[str]:
    """Return the due date of the sentence, and its other readings."""
    mention = find_due(sentence, zone=zone, now=now)
    due = mention.due if mention else parse_due(sentence, zone=zone, now=now)
    assert due
    assert due.reading
    others = [switched(due, place, BERLIN) for place in range(1, len(due.reading["others"]) + 1)]
    return [local(due), *(local(other) for other in others if other)]


def test_the_other_readings_of_words():
    rows = read_rows(TABLES / "readings.txt", "Without a preferred meaning")
    check(rows, [cells(read(row.given)) for row in rows])


def preferring(*meanings: str) -> ZoneInfo:
    return user_zone("Europe/Berlin", DateSettings(meanings=frozenset(meanings)))


def test_a_reading_that_is_past_is_none_also_a_preferred_one():
    at_noon = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)
    for zone in (BERLIN, preferring("03h")):
        assert read("call Ann today at 3", at_noon, zone) == ["2026-11-24 15:00"]
    assert read("in the morning", at_noon) == ["2026-11-25 09:00"]


def test_a_preferred_meaning_is_read_first():
    rows = read_rows(TABLES / "readings.txt", "With preferred meanings")
    given = [row.given.split(" | ") for row in rows]
    check(rows, [cells(read(sentence, zone=preferring(*meanings.split()))) for meanings, sentence in given])


def test_a_next_day_is_of_the_week_that_begins_on_the_users_first_day():
    from_sunday = user_zone("Europe/Berlin", DateSettings(week_start=6))
    saturday, sunday = (datetime(2026, 11, day, 8, tzinfo=UTC) for day in (28, 29))
    for zone, next_sunday, next_monday, next_weeks in (
        (BERLIN, ["2026-12-06", "2026-11-29"], ["2026-11-30"], ["2026-11-30", "2026-11-30"]),
        (from_sunday, ["2026-11-29"], ["2026-12-07", "2026-11-30"], ["2026-11-29", "2026-12-06"]),
    ):
        assert read("call Ann next sunday", saturday, zone) == next_sunday
        assert read("call Ann next monday", sunday, zone) == next_monday
        assert [local(parse_due("next week", zone=zone, now=now)) for now in (saturday, sunday)] == next_weeks


def test_a_filter_reads_the_preferred_day():
    zones = (BERLIN, preferring("week_after"))
    assert [parse_bound("next friday", zone=zone, now=TUESDAY, end=True).date().day for zone in zones] == [27, 4]


def test_the_meaning_that_a_switch_chose():
    due = parse_due("next friday at 3", zone=BERLIN, now=TUESDAY)
    assert chosen_meaning(due.reading) == ""
    chosen = [switched(due, place, BERLIN) for place in (1, 2, 3)]
    # The third is both another week and the other half of the day.
    assert [chosen_meaning(one.reading) if one else None for one in chosen] == ["week_after", "03h", ""]


def test_a_task_that_is_due_this_friday_moves_to_the_friday_of_the_week_after():
    for said in ("next friday", "next friday at 9"):
        due = parse_due(said, zone=BERLIN, now=TUESDAY, current=parse_due("friday 3pm", zone=BERLIN, now=TUESDAY))
        reading = due.reading or {}
        meanings = (reading.get("meaning", "").split()[0], reading["others"][0]["meaning"].split()[0])
        assert (local(due)[:10], *meanings) == ("2026-12-04", "week_after", "this_week")
    due = parse_due("next friday", zone=BERLIN, now=TUESDAY, current=parse_due("thursday", zone=BERLIN, now=TUESDAY))
    assert local(due) == "2026-11-27"


@pytest.mark.parametrize(
    ("sentence", "dates"),
    [
        ("lunch on 3/5 maybe", [("month_first", "2027-03-05"), ("day_first", "2027-05-03")]),
        ("lunch on 25/12 maybe", [("", "2026-12-25")]),
        ("lunch on 4/4 maybe", [("", "2027-04-04")]),
    ],
)
def test_a_date_in_numbers_has_two_readings_where_no_order_is_known(sentence: str, dates: list[tuple[str, str]]):
    [due] = find_dues(sentence, zone=BERLIN, now=TUESDAY)
    assert due.reading
    others = [(other["meaning"], other["due_at"]) for other in due.reading["others"]]
    assert [(due.reading["meaning"], local(due)), *others] == dates
    for month_first, is_by_month in ((True, True), (False, False)):
        zone = user_zone("Europe/Berlin", DateSettings(month_first=month_first))
        [known] = {*find_dues("lunch on 3/5 maybe", zone=zone, now=TUESDAY)}
        assert (local(known) == "2027-03-05", (known.reading or {}).get("others")) == (is_by_month, [])


def test_two_switches_are_none():
    due = parse_due("next friday", zone=BERLIN, now=TUESDAY)
    other = switched(due, 1, BERLIN)
    assert other is not None
    assert local(other) == "2026-12-04"
    assert (other.reading or {}).get("switched") is True
    again = switched(other, 1, BERLIN)
    assert again == due
    assert (again and again.reading) == {**(due.reading or {}), "switched": False}


def test_an_iso_date_was_not_read_from_words():
    assert parse_due("2026-12-04", zone=BERLIN, now=TUESDAY).reading is None
    reading = parse_due("  on  friday ", zone=BERLIN, now=TUESDAY).reading or {}
    expected = {"words": "on friday", "zone": "Europe/Berlin", "read_at": "2026-11-24T07:30:00Z"}
    assert {name: reading.get(name) for name in expected} == expected
