"""Validates recurrence rules and computes their occurrences in the user's time zone."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import MAXYEAR, date, datetime, time, timedelta
from itertools import islice, product
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import rrule

from taskchat_app.domain.dates.local_time import LAST_YEAR, Due, at_local_time, day_end, local_day
from taskchat_app.domain.dates.recurrence.rrule import EXAMPLES, FREQUENCIES, TIMES, Rule, RuleWeekday, read_rule
from taskchat_app.domain.dates.vocabulary import END_OF_DAY
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import gettext

_FREQ: dict[str, Any] = dict(zip(FREQUENCIES, (rrule.DAILY, rrule.WEEKLY, rrule.MONTHLY, rrule.YEARLY), strict=True))
_WEEKDAY = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)
# How far ahead to search for an occurrence. 29 February on a given weekday occurs within 40 years even around 2100, and
# 60 years of days take 0.1 s; for months and years the longest interval decides.
_HORIZON_YEARS = {"DAILY": 60, "WEEKLY": 60, "MONTHLY": 100, "YEARLY": 400}
# rrule searches up to the year 9999, whatever `until` is: 8,000 years of days would block the event loop for seconds.
# The calendar repeats every 400 years, weekdays included, so the series is computed near the year 9999 instead.
_CYCLE_YEARS = 400
# Of each length, beginning on each weekday; at the end of rrule's years, where a search soon ends.
_ALL_KINDS_OF_YEARS = range(MAXYEAR - 28, MAXYEAR)


def check_rule(rule: str) -> str:
    """Return the RFC 5545 RRULE in upper case without the "RRULE:" prefix; raise Invalid, with examples, if malformed.

    Also raises Invalid for a rule that never occurs.
    """
    parts = read_rule(rule)
    if not _ever_occurs(parts):
        sentence = gettext("No day fits “{rule}”: it would never occur. {examples}", rule=parts.text, examples=EXAMPLES)
        raise Invalid(sentence)
    return parts.text


def _ever_occurs(parts: Rule) -> bool:
    """Return whether any day fits the rule, whatever its interval, COUNT and UNTIL."""
    numbers = dict(parts.numbers)
    if places := numbers.get("BYSETPOS"):
        numbers["BYSETPOS"] = (min(places, key=abs),)  # of "1,5" the 1 is enough: with a fifth day there is a first
    searched = _ALL_KINDS_OF_YEARS
    if parts.freq in ("DAILY", "WEEKLY") and "BYMONTHDAY" not in numbers:
        searched = searched[-1:]  # the same days in each year, and 28 years of days take 18 ms
    start = datetime.combine(date(searched[0], 1, 1), time(0))
    times = _far_times(replace(parts, interval=1, numbers=numbers), start, searched[-1])
    return next(times, None) is not None


def first_occurrence(
    rule: str, *, now: datetime, zone: ZoneInfo, at: time | None = None, from_day: date | None = None
) -> Due:
    """Return the first due date from now (or from a later local day) on; today counts.

    Without a time in `at` or BYHOUR, it is a whole day. Raises Invalid if the rule has already ended.
    """
    parts = read_rule(rule)
    today = max(local_day(now, zone), from_day or date.min)
    # The interval counts from the first occurrence, so it does not matter here.
    series = replace(parts, interval=1, count=None, until=None)
    is_timed = parts.names_times or at not in (None, END_OF_DAY)
    dues = (
        _due(local, zone, is_timed=is_timed) for local in _local_times(series, datetime.combine(today, at or time(0)))
    )
    first = next((due for due in dues if due.at >= now), None)
    if first is None or _is_past_until(parts, first, zone):
        sentence = gettext("“{rule}” has no day left from {day} on. Give a later UNTIL, or none.")
        raise Invalid(sentence.with_values(rule=parts.text, day=today.isoformat()))
    return first


def next_occurrence(rule: str, *, start: Due, after: datetime, zone: ZoneInfo) -> Due | None:
    """Return the series' first due date strictly after `after`; None if the series has ended."""
    return next((due for due in occurrences(rule, start=start, after=after, zone=zone) if due.at > after), None)


def occurrences(rule: str, *, start: Due, after: datetime, zone: ZoneInfo) -> Iterator[Due]:
    """Yield the series' due dates from `start`, its first one, up to some decades after `after`.

    The local time is kept across daylight-saving changes, and the day of the month returns after shorter months
    (31 January, 28 February, 31 March). COUNT counts from `start`.
    """
    parts = read_rule(rule)
    local_start = start.at.astimezone(zone).replace(tzinfo=None, fold=0)
    if start.day is not None:
        local_start = datetime.combine(start.day, time(0) if parts.names_times else END_OF_DAY)
    until_year = max(start.at, after).astimezone(zone).year
    for local in islice(_local_times(parts, local_start, until_year), parts.count):
        due = _due(local, zone, is_timed=start.day is None or local.time() != END_OF_DAY)
        if _is_past_until(parts, due, zone):
            return
        yield due


def _due(local: datetime, zone: ZoneInfo, *, is_timed: bool) -> Due:
    return Due(at_local_time(local.date(), local.time(), zone)) if is_timed else Due.of_day(local.date(), zone)


def _is_past_until(parts: Rule, due: Due, zone: ZoneInfo) -> bool:
    """Return whether the due date is after UNTIL, which is inclusive; a date means its last second, no Z local time."""
    until = parts.until
    if until is None:
        return False
    if due.day is not None:
        return due.day > last_whole_day(until, zone)
    if not isinstance(until, datetime):
        return due.at > day_end(until, zone)
    return due.at > (until if until.tzinfo else at_local_time(until.date(), until.time(), zone))


def last_whole_day(until: date | datetime, zone: ZoneInfo) -> date:
    """Return the last day that ends at or before UNTIL; one at a day's first or last second is this day as written.

    Programs write days so, in UTC too, whose days end at other times than the user's.
    """
    if not isinstance(until, datetime):
        return until
    if until.time() in (time(0), END_OF_DAY):
        return until.date()
    if until.tzinfo is None:
        until = at_local_time(until.date(), until.time(), zone)
    day = local_day(until, zone)
    return day if day_end(day, zone) <= until else day - timedelta(days=1)


def _local_times(parts: Rule, start: datetime, from_year: int | None = None) -> Iterator[datetime]:
    """Yield the series in naive local times up to the horizon; the caller applies COUNT and UNTIL.

    A daily rule from 2026 on is searched up to 2086. It is computed 7600 years (19 cycles) ahead, from 9626 to 9686,
    and its times are then brought back.
    """
    # For a date each fifth year, 300 years are searched: as many dates as 60 years have for one each year.
    years = min(_HORIZON_YEARS[parts.freq], 60 * parts.interval)
    last_year = min((from_year or start.year) + years, LAST_YEAR)
    ahead = (MAXYEAR - 1 - last_year) // _CYCLE_YEARS * _CYCLE_YEARS
    far = _far_times(parts, start.replace(year=start.year + ahead), last_year + ahead)
    return (local.replace(year=local.year - ahead) for local in far)


def _far_times(parts: Rule, start: datetime, last_year: int) -> Iterator[datetime]:
    """Yield the series' local times up to the end of a year, by dateutil; three kinds of rules need more than it."""
    options: dict[str, Any] = {
        "dtstart": start,
        "interval": parts.interval,
        "wkst": parts.week_start,
        "until": datetime.combine(date(last_year + 1, 1, 1), time(0)),
        "byweekday": [_weekday(parts, day) for day in _weekdays(parts)] or None,
        **{name.lower(): list(values) for name, values in parts.numbers.items()},
    }
    if parts.freq == "DAILY" and "BYMONTHDAY" in parts.numbers:  # FREQ=DAILY;BYMONTHDAY=13;BYDAY=FR
        return _times_of_days(parts, start, options)
    if parts.freq == "WEEKLY" and "BYSETPOS" in parts.numbers:  # FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1
        # dateutil counts the positions of the first week from dtstart on, RFC 5545 from the first day of the week.
        options["dtstart"] = start - timedelta(days=(start.weekday() - parts.week_start) % 7)
        return (local for local in rrule.rrule(rrule.WEEKLY, **options) if local >= start)
    if parts.freq in ("MONTHLY", "YEARLY") and not parts.names_days and start.day > 28:
        # A 29th, 30th or 31st moves to the last day of a shorter month, where RFC 5545 would skip it: FREQ=MONTHLY.
        options["dtstart"] = start.replace(day=1)
        months = rrule.rrule(_FREQ[parts.freq], **options)
        clipped = (month.replace(day=min(start.day, monthrange(month.year, month.month)[1])) for month in months)
        return (local for local in clipped if local >= start)
    return iter(rrule.rrule(_FREQ[parts.freq], **options))


def _times_of_days(parts: Rule, start: datetime, options: dict[str, Any]) -> Iterator[datetime]:
    """Yield the times of a DAILY rule; its days are found by years, for 29 February on a Friday may be 40 years away.

    Each day of 40 years takes 17 ms.
    """
    given = parts.numbers
    hours = sorted(set(given.get("BYHOUR", (start.hour,))))
    minutes = sorted(set(given.get("BYMINUTE", (start.minute,))))
    seconds = sorted(set(given.get("BYSECOND", (start.second,))))
    times = [time(*clock) for clock in product(hours, minutes, seconds)]
    if places := given.get("BYSETPOS"):
        indexes = [place - 1 if place > 0 else place for place in places if abs(place) <= len(times)]
        times = sorted({times[index] for index in indexes})
    of_times = {name.lower() for name in (*TIMES, "BYSETPOS")}
    day_options = {name: value for name, value in options.items() if name not in of_times}
    day_options |= {"dtstart": datetime.combine(start, time(0)), "interval": 1}
    for day in rrule.rrule(rrule.YEARLY, **day_options):
        if (day.date() - start.date()).days % parts.interval == 0:
            yield from (local for at in times if (local := datetime.combine(day, at)) >= start)


def _weekdays(parts: Rule) -> list[RuleWeekday]:
    """Return the weekdays, all with ordinals if one has an ordinal: "MO" in "MO,1FR" is each Monday.

    By RFC 5545 (3.3.10) days of either kind occur.
    """
    if not parts.mixes_ordinals:
        return [*parts.weekdays]
    last = 5 if parts.freq == "MONTHLY" or "BYMONTH" in parts.numbers else 53
    days: list[RuleWeekday] = []
    for day in parts.weekdays:
        ordinals = [day.ordinal] if day.ordinal else range(1, last + 1)
        days += [RuleWeekday(day.weekday, ordinal) for ordinal in ordinals]
    return days


def _weekday(parts: Rule, day: RuleWeekday) -> Any:
    """Return dateutil's weekday. No month has a sixth one; in December it raises IndexError for an eighth."""
    ordinal = max(-6, min(day.ordinal, 6)) if "BYMONTH" in parts.numbers else day.ordinal
    return _WEEKDAY[day.weekday](ordinal) if ordinal else _WEEKDAY[day.weekday]
