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
class _Run:
    """The same change, once a year from `first` to `last`; both are local times before the change, naive."""

    before: _Clock
    after: _Clock
    first: datetime
    last: datetime
    weeks: set[int]
    """The places of the weekday in its month that fit each year so far: 1 to 5 from the start, -1 for the last one."""

    def is_continued_by(self, other: "_Run") -> bool:
        """Return whether the other one is the same change a year after this one's last."""
        last, following = self.last, other.first
        is_next_year = following.year == last.year + 1 and following.month == last.month
        is_same_time = (following.weekday(), following.time()) == (last.weekday(), last.time())
        are_same_clocks = (self.before, self.after) == (other.before, other.after)
        return is_next_year and is_same_time and are_same_clocks and bool(self.weeks & other.weeks)


@lru_cache(maxsize=200)
def clock_changes(name: str, first_year: int) -> Any:
    """Return the VTIMEZONE of the zone of this IANA name, from the beginning of a year on, or earlier.

    A rule needs several years: it goes on forever if it holds until LAST_YEAR.
    """
    first_year, zone = min(first_year, LAST_YEAR - RULE_YEARS), ZoneInfo(name)
    runs: list[_Run] = []
    for change in _changes(zone, first_year):
        earlier = next((run for run in runs if run.is_continued_by(change)), None)
        if earlier is None:
            runs.append(change)
        else:
            earlier.last, earlier.weeks = change.last, earlier.weeks & change.weeks
    timezone = cast(Any, Timezone())
    timezone.add("tzid", name)
    start, clock = datetime(first_year, 1, 1), _clock(datetime(first_year, 1, 1, tzinfo=UTC), zone)  # noqa: DTZ001 -- a local time
    beginning = _Run(clock, clock, start, start, set())  # a change from this clock to itself
    for run in (beginning, *runs):
        timezone.add_component(_component(run))
    return timezone


def _changes(zone: ZoneInfo, first_year: int) -> Iterator[_Run]:
    """Yield each change of the clock, to the minute, as a run of one year."""
    day, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
    while day < end:
        before, after = _clock(day, zone), _clock(day + DAY, zone)
        if before != after:
            last_before = day
            for step in (HOUR, MINUTE):
                while _clock(last_before + step, zone) == before:
                    last_before += step
            changed_at = (last_before + MINUTE + before.offset).replace(second=0, tzinfo=None)
            yield _Run(before, after, changed_at, changed_at, _weeks(changed_at))
        day += DAY


def _clock(at: datetime, zone: ZoneInfo) -> _Clock:
    local = at.astimezone(zone)
    return _Clock(local.utcoffset() or timedelta(0), local.tzname() or zone.key, bool(local.dst()))


def _weeks(at: datetime) -> set[int]:
    week = (at.day - 1) // 7 + 1
    is_last = (at + 7 * DAY).month != at.month
    return {week, -1} if is_last else {week}


def _component(run: _Run) -> Any:
    component = cast(Any, TimezoneDaylight() if run.after.is_daylight else TimezoneStandard())
    component.add("dtstart", run.first)
    component.add("tzoffsetfrom", run.before.offset)
    component.add("tzoffsetto", run.after.offset)
    component.add("tzname", run.after.name)
    if run.last > run.first:
        week = -1 if -1 in run.weeks else min(run.weeks)
        # A day later, since some programs read UNTIL as local time.
        until = run.last - run.before.offset + DAY
        ends = "" if run.last.year == LAST_YEAR else f";UNTIL={until:%Y%m%dT%H%M%SZ}"
        day = f"{week}{WEEKDAY_CODES[run.first.weekday()]}"
        component.add("rrule", vRecur.from_ical(f"FREQ=YEARLY;BYMONTH={run.first.month};BYDAY={day}{ends}"))
    return component
