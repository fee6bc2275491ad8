"""The time zones that calendars describe, compared with those of IANA."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Event

from taskchat_app.domain.calendar_feeds.clock_changes import clock_changes
from taskchat_app.domain.dates.local_time import timezones
from taskchat_app.domain.transfer.readers.calendar_zones import CHANGES_MAX, FileZones
from tests.soak import budget

CHANGES = (3, 4, 9, 10, 11)
"""The months in which clocks in Berlin change, and those of other rules."""
OUTLOOK = """BEGIN:VTIMEZONE
TZID:(UTC+01:00) Amsterdam\\, Berlin
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;WKST=MO;INTERVAL=1;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;WKST=MO;INTERVAL=1;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE"""
APPLE = """BEGIN:VTIMEZONE
TZID:(UTC+01:00) Amsterdam\\, Berlin
X-LIC-LOCATION:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
DTSTART:19810329T020000
TZNAME;LANGUAGE=de:MESZ
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
RRULE:FREQ=YEARLY;UNTIL=19950924T010000Z;BYMONTH=9;BYDAY=-1SU
DTSTART:19800928T030000
TZNAME:MEZ
TZOFFSETTO:+0100
END:STANDARD
BEGIN:STANDARD
TZOFFSETFROM:+0200
RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z;BYMONTH=10;BYMONTHDAY=25,26,27,28,29,30,31;BYDAY=SU
DTSTART:19961027T030000
TZNAME:MEZ
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE"""
DATES = """BEGIN:VTIMEZONE
TZID:(UTC+01:00) Amsterdam\\, Berlin
BEGIN:DAYLIGHT
DTSTART:20240331T020000
RDATE:20250330T020000,20260329T020000
RDATE:20270328T010000Z
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20241027T030000
RDATE:20251026T030000,20261025T030000
RDATE:20271031T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE"""

NOTES = """BEGIN:VTIMEZONE
TZID:(UTC+01:00) Amsterdam\\, Berlin
BEGIN:STANDARD
DTSTART:19501029T000000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYSECOND=0;BYMINUTE=0;BYHOUR=3;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19500326T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMINUTE=0;BYHOUR=2;BYDAY=SU;BYSETPOS=-1;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def zone_of(described: list[str], tzid: str) -> tzinfo | None:
    """Return the zone of an event with this TZID, None for an unknown one."""
    event: Any = Event()
    event.add("dtstart", datetime(2027, 1, 1), {"TZID": tzid})  # noqa: DTZ001 -- a local time
    FileZones([described]).localize(event)
    return event["DTSTART"].dt.tzinfo


@pytest.mark.parametrize(
    ("described", "first"),
    [(OUTLOOK, 2020), (APPLE, 1990), (DATES, 2024), (NOTES, 2020)],
    ids=["outlook", "apple", "dates", "notes"],
)
def test_a_described_zone_has_the_offsets_of_the_real_one(described: str, first: int):
    zone, berlin = zone_of(described.split("\n"), "(UTC+01:00) Amsterdam, Berlin"), ZoneInfo("Europe/Berlin")
    at = datetime(first, 1, 1, 0, 30)  # noqa: DTZ001 -- a local time
    while at.year < 2028:
        assert at.replace(tzinfo=zone).utcoffset() == at.replace(tzinfo=berlin).utcoffset(), at
        at += timedelta(hours=1 if at.month in CHANGES else 25)


@pytest.mark.also_soak
@pytest.mark.parametrize("name", sorted(timezones())[:: budget(200, 20)])
def test_a_zone_of_a_feed_of_ours_is_read_with_the_same_changes(name: str):
    lines = clock_changes(name, 1990).to_ical().decode().replace(f"TZID:{name}", "TZID:Ours").split("\r\n")[:-1]
    zone, real = zone_of(lines, "Ours"), ZoneInfo(name)
    at = datetime(1990, 1, 2, tzinfo=UTC)
    while at.year < 2046:
        local = at.astimezone(real)
        assert local.fold or local.replace(tzinfo=zone).utcoffset() == local.utcoffset(), local
        at += timedelta(hours=47)


@pytest.mark.parametrize(("start", "count", "winters"), [(2020, 3, [2, 2, 2, 3, 3]), (1601, 421, [2, 2, 3, 3, 3])])
def test_a_rule_of_a_zone_ends_with_its_count(start: int, count: int, winters: list[int]):
    winter = f"DTSTART:{start}0101T000000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;COUNT={count}"
    summer = "DTSTART:16010701T000000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0300\nRRULE:FREQ=YEARLY"
    described = f"BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\n{winter}\nEND:STANDARD\nBEGIN:DAYLIGHT\n{summer}"
    zone = zone_of([*described.split("\n"), "END:DAYLIGHT", "END:VTIMEZONE"], "Odd")
    offsets = [datetime(year, 2, 1, tzinfo=zone).utcoffset() for year in range(2020, 2025)]
    assert offsets == [timedelta(hours=hours) for hours in winters]


def test_a_zone_with_too_many_changes_is_unknown():
    change = ["BEGIN:STANDARD", "DTSTART:20260101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0100", "END:STANDARD"]
    for count, is_known in ((CHANGES_MAX, True), (CHANGES_MAX + 1, False)):
        zone = zone_of(["BEGIN:VTIMEZONE", "TZID:Long", *change * count, "END:VTIMEZONE"], "Long")
        assert (zone is not None) == is_known
