"""Parses days in English and German: "next friday", "5 March", "übermorgen"."""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta

from dateutil.relativedelta import relativedelta

from taskchat_app.domain.dates.local_time import Today
from taskchat_app.domain.dates.period_phrases import AFTER_NEXT, LAST, NEXT, PERIOD_ROWS, day_of_week
from taskchat_app.domain.dates.phrase_types import Resolve, Row, Span, Weight, year_in
from taskchat_app.domain.dates.vocabulary import (
    CLEAR_SHORT_WEEKDAY,
    DAY_CARDINAL,
    DAY_ORDINAL,
    END,
    GERMAN_SHORT_WEEKDAY,
    GERMAN_SHORT_WEEKDAYS,
    JOINED_PART,
    MONTH,
    MONTHS,
    NUMBER,
    SHORT_WEEKDAY,
    SHORT_WEEKDAYS,
    UNITS,
    WEEKDAY,
    WEEKDAYS,
    YEAR,
    any_of,
    day_of_month,
    number,
)
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import gettext
from taskchat_app.runtime.pattern_cache import compile_cached


@dataclass(frozen=True, slots=True)
class Days:
    """A day in a text, or a period if `last` is later than `first`; `due` is the day it means as a deadline."""

    end: int
    first: date
    last: date
    due: date
    weight: Weight


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _coming(today: date, month: int, day: int) -> date | None:
    """Return the next such date, today included; up to eight years ahead, for 29 February around 2100."""
    candidates = (_day(today.year + ahead, month, day) for ahead in range(9))
    return next((candidate for candidate in candidates if candidate and candidate >= today), None)


def _dated(month: int, day: int, match: re.Match[str], today: date) -> date | None:
    year = year_in(match)
    return _day(year, month, day) if year is not None else _coming(today, month, day)


def _iso(match: re.Match[str], _: date) -> Span:
    return _day(int(match["year"]), int(match["month"]), int(match["day"]))


def _named_month(match: re.Match[str], today: date) -> Span:
    return _dated(MONTHS[match["month"].lower()], day_of_month(match["day"]), match, today)


def _dotted(match: re.Match[str], today: date) -> Span:
    return _dated(int(match["month"]), int(match["day"]), match, today)


def _slashed(match: re.Match[str], today: date) -> Span:
    """Resolve "25/12" and "12/25"; raise Invalid for "3/5", which is in March or in May."""
    first, second = int(match["day"]), int(match["month"])
    if first <= 12 and second <= 12 and first != second:
        raise Invalid(
            gettext("“{phrase}” can be read in two ways. Write the date as 2026-05-03, or as 3 May.", phrase=match[0])
        )
    day, month = (first, second) if first > 12 else (second, first)
    return _dated(month, day, match, today)


def _day_of_month(match: re.Match[str], today: date) -> Span:
    day = day_of_month(match["day"])
    which = (match.groupdict().get("which") or "").lower()
    if which in ("next month", "nächsten monats", "naechsten monats"):
        start = today.replace(day=1) + relativedelta(months=1)
        return _day(start.year, start.month, day)
    months = (today.replace(day=1) + relativedelta(months=ahead) for ahead in range(3))
    candidates = (_day(start.year, start.month, day) for start in months)
    return next((candidate for candidate in candidates if candidate and candidate >= today), None)


def _ahead(days: int) -> Resolve:
    return lambda _, today: today + timedelta(days=days)


def add_units(day: date, unit: str, count: int) -> date | None:
    """Return the day `count` units ("days", "weeks", "months" …) later; None outside the calendar."""
    factor, name = {"fortnights": (14, "days"), "quarters": (3, "months")}.get(unit, (1, unit))
    try:
        return day + relativedelta(**{name: factor * count})  # pyright: ignore[reportArgumentType]  # the unit names the argument
    except (OverflowError, ValueError):
        return None


def _after(match: re.Match[str], today: date) -> Span:
    return add_units(today, UNITS[match["unit"].lower()], number(match["count"]))


def _after_day(match: re.Match[str], today: Today) -> Span:
    """Resolve "two weeks from tomorrow" and "a week from friday"."""
    days = match_days(match.string, match.start("rest"), today)
    return add_units(days.first, UNITS[match["unit"].lower()], number(match["count"])) if days else None


def _after_near_day(match: re.Match[str], today: date) -> Span:
    """Resolve "morgen in einer Woche"."""
    near = today + timedelta(days=_NEAR[match["day"].lower()])
    return add_units(near, UNITS[match["unit"].lower()], number(match["count"]))


def _ago(match: re.Match[str], today: date) -> Span:
    return add_units(today, UNITS[match["unit"].lower()], -number(match["count"]))


def _in_weeks(match: re.Match[str], today: Today) -> Span:
    """Resolve "monday in two weeks"."""
    return day_of_week(today, _weekday(match)) + timedelta(weeks=number(match["count"]))


def _weekday(match: re.Match[str]) -> int:
    return (WEEKDAYS | SHORT_WEEKDAYS | GERMAN_SHORT_WEEKDAYS)[match["weekday"].lower()]


def _next_weekday(match: re.Match[str], today: date) -> Span:
    """Return the first such weekday after today, also for "next": the earlier of the two readings."""
    return today + timedelta(days=(_weekday(match) - today.weekday() - 1) % 7 + 1)


def _weekday_after_next(match: re.Match[str], today: date) -> Span:
    return today + timedelta(days=(_weekday(match) - today.weekday() - 1) % 7 + 8)


def _this_weekday(match: re.Match[str], today: date) -> Span:
    return today + timedelta(days=(_weekday(match) - today.weekday()) % 7)


def _last_weekday(match: re.Match[str], today: date) -> Span:
    return today - timedelta(days=(today.weekday() - _weekday(match) - 1) % 7 + 1)


def _weekday_of_week(weeks: int) -> Resolve:
    return lambda match, today: day_of_week(today, _weekday(match)) + timedelta(weeks=weeks)


def _weekday_and_date(match: re.Match[str], today: Today) -> Span:
    """Resolve "Friday 6 March"; raise Invalid if the date is not that weekday."""
    days = match_days(match.string, match.start("rest"), today)
    if days is None or days.weight is Weight.PAST:
        return None
    if days.first.weekday() != _weekday(match) and _DAY_ALONE.match(match["rest"]):
        return None
    if days.first.weekday() != _weekday(match):
        raise Invalid(
            gettext(
                "{day} is not a {weekday:EEEE}. Name one of the two.",
                day=days.first.isoformat(),
                weekday=days.first + timedelta(days=_weekday(match) - days.first.weekday()),
            )
        )
    return days.first


def _weekday_and_day(match: re.Match[str], today: Today) -> Span:
    """Resolve "Friday the 13th" to the next 13th that is a Friday."""
    months = (today.replace(day=1) + relativedelta(months=ahead) for ahead in range(14))
    days = (_day(start.year, start.month, int(match["day"])) for start in months)
    return next((day for day in days if day and day >= today and day.weekday() == _weekday(match)), None)


_NEAR = {"heute": 0, "morgen": 1, "übermorgen": 2, "uebermorgen": 2}
_DAY_ALONE = re.compile(rf"\d{{1,2}}(?:st|nd|rd|th|\.)(?!\s?(?:of\s)?(?:{MONTH}|\d))", re.IGNORECASE)
_DAY_UNIT = any_of({word: unit for word, unit in UNITS.items() if unit not in ("hours", "minutes")})
# "tom" is also a name: only in lower case, and not after words that are followed by a person.
_BEFORE_A_NAME = (
    "call phone ring text email mail message ping ask tell meet meeting see visit invite thank pay help remind show "
    "give send bring buy with for from to about and or of uncle dear hi hello hey mr st the a an is for mit an für von "
    "onkel und bei zu"
).split()
_TOMORROW = "".join(rf"(?<!\b{word}\s)" for word in dict.fromkeys(_BEFORE_A_NAME)) + "(?-i:tom)"
_TO = r"\s?(?:-|–|to|until|till|bis)\s?"
_WEEK_AFTER_NEXT = rf"(?:(?:the\s)?week\safter\snext|{AFTER_NEXT}\swoche)"
_ROWS: tuple[Row, ...] = (
    (r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", _iso, Weight.SURE),
    (r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})", _dotted, Weight.SURE),
    (r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d\d|(?!\d))", _dotted, Weight.WEAK),
    (r"(?:am|bis(?:\szum)?|zum)\s(?P<day>\d{1,2})\.(?P<month>\d{1,2})(?P<year>(?![.\d]))", _dotted, Weight.SURE),
    (r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", _slashed, Weight.SURE),
    (r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?P<year>)", _slashed, Weight.WEAK),
    # The first day of "12 to 15 december", "12.-15.12." and "dec 12-15".
    (rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?{_TO}\d{{1,2}}(?:st|nd|rd|th"
     rf"|\.)?\s?(?P<month>{MONTH})\.?(?:,?\s(?P<year>{YEAR}))?",
     _named_month, Weight.SURE),
    (rf"(?P<month>{MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_TO}\d{{1,2}}(?:st|nd|rd"
     rf"|th)?(?:,?\s(?P<year>{YEAR}))?",
     _named_month, Weight.SURE),
    (rf"(?P<day>\d{{1,2}})\.?{_TO}\d{{1,2}}\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}|\d\d|(?!\d))",
     _dotted, Weight.SURE),
    (rf"(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s?(?:of\s)?(?P<month>{MONTH})\.?(?:,?\s(?P<year>{YEAR}))?",
     _named_month, Weight.SURE),
    (rf"(?P<month>{MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<year>{YEAR}))?",
     _named_month, Weight.SURE),
    (r"(?:the\s)?(?P<day>\d{1,2})(?:st|nd|rd|th)(?:\sof\s(?P<which>next\smonth|this\smonth|the\smonth))?",
     _day_of_month, Weight.WEAK),
    (r"(?P<day>\d{1,2})\.(?:\s(?P<which>n(?:ä|ae)chsten\smonats|diese[sn]\smonats))?", _day_of_month, Weight.WEAK),
    (rf"(?:the\s)?(?P<day>{DAY_ORDINAL})\sof\s(?P<month>{MONTH})(?:,?\s(?P<year>{YEAR}))?",
     _named_month, Weight.SURE),
    (rf"(?P<day>{DAY_ORDINAL})\s(?P<month>{MONTH})(?:,?\s(?P<year>{YEAR}))?", _named_month, Weight.WEAK),
    (rf"(?P<month>(?!may|march|mar\b)(?:{MONTH}))\s(?P<day>{DAY_ORDINAL})(?:,?\s(?P<year>{YEAR}))?",
     _named_month, Weight.SURE),
    (rf"(?P<month>{MONTH})\s(?:the\s)?(?P<day>{DAY_ORDINAL})(?:,?\s(?P<year>{YEAR}))?", _named_month, Weight.WEAK),
    (rf"(?P<month>(?!may|march|mar\b)(?:{MONTH}))\s(?P<day>{DAY_CARDINAL})(?:,?\s(?P<year>{YEAR}))?", _named_month,
     Weight.WEAK),
    (rf"(?P<day>{DAY_CARDINAL})\s(?:of\s)?(?P<month>{MONTH})(?:,?\s(?P<year>{YEAR}))?", _named_month, Weight.WEAK),
    (rf"(?P<month>march|mar)\s(?P<day>{DAY_CARDINAL})(?:,?\s(?P<year>{YEAR}))?", _named_month, Weight.WEAK),
    # "on the third", but neither "the third one" nor "on the first try".
    (rf"(?:(?<=on\s)|(?<=by\s)|(?<=until\s)|(?<=before\s))the\s(?P<day>{DAY_ORDINAL})"
     r"(?=\s?(?:$|[,.;!?]|\s(?:at|of|and|please|okay|ok)\b))(?:\sof\s(?P<which>next\smonth|this\smonth|the\smonth))?",
     _day_of_month, Weight.WEAK),
    (rf"(?P<day>{any_of(_NEAR)})\sin\s(?P<count>{NUMBER})\s(?P<unit>tagen|wochen?)", _after_near_day, Weight.OPENING),
    (r"today|tonight|heute|this(?=\s(?:morning|afternoon|evening))", _ahead(0), Weight.OPENING),
    (r"(?:the\s)?day\safter\stomorrow|übermorgen|uebermorgen", _ahead(2), Weight.OPENING),
    (r"tomorrow|tommorow|tomorow|tmrw|morgen", _ahead(1), Weight.OPENING),
    (_TOMORROW, _ahead(1), Weight.SURE),
    (r"(?:the\s)?day\sbefore\syesterday|vorgestern", _ahead(-2), Weight.PAST),
    (r"yesterday|gestern", _ahead(-1), Weight.PAST),
    (rf"in\s(?P<count>{NUMBER})\s(?P<unit>{_DAY_UNIT})", _after, Weight.OPENING),
    (rf"(?P<count>{NUMBER})\s(?P<unit>{_DAY_UNIT})\sfrom\s(?:now|today)", _after, Weight.OPENING),
    (rf"(?P<count>{NUMBER})\s(?P<unit>{_DAY_UNIT})\sfrom\s(?P<rest>(?:tomorrow|{WEEKDAY})\b)", _after_day,
     Weight.OPENING),
    (rf"(?P<count>{NUMBER})\s(?P<unit>{_DAY_UNIT})\sago", _ago, Weight.PAST),
    (rf"vor\s(?P<count>{NUMBER})\s(?P<unit>{_DAY_UNIT})", _ago, Weight.PAST),
    (rf"(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY})(?:\.?,?\s(?:the\s|den\s|dem\s)?)(?P<rest>\d.*|(?:{MONTH})\.?\s\d.*)",
     _weekday_and_date, Weight.SURE),
    (rf"(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY})\.?,?\s(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)", _weekday_and_day,
     Weight.WEAK),
    (rf"(?P<weekday>{WEEKDAY})\sin\s(?P<count>{NUMBER})\s(?:weeks?|wochen?)", _in_weeks, Weight.SURE),
    (rf"(?P<weekday>{WEEKDAY})\s(?:of\s|in\s)?(?:{NEXT})\s(?:week|woche)", _weekday_of_week(1), Weight.OPENING),
    (rf"(?P<weekday>{WEEKDAY})\s(?:of\s|in\s)?{_WEEK_AFTER_NEXT}", _weekday_of_week(2), Weight.OPENING),
    (rf"(?:{NEXT})\s(?:week|woche)\s(?:on\s|am\s)?(?P<weekday>{WEEKDAY})", _weekday_of_week(1), Weight.OPENING),
    (rf"{_WEEK_AFTER_NEXT}\s(?:on\s|am\s)?(?P<weekday>{WEEKDAY})", _weekday_of_week(2), Weight.OPENING),
    (rf"(?P<weekday>{WEEKDAY})\s(?:of\s)?(?:this|diese[rn]?)\s(?:week|woche)", _weekday_of_week(0), Weight.SURE),
    (rf"(?:this|diese[nrms]?)\s(?P<weekday>{WEEKDAY})", _this_weekday, Weight.SURE),
    (rf"this\s(?P<weekday>{SHORT_WEEKDAY})", _this_weekday, Weight.WEAK),
    (rf"(?:{NEXT})\s(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY})", _next_weekday, Weight.SURE),
    (rf"{AFTER_NEXT}\s(?P<weekday>{WEEKDAY})", _weekday_after_next, Weight.SURE),
    (rf"(?:n(?:ä|ae)chste[rnms]?|kommende[rnms]?)\s(?P<weekday>{GERMAN_SHORT_WEEKDAY})\.?", _next_weekday, Weight.SURE),
    (rf"(?:{LAST})\s(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY})", _last_weekday, Weight.PAST),
    (rf"(?P<weekday>{WEEKDAY})", _next_weekday, Weight.SURE),
    (rf"(?P<weekday>{CLEAR_SHORT_WEEKDAY})\.?", _next_weekday, Weight.SURE),
    (rf"(?P<weekday>{SHORT_WEEKDAY})\.?", _next_weekday, Weight.WEAK),
    # "so" and "do" are words as well: the German forms only before a time, or after "am", which is then part of it.
    (rf"(?P<weekday>{GERMAN_SHORT_WEEKDAY})\.?(?=,?\s(?:um\s)?\d{{1,2}}(?::\d\d(?=\s?(?:\Z|[,.;!?)#]))|(?:[:.]\d\d)?\suhr))",
     _next_weekday, Weight.WEAK),
    (r"(?:am|bis)\s(?P<weekday>mo|di|mi|do|fr|sa)\.?", _next_weekday, Weight.SURE),
    (r"eod", _ahead(0), Weight.SURE),
)  # fmt: skip
_TABLE = tuple(
    (compile_cached(f"(?:{pattern})(?:{END}|{JOINED_PART})", re.IGNORECASE), resolve, weight)
    for pattern, resolve, weight in (*_ROWS, *PERIOD_ROWS)
)


def match_days(text: str, at: int, today: Today) -> Days | None:
    """Return the day or period that begins at position `at`.

    Raises Invalid if it is ambiguous or contradictory, or if the days around it are none of Python's calendar.
    """
    for pattern, resolve, weight in _TABLE:
        match = pattern.match(text, at)
        span = resolve(match, today) if match else None
        if match is None or span is None:
            continue
        first, last, due = (span, span, span) if isinstance(span, date) else span
        if last.year == MAXYEAR or first.year == MINYEAR:
            raise Invalid(gettext("“{phrase}” lies outside every calendar.", phrase=match[0]))
        end = match.end()
        if "rest" in match.groupdict() and (inner := match_days(text, match.start("rest"), today)):
            end = inner.end
        return Days(end, first, last, due, weight)
    return None
