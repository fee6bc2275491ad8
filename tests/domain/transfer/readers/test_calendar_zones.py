"""The time zones that calendars describe, compared with those of IANA."""

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
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
ZONES = Path(__file__).parent / "zones"
"""Descriptions of the zone of Berlin, as these programs write them."""


def zone_of(described: list[str], tzid: str) -> tzinfo | None:
    """Return the zone of an event with this TZID, None for an unknown one."""
    event: Any = Event()
    event.add("dtstart", datetime(2027, 1, 1), {"TZID": tzid})  # noqa: DTZ001 -- a local time
    FileZones([described]).localize(event)
    return event["DTSTART"].dt.tzinfo


@pytest.mark.parametrize(("name", "first"), [("outlook", 2020), ("apple", 1990), ("dates", 2024), ("notes", 2020)])
def test_a_described_zone_has_the_offsets_of_the_real_one(name: str, first: int):
    described = (ZONES / f"{name}.ics").read_text().splitlines()
    zone, berlin = zone_of(described, "(UTC+01:00) Amsterdam, Berlin"), ZoneInfo("Europe/Berlin")
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
