"""A VTIMEZONE gives the offsets of its zone, as another reader of it finds them."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz

from taskchat_app.domain.calendar_feeds.clock_changes import clock_changes

ZONES = (
    "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Berlin", "Europe/Dublin", "Africa/Casablanca",
    "America/Santiago", "Asia/Kathmandu", "Pacific/Apia", "Asia/Tehran", "America/Sao_Paulo", "Etc/GMT+5",
)  # fmt: skip


def described_from(name: str, first_year: int) -> Any:
    """Return the zone as dateutil reads its VTIMEZONE."""
    text = clock_changes(name, first_year).to_ical().decode()
    read: Any = tz.tzical(io.StringIO(f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n"))
    return read.get(name)


@pytest.mark.parametrize("name", ZONES)
def test_each_day_has_the_offset_of_the_zone(name: str):
    described, zone = described_from(name, 2010), ZoneInfo(name)
    last = 2044 if name in ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe") else 2036
    at = datetime(2010, 1, 2, 12, tzinfo=UTC)
    while at.year < last:
        local = at.astimezone(zone)
        assert local.replace(tzinfo=described).utcoffset() == local.utcoffset(), local
        at += timedelta(days=5)


def test_a_zone_with_steady_rules_is_short():
    assert len(clock_changes("America/New_York", 2026).subcomponents) == 3
    assert len(clock_changes("Asia/Kolkata", 1970).subcomponents) == 1


@pytest.mark.parametrize("first_year", [2044, 2045, 2049, 2200])
def test_rules_go_on_also_for_a_file_that_begins_late(first_year: int):
    for month, hours in ((1, -5), (7, -4)):
        at = datetime(first_year + 1, month, 1, 12, tzinfo=described_from("America/New_York", first_year))
        assert at.utcoffset() == timedelta(hours=hours), at
