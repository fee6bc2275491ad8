"""Reads the time zones of an iCalendar file: names of IANA and of Windows, and the file's own VTIMEZONEs.

icalendar keeps each VTIMEZONE for the whole process, and lets dateutil walk through any rule from its beginning: a rule
that repeats each second since 1601 does not end.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import chain, islice, takewhile
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from icalendar import ComponentFactory, TypesFactory
from icalendar.parser.ical.component import ComponentIcalParser
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from taskchat_app.domain.dates.local_time import FIRST_YEAR, timezones
from taskchat_app.domain.dates.recurrence.rrule import WEEKDAY_CODES

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError)
"""What icalendar raises for values that it cannot read has no common class."""
ZONES_MAX = 500
CHANGES_MAX = 1000
"""Clock changes of a zone; New York has 400 from 1883 to 2100."""
FIRST_CHANGES, LAST_CHANGES = FIRST_YEAR - 1, 2100
"""The years, without the last, for which the changes of a rule are computed; the last change holds from then on."""
RULE_PARTS = frozenset(
    "FREQ INTERVAL COUNT UNTIL BYMONTH BYMONTHDAY BYDAY BYHOUR BYMINUTE BYSECOND BYSETPOS WKST".split()
)


class _Parser(ComponentIcalParser):
    """Keeps time zones out of icalendar: a time with a TZID is parsed as local time, and no VTIMEZONE is kept."""

    datetime_names = ()

    def handle_end_component(self, vals: str) -> None:
        super().handle_end_component("")  # it keeps "VTIMEZONE"


def parsed(lines: Iterable[str]) -> Any:
    """Return the component of these lines, its times without zones. Raises one of UNREADABLE."""
    [component] = cast(Any, _Parser)("\r\n".join(lines), ComponentFactory(), TypesFactory()).parse()
    return component


def all_of(value: Any) -> list[Any]:
    """Return the values of a property, which may be absent, there once, or there several times."""
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


class FileZones:
    """Resolves the TZIDs of one calendar file to time zones."""

    def __init__(self, blocks: Iterable[Sequence[str]]) -> None:
        """Take the lines of each VTIMEZONE."""
        self._described: dict[str, tzinfo] = {}
        self._known: dict[str, tzinfo | None] = {}
        for lines in islice(blocks, ZONES_MAX):
            try:
                described = parsed(lines)
                self._described.setdefault(str(described["TZID"]).strip("/"), _DescribedZone(described))
            except UNREADABLE:
                continue  # its TZID is unknown

    def localize(self, entry: Any) -> list[str]:
        """Give the beginning and the due date of an entry their zones. Returns the unknown TZIDs, each only once."""
        unknown: list[str] = []
        for name in ("DTSTART", "DUE"):
            found = entry.get(name)
            at: date | None = getattr(found, "dt", None)
            if not isinstance(at, datetime) or at.tzinfo or "TZID" not in found.params:
                continue
            tzid = str(found.params["TZID"])
            if tzid not in self._known:
                self._known[tzid] = self._zone(tzid)
                if self._known[tzid] is None:
                    unknown.append(tzid)
            found.dt = at.replace(tzinfo=self._known[tzid])
        return unknown

    def _zone(self, tzid: str) -> tzinfo | None:
        name = tzid.strip("/")
        names = [name, WINDOWS_TO_OLSON.get(name, "")]
        if tzid.startswith("/"):  # after a prefix, as in /freeassociation.sourceforge.net/Europe/Berlin
            parts = name.split("/")[-3:]  # at most America/Argentina/Buenos_Aires
            names += ["/".join(parts[start:]) for start in range(len(parts))]
        if known := next((candidate for candidate in names if candidate in timezones()), None):
            return ZoneInfo(known)
        return self._described.get(name)


class _DescribedZone(tzinfo):
    """The zone of a VTIMEZONE. Raises one of UNREADABLE for rules that no real zone has.

    A part of it, STANDARD or DAYLIGHT, has DTSTART:19810329T020000, TZOFFSETFROM:+0100, TZOFFSETTO:+0200, and perhaps
    RDATE or RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU.
    """

    def __init__(self, described: Any) -> None:
        found = chain.from_iterable(map(_changes, described.subcomponents))
        changes = sorted(islice(found, CHANGES_MAX + 1))
        if len(changes) > CHANGES_MAX:
            raise ValueError
        # A time that a change skips has the offset before the change (RFC 5545, 3.3.5).
        self._starts = [change.at + max(change.after - change.before, timedelta(0)) for change in changes]
        self._offsets = [changes[0].before, *(change.after for change in changes)]

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        return self._offsets[bisect_right(self._starts, dt.replace(tzinfo=None))] if dt else None

    def dst(self, dt: datetime | None) -> None:
        return None

    def tzname(self, dt: datetime | None) -> None:
        return None


class _ClockChange(NamedTuple):
    """The local time of a change, and the offsets from UTC before and after it."""

    at: datetime
    before: timedelta
    after: timedelta


def _changes(part: Any) -> Iterator[_ClockChange]:
    """Yield the clock changes of a STANDARD or DAYLIGHT."""
    before, after = part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
    start = _local(part["DTSTART"].dt, before)
    dates = (_local(each.dt, before) for found in all_of(part.get("RDATE")) for each in found.dts)
    rules = (_times(rule, start, before) for rule in all_of(part.get("RRULE")))
    for at in chain([start], dates, *rules):
        yield _ClockChange(at, before, after)


def _local(found: date, offset: timedelta) -> datetime:
    """Return the time of a clock with this offset: of a day its beginning."""
    if not isinstance(found, datetime):
        return datetime.combine(found, time())
    return found.astimezone(UTC).replace(tzinfo=None) + offset if found.tzinfo else found


def _times(rule: Any, start: datetime, offset: timedelta) -> Iterator[datetime]:
    """Yield the times of a yearly rule, from the `start` on. Raises one of UNREADABLE for other rules."""
    yearly = _YearlyRule(rule, start)
    end = date(LAST_CHANGES, 1, 1)
    until = _only(rule, "UNTIL", end)
    last = _local(until if until.year < LAST_CHANGES else end, offset)
    count = _only(rule, "COUNT", LAST_CHANGES)  # without COUNT, more than there are years
    first = start.year if yearly.time_in(start.year) >= start else start.year + 1
    years = range(max(first, FIRST_CHANGES), min(first + count, LAST_CHANGES))
    yield from takewhile(lambda at: at <= last, map(yearly.time_in, years))


class _YearlyRule:
    """A rule with one day in each year, in one month; what it does not name is as in `start`."""

    def __init__(self, rule: Any, start: datetime) -> None:
        is_yearly = rule["FREQ"] == ["YEARLY"] and rule.get("INTERVAL", [1]) == [1]
        if not is_yearly or not {*rule} <= RULE_PARTS:
            raise ValueError
        self._weekdays = {(day.relative, WEEKDAY_CODES.index(day.weekday.upper())) for day in rule.get("BYDAY", [])}
        """With their places in the month; 0 or None for each such day."""
        self._days: set[int] = set(rule.get("BYMONTHDAY", [] if self._weekdays else [start.day]))
        is_of_whole_year = self._weekdays and "BYMONTH" not in rule
        if is_of_whole_year or len(self._days) > 31:
            raise ValueError
        self._month = _only(rule, "BYMONTH", start.month)
        self._places: list[int] = rule.get("BYSETPOS", [])
        hour, minute = _only(rule, "BYHOUR", start.hour), _only(rule, "BYMINUTE", start.minute)
        self._clock = time(hour, minute, _only(rule, "BYSECOND", start.second))

    def time_in(self, year: int) -> datetime:
        """Return the rule's only time in this year. Raises one of UNREADABLE if it has none, or several."""
        first_weekday, length = monthrange(year, self._month)
        days = {day if day > 0 else length + 1 + day for day in self._days}  # -1 is the last
        on_weekdays: set[int] = set()
        for place, weekday in self._weekdays:
            first_day = 1 + (weekday - first_weekday) % 7
            days_of_weekday = range(first_day, length + 1, 7)
            on_weekdays |= {_at_place(days_of_weekday, place)} if place else {*days_of_weekday}
        if self._weekdays:
            days = days & on_weekdays if self._days else on_weekdays
        [day] = [_at_place(sorted(days), place) for place in self._places] if self._places else days
        return datetime.combine(date(year, self._month, day), self._clock)


def _at_place(days: Sequence[int], place: int) -> int:
    """Return the day at this place: 1 is the first, -1 the last."""
    return days[place - 1] if place > 0 else days[place]


def _only(rule: Any, part: str, default: Any) -> Any:
    """Return the only value of a part of the rule. Raises ValueError for several."""
    [value] = rule.get(part, [default])
    return value
