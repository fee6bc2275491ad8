"""Describes a time zone's clock changes as a VTIMEZONE (RFC 5545, 3.6.5).

Changes on the same weekday of a month, year after year, are one rule. icalendar lists each change as a date instead,
which some programs read only in part, and which ends in 2038.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vRecur

from taskchat_app.domain.dates.recurrence.rrule import WEEKDAY_CODES

LAST_YEAR = 2045
"""Rules that still hold in this year go on forever."""
RULE_YEARS = 5
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Clock:
    """A zone's offset from UTC, its name, and whether it is daylight saving time."""

    offset: timedelta
    name: str
    is_daylight: bool


@dataclass(slots=True)
class _YearlyChange:
    """A change that comes once a year from `first` to `last`; both are naive local times before the change."""

    before: _Clock
    after: _Clock
    first: datetime
    last: datetime
    places: set[int]
    """Places of the weekday in its month that fit all of these years: 1 to 5 from the start, -1 for the last one."""

    def is_continued_by(self, other: "_YearlyChange") -> bool:
        """Return whether the other is the same change in the year after `last`."""
        last, following = self.last, other.first
        is_next_year = following.year == last.year + 1 and following.month == last.month
        is_same_time = (following.weekday(), following.time()) == (last.weekday(), last.time())
        are_same_clocks = (self.before, self.after) == (other.before, other.after)
        return is_next_year and is_same_time and are_same_clocks and bool(self.places & other.places)


@lru_cache(maxsize=200)
def clock_changes(name: str, first_year: int) -> Any:
    """Return the VTIMEZONE of the zone of this IANA name, from the beginning of a year on, or earlier.

    A rule needs several years: it goes on forever if it holds until LAST_YEAR.
    """
    zone = ZoneInfo(name)
    start = datetime(min(first_year, LAST_YEAR - RULE_YEARS), 1, 1, tzinfo=UTC)
    timezone = cast(Any, Timezone())
    timezone.add("tzid", name)
    clock, local_start = _clock(start, zone), start.replace(tzinfo=None)
    clock_at_first = _YearlyChange(clock, clock, local_start, local_start, set())
    for change in (clock_at_first, *_yearly_changes(zone, start)):
        timezone.add_component(_component(change))
    return timezone


def _yearly_changes(zone: ZoneInfo, start: datetime) -> list[_YearlyChange]:
    """Return the changes from `start` on; a change that comes again year after year is one _YearlyChange."""
    found: list[_YearlyChange] = []
    for change in _changes(zone, start):
        earlier = next((each for each in found if each.is_continued_by(change)), None)
        if earlier is None:
            found.append(change)
        else:
            earlier.last, earlier.places = change.last, earlier.places & change.places
    return found


def _changes(zone: ZoneInfo, start: datetime) -> Iterator[_YearlyChange]:
    """Yield each change of the clock, to the minute, as a _YearlyChange of a single year."""
    day, end = start, datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
    while day < end:
        before, after = _clock(day, zone), _clock(day + DAY, zone)
        if before != after:
            last_before = day
            for step in (HOUR, MINUTE):  # to the last hour with the clock of before, then to its last minute
                while _clock(last_before + step, zone) == before:
                    last_before += step
            changed_at = (last_before + MINUTE + before.offset).replace(second=0, tzinfo=None)
            places = {(changed_at.day - 1) // 7 + 1}
            if (changed_at + 7 * DAY).month != changed_at.month:
                places.add(-1)
            yield _YearlyChange(before, after, changed_at, changed_at, places)
        day += DAY


def _clock(at: datetime, zone: ZoneInfo) -> _Clock:
    local = at.astimezone(zone)
    return _Clock(local.utcoffset() or timedelta(0), local.tzname() or zone.key, bool(local.dst()))


def _component(change: _YearlyChange) -> Any:
    component = cast(Any, TimezoneDaylight() if change.after.is_daylight else TimezoneStandard())
    component.add("dtstart", change.first)
    component.add("tzoffsetfrom", change.before.offset)
    component.add("tzoffsetto", change.after.offset)
    component.add("tzname", change.after.name)
    if change.last > change.first:
        place = -1 if -1 in change.places else min(change.places)
        # A day later, since some programs read UNTIL as local time.
        until = change.last - change.before.offset + DAY
        ends = "" if change.last.year == LAST_YEAR else f";UNTIL={until:%Y%m%dT%H%M%SZ}"
        day = f"{place}{WEEKDAY_CODES[change.first.weekday()]}"
        component.add("rrule", vRecur.from_ical(f"FREQ=YEARLY;BYMONTH={change.first.month};BYDAY={day}{ends}"))
    return component
