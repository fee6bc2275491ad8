"""Converts between a user's local days and UTC, and defines due dates and starts, each a day or an instant."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NotRequired, Self, TypedDict
from zoneinfo import ZoneInfo, available_timezones

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import Message, gettext, joined

# PostgreSQL and datetime support more, but a due date outside these years is a typing error.
FIRST_YEAR, LAST_YEAR = 1970, 2999
WHOLE_DAY_RINGS = time(9)
"""Local time at which the reminder of a whole day rings."""
WHOLE_DAY_OFFSET = timedelta(hours=WHOLE_DAY_RINGS.hour)
"""The same as time since midnight: calendars and other to-do apps count reminders from there."""


@dataclass(frozen=True, slots=True)
class DateSettings:
    """How a user counts weeks and writes dates."""

    week_start: int = 0
    """As date.weekday() counts: 0 is Monday."""
    month_first: bool | None = None
    """Whether 3/5 is 5 March; None until it is known."""
    meanings: frozenset[str] = frozenset()
    """The meanings of words in dates that the user prefers (see readings.py)."""


DEFAULTS = DateSettings()


class UserZone(ZoneInfo):
    """A time zone that carries its user's settings along; a plain ZoneInfo has the defaults."""

    settings = DEFAULTS


class Today(date):
    """The current date of a user, which carries their settings along: "next week" needs both."""

    settings = DEFAULTS


@lru_cache(maxsize=1)
def timezones() -> frozenset[str]:
    """Return all IANA names, without "localtime", which some systems list as well."""
    return frozenset(available_timezones() - {"localtime"})


@lru_cache(maxsize=1000)
def user_zone(timezone: str, settings: DateSettings) -> ZoneInfo:
    """Return the zone with the user's settings, which settings_in reads."""
    if settings == DEFAULTS:
        return ZoneInfo(timezone)
    zone = UserZone.no_cache(timezone)
    zone.settings = settings
    return zone


def settings_in(zone: ZoneInfo) -> DateSettings:
    return zone.settings if isinstance(zone, UserZone) else DEFAULTS


def in_both_orders(zone: ZoneInfo) -> tuple[ZoneInfo, ZoneInfo]:
    """Return the zone of a user who writes the month first, and that of one who writes the day first."""
    settings = settings_in(zone)
    month_first, day_first = replace(settings, month_first=True), replace(settings, month_first=False)
    return user_zone(zone.key, month_first), user_zone(zone.key, day_first)


def today_in(zone: ZoneInfo, now: datetime) -> Today:
    today = Today.fromordinal(now.astimezone(zone).toordinal())
    today.settings = settings_in(zone)
    return today


def at_local_time(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time; a skipped time is moved later by the skipped amount."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


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


def out_of_range() -> Invalid:
    return Invalid(gettext("The year must lie between {first} and {last}.", first=FIRST_YEAR, last=LAST_YEAR))


def check_year(day: date) -> None:
    """Raise Invalid for a year that no due date has in any time zone, such as 9999 for "never"."""
    if not FIRST_YEAR - 1 <= day.year <= LAST_YEAR + 1:
        raise out_of_range()


class OtherReading(TypedDict):
    """Another date that the words could mean: `due_at` is a day if `all_day`, else an instant in UTC, as ISO text."""

    due_at: str
    all_day: bool
    meaning: str


class DueReading(TypedDict):
    """How a due date was read from words, as it is stored; meanings.read_due has them."""

    words: str
    zone: str
    read_at: str
    meaning: str
    others: list[OtherReading]
    switched: NotRequired[bool]
    """True if the user chose this date instead of the one that was read."""


@dataclass(frozen=True, slots=True)
class Due:
    """A due date in UTC; `day` is set for a whole day, whose last second in the user's zone is `at`.

    `reading` is set if it was read from words; it makes no difference between two dates.
    """

    at: datetime
    day: date | None = None
    reading: DueReading | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of_day(cls, day: date, zone: ZoneInfo) -> Self:
        return cls(day_end(day, zone), day)

    @classmethod
    def of_instant(cls, at: datetime, zone: ZoneInfo) -> Self:
        """Return the due date of a client's instant: the last second of a local day, as we send it, means this day."""
        return cls(at, local_day(at, zone) if is_date_only(at, zone) else None)

    def in_zone(self, zone: ZoneInfo) -> Self:
        """Return the due date of a user who now lives in the zone: a day stays that day, an instant that instant."""
        return self if self.day is None else replace(self, at=self.of_day(self.day, zone).at)

    def local_day(self, zone: ZoneInfo) -> date:
        return self.day or local_day(self.at, zone)


class Start(Due):
    """The start of a task in UTC; `day` is set for a whole day, whose first instant in the user's zone is `at`."""

    __slots__ = ()

    @classmethod
    def of_day(cls, day: date, zone: ZoneInfo) -> Self:
        return cls(day_start(day, zone), day)

    @classmethod
    def of_instant(cls, at: datetime, zone: ZoneInfo) -> Self:
        """Return the start at a client's instant: the first one of a local day means this day."""
        day = local_day(at, zone)
        return cls(at, day if at == day_start(day, zone) else None)


_NEAR = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}


def local_due(due: Due, zone: ZoneInfo) -> str:
    """Return local ISO text that parse_due accepts: "2026-11-21" for a whole day, else "2026-11-21T09:00"."""
    return due.day.isoformat() if due.day else due.at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def format_due(due: Due, zone: ZoneInfo) -> Message:
    """Return the date in words, with the time unless it is a whole day: "Saturday 21 November 2026 at 09:00"."""
    if due.day:
        return gettext("{day:EEEE d MMMM y}", day=due.day)
    return gettext("{moment:EEEE d MMMM y} at {moment:HH:mm}", moment=due.at.astimezone(zone).replace(tzinfo=None))


def format_near(due: Due, zone: ZoneInfo, *, now: datetime) -> Message:
    """Return a date in few words: "tomorrow, Sat 21 Nov, 09:00"; the year only where it is another one."""
    day, today = due.local_day(zone), now.astimezone(zone).date()
    date_ = gettext("{day:EEE d MMM}", day=day) if day.year == today.year else gettext("{day:EEE d MMM y}", day=day)
    local = due.at.astimezone(zone).replace(tzinfo=None)
    parts = [date_] if due.day else [date_, gettext("{moment:HH:mm}", moment=local)]
    near = _NEAR.get((day - today).days)
    return joined([near, *parts] if near else parts, ", ")
