"""Tells whether a recurrence rule ever occurs, with sets of days: a search through the years takes up to 0.25 s."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from taskchat_app.domain.dates.recurrence.rrule import Rule, times_a_day

_YEARS = range(2000, 2028)
"""28 years, then the calendar repeats: the same weekdays and leap years."""
_DAY_0 = date(1999, 11, 29).toordinal()
"""A Monday before these years: the weekday of a day is its number modulo 7.

A set of days is an integer with a bit for each, 0b101 for the days 0 and 2: "&" intersects sets, "|" unites them.
"""


def ever_occurs(rule: Rule) -> bool:
    """Return whether dateutil would find a time for the rule, whatever its interval, COUNT and UNTIL."""
    days = _span(range(_first_day(_YEARS[0]), _first_day(_YEARS[-1] + 1)))
    for sets in _parts(rule):
        days &= _union(sets)
    needed = _days_needed(rule)
    if needed == 1:
        return days != 0
    if rule.freq in ("DAILY", "WEEKLY"):  # a week within a month has all of its weekdays: no other part chooses there
        return rule.freq == "WEEKLY" and needed <= len({day for day, _ in rule.weekdays})
    return any((days & _span(period)).bit_count() >= needed for period in _periods(by_month=rule.freq == "MONTHLY"))


def _days_needed(rule: Rule) -> int:
    """Return how many days of a period BYSETPOS needs: 2 for the third time, with two times a day."""
    place = min(map(abs, rule.numbers.get("BYSETPOS", (1,))))
    return -(-place // times_a_day(rule.numbers))  # rounded up


def _parts(rule: Rule) -> Iterator[Iterable[int]]:
    """Yield the sets of days of the values of each part that chooses days."""
    numbers = rule.numbers
    by_month = rule.freq == "MONTHLY" or "BYMONTH" in numbers
    if "BYMONTH" in numbers:
        yield (_month(month) for month in numbers["BYMONTH"])
    if "BYMONTHDAY" in numbers:
        yield (_nth_day(nth, by_month=True) for nth in numbers["BYMONTHDAY"])
    if "BYYEARDAY" in numbers:
        yield (_nth_day(nth, by_month=False) for nth in numbers["BYYEARDAY"])
    if "BYWEEKNO" in numbers:
        yield (_nth_week(nth, rule.week_start) for nth in numbers["BYWEEKNO"])
    if rule.weekdays:
        yield (_weekday(day, nth, by_month=by_month) for day, nth in rule.weekdays)
    elif rule.freq in ("MONTHLY", "YEARLY") and numbers.keys().isdisjoint(("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")):
        yield (_nth_day(1, by_month=by_month),)


@cache
def _periods(*, by_month: bool) -> tuple[range, ...]:
    """Return the days of each month or year."""
    if not by_month:
        return tuple(range(_first_day(year), _first_day(year + 1)) for year in _YEARS)
    firsts = ((_first_day(year, month), monthrange(year, month)[1]) for year in _YEARS for month in range(1, 13))
    return tuple(range(first, first + count) for first, count in firsts)


@cache
def _month(month: int) -> int:
    return _union(map(_span, _periods(by_month=True)[month - 1 :: 12]))


@cache
def _nth_day(nth: int, *, by_month: bool) -> int:
    return _nth(_periods(by_month=by_month), nth)


@cache
def _weekday(weekday: int, nth: int, *, by_month: bool) -> int:
    """Return the nth such day of each period; all of them for 0."""
    of_periods = [days[(weekday - days[0]) % 7 :: 7] for days in _periods(by_month=by_month)]
    return _nth(of_periods, nth) if nth else _union(1 << day for days in of_periods for day in days)


@cache
def _nth_week(nth: int, week_start: int) -> int:
    """Return the days of the nth week of each year; the first one has at least 4 days in it (RFC 5545, 3.3.10)."""
    weeks: list[int] = []
    for year in _YEARS:
        first, end = (day - (day - week_start) % 7 for day in (_first_day(year) + 3, _first_day(year + 1) + 3))
        first_days = range(first, end, 7)
        if abs(nth) <= len(first_days):
            start = first_days[nth - (nth > 0)]
            # dateutil looks for the first days of a week that is counted from the end only in its own year.
            weeks.append(_span(range(start if nth > 0 else max(start, _first_day(year)), start + 7)))
    return _union(weeks)


def _nth(periods: Iterable[range], nth: int) -> int:
    """Return the nth day of each of the periods that have so many; a negative one counts from the end."""
    return _union(1 << days[nth - (nth > 0)] for days in periods if abs(nth) <= len(days))


def _union(sets: Iterable[int]) -> int:
    union = 0
    for days in sets:
        union |= days
    return union


def _span(days: range) -> int:
    """Return the days as a set."""
    return (1 << len(days)) - 1 << days[0]


def _first_day(year: int, month: int = 1) -> int:
    """Return the number of the first day."""
    return date(year, month, 1).toordinal() - _DAY_0
