"""Writes the RRULE that a match of a recurrence pattern means: "every 2 weeks" → FREQ=WEEKLY;INTERVAL=2.

A writer returns None where the words are no recurrence, for example because of the words before them. The groups of the
patterns (patterns.py) that each writer reads, those in brackets if they are there:

- every: unit ("weeks"), [count] ("2"), [days] ("monday and friday")
- weekdays, days_in_row: days
- day_range, timed_range: first, last ("monday", "friday")
- nth_weekdays: nth ("first and third monday"), [months] ("march and may"), [count], [second] ("other")
- month_day: day ("1st and 15th")
- year_day: day, month ("5", "march"), or day2, month2 ("5", "3"): a pattern has each name once
"""

import re
from calendar import monthrange
from collections.abc import Callable
from typing import TypeAlias

from taskchat_app.domain.dates.recurrence.rrule import WEEKDAY_CODES
from taskchat_app.domain.dates.vocabulary import (
    ALL_WEEKDAYS,
    DAY_ORDINAL,
    MONTH,
    MONTHS,
    ORDINAL,
    UNITS,
    any_of,
    caseless,
    day_of_month,
    number,
    ordinal,
)

Write: TypeAlias = Callable[[re.Match[str]], str | None]

UNIT_FREQ = {
    "days": ("DAILY", 1),
    "weeks": ("WEEKLY", 1),
    "fortnights": ("WEEKLY", 2),
    "months": ("MONTHLY", 1),
    "quarters": ("MONTHLY", 3),
    "years": ("YEARLY", 1),
}
_WEEKDAY = caseless(rf"\b(?:{any_of(ALL_WEEKDAYS)})\b")
BEFORE_LAST = r"second(?:\s|-)to(?:\s|-)last|next\sto\slast|penultimate|vorletzte[nrsm]?"
_LEAP_YEAR = 2000
_PLACE_MAX = 5  # No weekday comes more often in a month.
_TIME_FOLLOWS = caseless(  # " at 9am" at the end of the text
    r"\s?,?\s(?:(?:at|um|@)\s?)?\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm|uhr)?\s?(?:$|[.!?]\s?$|[#!]\w)"
)
_NO_SERIES_AFTER = caseless(  # "notes from " mon-fri
    r"(?:\b(?:from|for|of|about|except|but|not|than|between|since|after|until|by|before|open|the|this|next|review|plan"
    r"|schedule|email|notes|with|invite|call|meet|mit|von|vom|für|fuer|über|außer|ausser|nicht|seit|nach|bis|vor|ab|der|die|den|plane?|planen)|:)\s$"
)
_ENDS_WITH_AND_OR_MONTH = caseless(rf"(?:\b(?:and|or|und|oder|{MONTH})\s|[&/-]\s?)$")
_MONTH = caseless(rf"(?<!\w)(?:{MONTH})(?!\w)")
_PLACE_OR_DAY = caseless(
    rf"(?<!\w)(?:(?P<place>(?P<before_last>{BEFORE_LAST})|(?:{ORDINAL})(?!\w)|[1-5]\.)"
    rf"|(?P<day>{any_of(ALL_WEEKDAYS)})(?!\w))"
)
_NAMED_MONTH_DAY = caseless(rf"\d+|{DAY_ORDINAL}")
_ONE_WEEK = caseless(r"\b(?:this|next|coming|diese|nächste|naechste|kommende)\s(?:week|woche)\b")
WORKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def _rule(freq: str, interval: int = 1, **parts: str) -> str:
    step = [f"INTERVAL={interval}"] if interval > 1 else []
    return ";".join([f"FREQ={freq}", *step, *(f"{name}={value}" for name, value in parts.items())])


def _weekdays_in(text: str) -> list[int]:
    return sorted({ALL_WEEKDAYS[name.lower()] for name in _WEEKDAY.findall(text)})


def weekday_codes(text: str) -> str:
    """Return the days named in a text as BYDAY has them: "MO,TH"."""
    return ",".join(WEEKDAY_CODES[day] for day in _weekdays_in(text))


def _before(match: re.Match[str]) -> str:
    return match.string[: match.start()]


def every(interval: int) -> Write:
    """Return a writer for "every 2 weeks on monday"; `interval` is the count where the words name none."""

    def write(match: re.Match[str]) -> str | None:
        groups = match.groupdict()
        freq, factor = UNIT_FREQ[UNITS[match["unit"].lower()]]
        count = factor * (number(groups["count"]) if groups.get("count") else interval)
        days = groups.get("days")
        if count < 1:
            return None
        if not days:
            return _rule(freq, count)
        if freq == "DAILY" and count % 7 == 0:  # every 14 days on tuesday
            freq, count = "WEEKLY", count // 7
        return _rule(freq, count, BYDAY=weekday_codes(days)) if freq == "WEEKLY" else None

    return write


def weekdays(interval: int) -> Write:
    """Return a writer for "every monday and friday"; with 2 for "every other monday"."""
    return lambda match: _rule("WEEKLY", interval, BYDAY=weekday_codes(match["days"]))


def day_range(match: re.Match[str]) -> str | None:
    """Resolve "every mon-fri"; None if the last day precedes the first."""
    first, last = (ALL_WEEKDAYS[match[name].lower().rstrip(".")] for name in ("first", "last"))
    return _rule("WEEKLY", BYDAY=",".join(WEEKDAY_CODES[first : last + 1])) if first < last else None


def _is_timed(match: re.Match[str]) -> bool:
    return _TIME_FOLLOWS.match(match.string, match.end()) is not None


def _is_series(match: re.Match[str]) -> bool:
    """Return whether weekdays without "every" are no part of the title, and of no certain week."""
    return not _NO_SERIES_AFTER.search(_before(match)) and not _ONE_WEEK.search(match.string)


def timed_range(match: re.Match[str]) -> str | None:
    """Resolve "mon-fri 7am"; None without a time, and of other days: "conference mon-fri", "workshop tue-thu 9am"."""
    rule = day_range(match) if _is_timed(match) and _is_series(match) else None
    return rule if rule == WORKDAYS else None


def days_in_row(match: re.Match[str]) -> str | None:
    """Resolve "mon wed fri" and "tue/thu 18:00"; None for what may be a choice or a span: "tue/thu", "fri sat sun"."""
    days = _weekdays_in(match["days"])
    is_span = days[-1] - days[0] < len(days)
    may_be_choice = len(days) <= 2 and not _is_timed(match)
    if is_span or may_be_choice or not _is_series(match):
        return None
    return _rule("WEEKLY", BYDAY=weekday_codes(match["days"]))


def _nth_codes(text: str) -> str | None:
    """Return "first and third monday" as BYDAY has it: "1MO,3MO"; None for a place that no month has."""
    codes: list[str] = []
    places: list[int] = []  # of the next days
    is_after_day = False
    for word in _PLACE_OR_DAY.finditer(text):
        if word["day"]:
            codes += [f"{place}{weekday_codes(word['day'])}" for place in places]
            is_after_day = True
            continue
        place = -2 if word["before_last"] else ordinal(word["place"])
        if place > _PLACE_MAX:
            return None
        # After a day, the places of the next days begin: "first monday and third friday"
        places = [place] if is_after_day else [*places, place]
        is_after_day = False
    return ",".join(dict.fromkeys(codes))


def nth_weekdays(match: re.Match[str]) -> str | None:
    """Resolve "the first and third monday" of every month, of every year's march, or of every 2 months."""
    groups, codes = match.groupdict(), _nth_codes(match["nth"])
    if not codes:
        return None
    if groups.get("months"):
        months = sorted({MONTHS[name.lower()] for name in _MONTH.findall(groups["months"])})
        return _rule("YEARLY", BYMONTH=",".join(map(str, months)), BYDAY=codes)
    if groups.get("count"):
        interval = number(groups["count"])
        return _rule("MONTHLY", interval, BYDAY=codes) if interval else None
    return _rule("MONTHLY", 2 if groups.get("second") else 1, BYDAY=codes)


def last_day(match: re.Match[str]) -> str | None:
    """Resolve "at the end of every month"; None for "the 15th and last day of every month"."""
    return None if _ENDS_WITH_AND_OR_MONTH.search(_before(match)) else "FREQ=MONTHLY;BYMONTHDAY=-1"


def month_day(match: re.Match[str]) -> str | None:
    """Resolve "every 1st" and "am 1. und 15. jedes Monats"; None after another day or a month: "jan 1st each month"."""
    days = sorted({day_of_month(day) for day in _NAMED_MONTH_DAY.findall(match["day"])})
    if _ENDS_WITH_AND_OR_MONTH.search(_before(match)) or not 1 <= days[0] <= days[-1] <= 31:
        return None
    return _rule("MONTHLY", BYMONTHDAY=",".join(map(str, days)))


def year_day(match: re.Match[str]) -> str | None:
    """Resolve "every 5th of march" and "jährlich am 3.12."; None for a day that the month never has."""
    groups = match.groupdict()
    day = day_of_month(groups["day"] or groups["day2"])
    month = MONTHS[groups["month"].lower()] if groups["month"] else int(groups["month2"])
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(_LEAP_YEAR, month)[1]:
        return None
    return _rule("YEARLY", BYMONTH=str(month), BYMONTHDAY=str(day))


def fixed(rule: str) -> Write:
    return lambda _: rule
