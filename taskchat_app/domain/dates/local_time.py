"""Converts between a user's local days and instants in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# PostgreSQL and datetime support more, but a due date outside these years is a typing error.
FIRST_YEAR, LAST_YEAR = 1970, 2999
MONDAY = 0


class UserZone(ZoneInfo):
    """A user's time zone and first day of the week (as date.weekday() counts)."""

    week_start: int = MONDAY


class Today(date):
    """A date with the user's first day of the week."""

    week_start: int = MONDAY


@lru_cache(maxsize=1000)
def user_zone(timezone: str, week_start: int) -> ZoneInfo:
    """Return the zone of this IANA name with this first day of the week."""
    if week_start == MONDAY:
        return ZoneInfo(timezone)
    zone = UserZone.no_cache(timezone)
    zone.week_start = week_start
    return zone


def today_in(zone: ZoneInfo, now: datetime) -> Today:
    """Return the local date in the zone."""
    today = Today.fromordinal(now.astimezone(zone).toordinal())
    today.week_start = zone.week_start if isinstance(zone, UserZone) else MONDAY
    return today


def at_local_time(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time; a skipped time is moved later by the skipped amount."""
    return datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone).astimezone(UTC)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day; 01:00 local time where a clock change skips midnight."""
    return at_local_time(day, time(0), zone)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """Return the last whole second of a local day: 23:59:59, unless a clock change skips it."""
    # Computed from the next day's start, so that an hour repeated before midnight (Santiago) is inside the day.
    return day_start(day + timedelta(days=1), zone) - timedelta(seconds=1)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def is_date_only(due_at: datetime, zone: ZoneInfo) -> bool:
    """Return whether this due date means a whole local day (its last second)."""
    return due_at.replace(microsecond=0) == day_end(local_day(due_at, zone), zone)
