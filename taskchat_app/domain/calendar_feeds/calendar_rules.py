"""Converts a task's recurrence into an RRULE that gives calendars the same dates, or into a list of dates.

Calendars follow RFC 5545 to the letter: the due date must be an occurrence of the rule, COUNT counts from it, UNTIL is
a day for whole days and UTC otherwise, and a month without the 31st is skipped. taskchat's own series differ in all of
these. A rule that does not give the same dates is replaced by a list of dates, beside a rule for taskchat's own import.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, cast
from zoneinfo import ZoneInfo

from dateutil import rrule

from taskchat_app.domain.dates.local_time import Due, at_local_time, day_end
from taskchat_app.domain.dates.recurrence.recurrence import last_whole_day, occurrences
from taskchat_app.domain.dates.recurrence.rrule import WEEKDAY_CODES, Rule, read_rule

COMPARED = 24
"""Dates after the due date that the rule must give; 24 months contain each month's end twice."""
LISTED_MAX = 60
"""Dates in a list that replaces a rule."""


@dataclass(frozen=True, slots=True)
class CalendarSeries:
    """A task's recurrence after its due date: a rule, or single dates; neither if it does not repeat.

    `own_rule` gives the same dates in taskchat from the due date on, where no rule gives them in calendars.
    """

    rule: str | None = None
    dates: tuple[Due, ...] = ()
    own_rule: str | None = None


@lru_cache(maxsize=10_000)
def calendar_series(
    rule: str, start: Due, due: Due, zone: ZoneInfo, made_for: datetime | None = None
) -> CalendarSeries:
    """Return the recurrence of a task due on `due` whose series began at `start`.

    `made_for`: the due date with which the task was created, if it was by completing the one before it. Where its user
    has moved it to an earlier day, the next due date is after `made_for` all the same (tasks/consequences/series.py).
    """
    parts = read_rule(rule)
    reached = due.at if made_for is None else max(due.at, made_for)
    passed, next_dues = _passed_and_next(rule, start, reached, zone)
    if not next_dues:
        return CalendarSeries()
    count_left = parts.count - passed if parts.count else None
    endless_rules = _endless_rules(parts, start, zone)
    are_of_one_kind = all((each.day is None) == (due.day is None) for each in next_dues)  # whole days, or times
    if are_of_one_kind and (endless := _rule_in_calendars(parts, endless_rules, due, next_dues, zone)):
        return CalendarSeries(endless + _end_in_calendars(parts, count_left, due, zone))
    own_rule = _own_rule(parts, endless_rules, due, count_left, next_dues, zone)
    return CalendarSeries(dates=tuple(next_dues) if are_of_one_kind else (), own_rule=own_rule)


def _passed_and_next(rule: str, start: Due, reached: datetime, zone: ZoneInfo) -> tuple[int, list[Due]]:
    """Return the number of occurrences up to `reached`, and the first LISTED_MAX after it."""
    passed = 0
    next_dues: list[Due] = []
    # `occurrences` begins at the start all the same: `after` only tells how far to search.
    for occurrence in occurrences(rule, start=start, after=reached, zone=zone):
        if occurrence.at <= reached:
            passed += 1
        else:
            next_dues.append(occurrence)
        if len(next_dues) == LISTED_MAX:
            break
    return passed, next_dues


def _endless_rules(parts: Rule, start: Due, zone: ZoneInfo) -> list[str]:
    """Return the rule without its end: as it is, with the day of the series' start, and with its time too.

    Of a series from a Monday, 9:00, on, FREQ=WEEKLY;COUNT=4 gives FREQ=WEEKLY, FREQ=WEEKLY;BYDAY=MO and
    FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0.
    """
    endless = ";".join(part for part in parts.text.split(";") if not part.startswith(("COUNT=", "UNTIL=")))
    on_day = f"{endless}{_day_part(parts, start, zone)}"
    found = [endless] if on_day == endless else [endless, on_day]
    if not start.day and not parts.names_times:
        clock = start.at.astimezone(zone)
        found.append(f"{on_day};BYHOUR={clock.hour};BYMINUTE={clock.minute}")
    return found


def _day_part(parts: Rule, start: Due, zone: ZoneInfo) -> str:
    """Return the day of the series' start as part of its rule; "" if the rule names days.

    From the 30th: ";BYMONTHDAY=28,29,30;BYSETPOS=-1", which is the last of these days that the month has.
    """
    day = start.local_day(zone)
    if parts.names_days or parts.freq == "DAILY":
        return ""
    if parts.freq == "WEEKLY":
        return f";BYDAY={WEEKDAY_CODES[day.weekday()]}"
    month = f";BYMONTH={day.month}" if parts.freq == "YEARLY" and "BYMONTH" not in parts.numbers else ""
    if day.day <= 28:
        return f"{month};BYMONTHDAY={day.day}"
    return f"{month};BYMONTHDAY={','.join(map(str, range(28, day.day + 1)))};BYSETPOS=-1"


def _rule_in_calendars(
    parts: Rule, endless_rules: list[str], due: Due, next_dues: list[Due], zone: ZoneInfo
) -> str | None:
    """Return the first rule by which calendars find `next_dues` after the due date; None if there is none."""
    # For mixed ordinals ("BYDAY=1MO,FR") dateutil finds no date, and searches up to the year 9999.
    if parts.mixes_ordinals:
        return None
    expected = [due, *next_dues[:COMPARED]]
    return next(
        (rule for rule in endless_rules if _dates_in_calendars(rule, due, expected[-1], zone) == expected), None
    )


def _dates_in_calendars(endless: str, due: Due, last: Due, zone: ZoneInfo) -> list[Due]:
    """Return the dates that a calendar finds up to `last`; at most COMPARED + 2, one more than it should find."""
    try:
        dates = cast(Any, rrule.rrulestr(endless, dtstart=_local(due, zone))).replace(until=_local(last, zone))
        found: list[datetime] = list(islice(dates, COMPARED + 2))
    except (ValueError, IndexError):  # BYSETPOS or BYMONTHDAY twice; a 52nd Monday of a month
        return []
    if due.day:
        return [Due.of_day(local.date(), zone) for local in found]
    return [Due(at_local_time(local.date(), local.time(), zone)) for local in found]


def _local(due: Due, zone: ZoneInfo) -> datetime:
    if due.day:
        return datetime(due.day.year, due.day.month, due.day.day)  # noqa: DTZ001 -- a local day
    return due.at.astimezone(zone).replace(tzinfo=None, fold=0)


def _end_in_calendars(parts: Rule, count_left: int | None, due: Due, zone: ZoneInfo) -> str:
    """Return COUNT or UNTIL as RFC 5545 (3.3.10) wants them, for `count_left` occurrences after the due date."""
    if count_left is not None:
        return f";COUNT={count_left + 1}"  # DTSTART, the due date, always counts as the first
    until = parts.until
    if until is None:
        return ""
    if due.day:
        return f";UNTIL={last_whole_day(until, zone):%Y%m%d}"
    if not isinstance(until, datetime):
        until = day_end(until, zone)
    elif until.tzinfo is None:
        until = at_local_time(until.date(), until.time(), zone)
    return f";UNTIL={until:%Y%m%dT%H%M%SZ}"


def _own_rule(
    parts: Rule, endless_rules: list[str], due: Due, count_left: int | None, next_dues: list[Due], zone: ZoneInfo
) -> str | None:
    """Return a rule that gives `next_dues` in taskchat if its series begins at the due date; None if none does.

    FREQ=WEEKLY;BYDAY=MO;COUNT=5, its first due date moved to a Wednesday, gives FREQ=WEEKLY;BYDAY=MO;COUNT=4.
    """
    until = [part for part in parts.text.split(";") if part.startswith("UNTIL=")]
    for endless in endless_rules:
        own_rule = ";".join([endless, *until])
        if count_left is not None:
            # Unlike in calendars, COUNT includes the due date only if the rule gives it, which may have been moved.
            is_occurrence = next(occurrences(endless, start=due, after=due.at, zone=zone), None) == due
            own_rule = f"{endless};COUNT={count_left + (1 if is_occurrence else 0)}"
        if _passed_and_next(own_rule, due, due.at, zone)[1] == next_dues:
            return own_rule
    return None
