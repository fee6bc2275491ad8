"""Parses days in English and German, relative to today, and by dates of the calendar: "next friday", "übermorgen"."""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta

from dateutil.relativedelta import relativedelta

from taskchat_app.domain.dates.calendar_dates import CALENDAR_ROWS, HOLIDAY_ROWS, calendar_day, first_from, next_date
from taskchat_app.domain.dates.local_time import Today, out_of_range
from taskchat_app.domain.dates.period_phrases import AFTER_NEXT, LAST, NEXT, PERIOD_ROWS, day_of_week
from taskchat_app.domain.dates.vocabulary import (
    ALL_WEEKDAYS,
    ANY_WEEKDAY,
    CLEAR_SHORT_WEEKDAY,
    END,
    GERMAN_SHORT_WEEKDAY,
    JOINED_PART,
    MONTH,
    MONTHS,
    NUMBER,
    ORDINAL,
    SHORT_WEEKDAY,
    UNITS,
    WEEKDAY,
    YEAR,
    Resolve,
    Row,
    Span,
    Weight,
    any_of,
    caseless,
    not_after,
    number,
    ordinal,
    year_in,
)
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import gettext


@dataclass(frozen=True, slots=True)
class Days:
    """A day in a text, or a period if `last` is later than `first`; `due` is the day it means as a deadline."""

    end: int
    first: date
    last: date
    due: date
    weight: Weight


def match_days(text: str, position: int, today: Today) -> Days | None:
    """Return the day or period that begins at a position.

    Raises Invalid if it is ambiguous or contradictory, or if it is at an end of Python's calendar.
    """
    for pattern, resolve, weight in _TABLE:
        match = pattern.match(text, position)
        span = resolve(match, today) if match else None
        if match is None or span is None:
            continue
        first, last, due = (span, span, span) if isinstance(span, date) else span
        if last.year == MAXYEAR or first.year == MINYEAR:
            raise out_of_range()
        # A match of `rest` may go on behind the day with which it begins.
        day_in_rest = _day_in_rest(match, today) if "rest" in match.groupdict() else None
        end = day_in_rest.end if day_in_rest else match.end()
        return Days(end, first, last, due, weight)
    return None


def add_units(day: date, unit: str, count: int) -> date | None:
    """Return the day `count` units ("days", "weeks", "months" …) later; None outside the calendar."""
    if unit == "fortnights":
        unit, count = "weeks", 2 * count
    elif unit == "quarters":
        unit, count = "months", 3 * count
    try:
        return day + relativedelta(**{unit: count})  # pyright: ignore[reportArgumentType]  # the unit names the argument
    except (OverflowError, ValueError):
        return None


def is_before(text: str) -> bool:
    """Return whether the text is a time before another day: "two weeks before", "3 Tage vorher"."""
    return _BEFORE.fullmatch(text.strip()) is not None


def day_before(text: str, day: date) -> date | None:
    """Return the day that is as long before `day` as such a text says; None for other texts."""
    match = _BEFORE.fullmatch(text.strip())
    return _moved(day, match, -1) if match else None


def _moved(day: date, match: re.Match[str], sign: int = 1) -> date | None:
    """Return the day that is later than `day`, or with -1 earlier, by the count and the unit of a match."""
    return add_units(day, UNITS[match["unit"].lower()], sign * number(match["count"]))


def _days_ahead(days: int) -> Resolve:
    return lambda _, today: today + timedelta(days=days)


def _units_ahead(sign: int) -> Resolve:
    """Resolve "in two weeks", or with -1 "two weeks ago"."""
    return lambda match, today: _moved(today, match, sign)


def _after_day(match: re.Match[str], today: Today) -> Span:
    """Resolve "two weeks from tomorrow", "a week from friday" and "a week on friday"."""
    days = _day_in_rest(match, today)
    return _moved(days.first, match) if days else None


def _day_in_rest(match: re.Match[str], today: Today) -> Days | None:
    """Return the day with which the group `rest` begins; it may have matched more than that."""
    return match_days(match.string, match.start("rest"), today)


def _after_near_day(match: re.Match[str], today: date) -> Span:
    """Resolve "morgen in einer Woche"."""
    return _moved(today + timedelta(days=_NEAR_DAYS[match["day"].lower()]), match)


def _weekday(match: re.Match[str]) -> int:
    return ALL_WEEKDAYS[match["weekday"].lower()]


def _weekday_of_week(weeks: int) -> Resolve:
    """Resolve a weekday to that of the week that is so many weeks after this one."""
    return lambda match, today: day_of_week(today, _weekday(match)) + timedelta(weeks=weeks)


def _weekday_in_weeks(match: re.Match[str], today: Today) -> Span:
    return _weekday_of_week(number(match["count"]))(match, today)


def _weekday_after(days: int) -> Resolve:
    """Resolve a weekday to its first date that is `days` days from today or later."""
    return lambda match, today: _weekday_from(today + timedelta(days=days), _weekday(match))


def _weekday_from(start: date, weekday: int) -> date:
    return start + timedelta(days=(weekday - start.weekday()) % 7)


def _next_weekday(match: re.Match[str], today: Today) -> Span:
    """Resolve "next friday" to the earlier of its readings; on a Thursday, when that is tomorrow, to the later one.

    On a Sunday "next monday" is tomorrow, which is in the next week, unless weeks begin on Sunday. On a Thursday
    "coming friday" is tomorrow.
    """
    weekday, tomorrow = _weekday(match), today + timedelta(days=1)
    is_in_this_week = tomorrow.weekday() != today.settings.week_start
    is_later = weekday == tomorrow.weekday() and is_in_this_week and not _COMING.match(match[0])
    return _weekday_from(tomorrow + timedelta(days=1) if is_later else tomorrow, weekday)


def _weekday_and_date(match: re.Match[str], today: Today) -> Span:
    """Resolve "Friday 6 March"; raise Invalid if the date is not that weekday."""
    days = _day_in_rest(match, today)
    if days is None or days.weight is Weight.PAST:
        return None
    if days.first.weekday() == _weekday(match):
        return days.first
    if _DAY_ALONE.match(match["rest"]):
        return None  # the row of _weekday_and_day finds its month
    named = _weekday_from(days.first, _weekday(match))
    raise Invalid(gettext("{day} is not a {weekday:EEEE}. Name one of the two.", day=str(days.first), weekday=named))


def _weekday_and_dotted(match: re.Match[str], today: Today) -> Span:
    """Resolve "Sonntag 22.10" and "Mi, 23.8" to the next such day of the calendar, if it is that weekday."""
    day = next_date(today, int(match["month"]), int(match["day"]))
    return day if day and day.weekday() == _weekday(match) else None


def _weekday_and_day(match: re.Match[str], today: Today) -> Span:
    """Resolve "Friday the 13th" to the next 13th that is a Friday."""
    starts = (today.replace(day=1) + relativedelta(months=ahead) for ahead in range(14))
    days = (calendar_day(start.year, start.month, int(match["day"])) for start in starts)
    return first_from(today, (day for day in days if day and day.weekday() == _weekday(match)))


def _nth_weekday(match: re.Match[str], today: Today) -> Span:
    """Resolve "the first monday in december" and "ersten Montag nächsten Monats"; None if the month has no such day."""
    place, weekday = ordinal(match["place"]), _weekday(match)
    if not match["month"]:
        return _nth_of_month(today.replace(day=1) + relativedelta(months=1), weekday, place)
    month = MONTHS[match["month"].lower()]
    if year := year_in(match):
        return _nth_of_month(date(year, month, 1), weekday, place)
    starts = (date(today.year, month, 1), date(today.year + 1, month, 1))
    return first_from(today, (_nth_of_month(start, weekday, place) for start in starts))


def _nth_of_month(start: date, weekday: int, place: int) -> date | None:
    """Return the weekday at this place, the last for -1, of the month that starts on a day; None if it has fewer."""
    if place > 0:
        day = add_units(_weekday_from(start, weekday), "weeks", place - 1)
    else:
        last = start + relativedelta(day=31)
        day = last - timedelta(days=(last.weekday() - weekday) % 7)
    return day if day and day.month == start.month else None


_NEAR_DAYS = {"heute": 0, "heut": 0, "morgen": 1, "übermorgen": 2, "uebermorgen": 2}
_COMING = caseless(r"coming|kommend")
_DAY_ALONE = caseless(rf"\d{{1,2}}(?:st|nd|rd|th|\.)(?!\s?(?:of\s)?(?:{MONTH}|\d))")
_DAY_UNIT = any_of({word: unit for word, unit in UNITS.items() if unit not in ("hours", "minutes")})
_SPAN = rf"(?P<count>{NUMBER})\s(?P<unit>{_DAY_UNIT})"  # two weeks
_BEFORE = caseless(rf"{_SPAN}\s(?:before|earlier|vorher|davor)")
# "tom" is also a name: only in lower case, and not after words that are followed by a person.
_BEFORE_A_NAME = (
    "call phone ring text email mail message ping ask tell meet meeting see visit invite thank pay help remind show "
    "give send bring buy with for from to about and or of uncle dear hi hello hey mr st the a an is for mit an für von "
    "onkel und bei zu"
).split()
_TITLES = "herr herrn mr mrs ms".split()  # of "Herr Montag"
_TOMORROW = f"{not_after(_BEFORE_A_NAME)}(?-i:tomo?)"
_WEEK_AFTER_NEXT = rf"(?:(?:the\s)?week\safter\snext|{AFTER_NEXT}\swoche)"  # week after next, übernächste Woche
# Before the dates of the calendar, which read "2." as a day.
_NTH_ROWS: tuple[Row, ...] = (
    # The first monday in december, ersten Montag nächsten Monats
    (rf"(?:the\s|de[nm]\s)?(?P<place>{ORDINAL}|[1-5]\.)\s(?P<weekday>{WEEKDAY})\s(?:(?:of|in|im)\s(?:(?P<month>{MONTH})"
     rf"(?:,?\s(?P<year>{YEAR}))?|(?:the\s)?next\smonth|n(?:ä|ae)chsten\smonat)|(?:des\s)?n(?:ä|ae)chsten\smonats)",
     _nth_weekday, Weight.SURE),
)  # fmt: skip
_THIS_OR_NEXT = rf"(?:(?:this|diese[nrms]?|{NEXT})\s)?"  # "this ", "next " or none
_ROWS: tuple[Row, ...] = (
    # Sonntag, 22.10
    (rf"{_THIS_OR_NEXT}(?P<weekday>{ANY_WEEKDAY})\.?,?\s(?:the\s|de[nm]\s)?"
     rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})(?:\.(?!\d))?", _weekday_and_dotted, Weight.SURE),
    # Morgen in einer Woche
    (rf"(?P<day>{any_of(_NEAR_DAYS)})\sin\s(?P<count>{NUMBER})\s(?P<unit>tagen|wochen?)", _after_near_day,
     Weight.OPENING),
    (r"today|tonight|(?:noch\s)?heute?|this(?=\s(?:morning|afternoon|evening))", _days_ahead(0), Weight.OPENING),
    (r"(?:the\s)?day\safter\stomorrow|übermorgen|uebermorgen", _days_ahead(2), Weight.OPENING),
    (r"tomorrow|tommorrow|tommorow|tomorow|tmrw|(?-i:tmr|tmw)|2mor?row?|morgen", _days_ahead(1), Weight.OPENING),
    (_TOMORROW, _days_ahead(1), Weight.SURE),
    (r"(?:the\s)?day\sbefore\syesterday|vorgestern", _days_ahead(-2), Weight.PAST),
    (r"yesterday|gestern", _days_ahead(-1), Weight.PAST),
    (rf"(?:(?:with)?in|innerhalb\svon|binnen)\s{_SPAN}", _units_ahead(1), Weight.OPENING),  # in two weeks
    (rf"{_SPAN}\sfrom\s(?:now|today)", _units_ahead(1), Weight.OPENING),  # 3 days from now
    (rf"{_SPAN}\sfrom\s(?P<rest>(?:tomorrow|{WEEKDAY})\b)", _after_day, Weight.OPENING),  # 2 weeks from friday
    (rf"(?P<count>a)\s(?P<unit>week|fortnight)\son\s(?P<rest>(?:{WEEKDAY})\b)", _after_day, Weight.SURE),
    (rf"{_SPAN}\sago", _units_ahead(-1), Weight.PAST),  # 2 days ago
    (rf"vor\s{_SPAN}", _units_ahead(-1), Weight.PAST),  # vor 2 Tagen
    # Friday 6 March, monday march 5
    (rf"{_THIS_OR_NEXT}(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY})(?:\.?,?\s(?:the\s|den\s|dem\s)?)"
     rf"(?P<rest>\d.*|(?:{MONTH})\.?\s\d.*)", _weekday_and_date, Weight.SURE),
    # Mi, 23. 8.
    (rf"(?P<weekday>{GERMAN_SHORT_WEEKDAY})\.?,?\s(?P<rest>\d{{1,2}}\.\s?(?:\d{{1,2}}\.|{MONTH}).*)", _weekday_and_date,
     Weight.SURE),
    # Friday the 13th
    (rf"(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY})\.?,?\s(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)", _weekday_and_day,
     Weight.WEAK),
    # Monday in two weeks
    (rf"(?P<weekday>{WEEKDAY})\sin\s(?P<count>{NUMBER})\s(?:weeks?|wochen?)", _weekday_in_weeks, Weight.SURE),
    # Monday of next week, then of the week after next
    (rf"(?P<weekday>{WEEKDAY})\s(?:of\s|in\s)?(?:{NEXT})\s(?:week|woche)", _weekday_of_week(1), Weight.OPENING),
    (rf"(?P<weekday>{WEEKDAY})\s(?:of\s|in\s)?{_WEEK_AFTER_NEXT}", _weekday_of_week(2), Weight.OPENING),
    # Next week on monday
    (rf"(?:{NEXT})\s(?:week|woche)\s(?:on\s|am\s)?(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY})", _weekday_of_week(1),
     Weight.OPENING),
    (rf"{_WEEK_AFTER_NEXT}\s(?:on\s|am\s)?(?P<weekday>{WEEKDAY})", _weekday_of_week(2), Weight.OPENING),
    (rf"(?P<weekday>{WEEKDAY})\s(?:of\s)?(?:this|diese[rn]?)\s(?:week|woche)", _weekday_of_week(0), Weight.SURE),
    # This friday, this wed
    (rf"(?:this|diese[nrms]?)\s(?P<weekday>{WEEKDAY}|{CLEAR_SHORT_WEEKDAY}|wed|sat)", _weekday_after(0), Weight.SURE),
    (rf"this\s(?P<weekday>{SHORT_WEEKDAY})", _weekday_after(0), Weight.WEAK),  # this sun
    (rf"(?:{NEXT})\s(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY})", _next_weekday, Weight.SURE),  # next friday
    (rf"{AFTER_NEXT}\s(?P<weekday>{WEEKDAY})", _weekday_after(8), Weight.SURE),  # übernächsten Freitag
    # Nächsten Fr.
    (rf"(?:n(?:ä|ae)chste[rnms]?|kommende[rnms]?)\s(?P<weekday>{GERMAN_SHORT_WEEKDAY})\.?", _next_weekday, Weight.SURE),
    (rf"(?:{LAST})\s(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY})", _weekday_after(-7), Weight.PAST),  # last friday
    # Friday week: the one after
    (rf"(?P<weekday>{WEEKDAY})\sweek(?=\s?(?:\Z|[,.;!?)]))", _weekday_after(8), Weight.SURE),
    (rf"{not_after(_TITLES)}(?P<weekday>{WEEKDAY})", _weekday_after(1), Weight.SURE),  # friday
    (rf"(?P<weekday>{CLEAR_SHORT_WEEKDAY})\.?", _weekday_after(1), Weight.SURE),  # fri.
    (rf"(?P<weekday>{SHORT_WEEKDAY})\.?", _weekday_after(1), Weight.WEAK),  # sun
    # "so" and "do" are words as well: the German forms only before a time, or after "am", which is then part of it.
    (rf"(?!(?-i:so)\sum)(?P<weekday>{GERMAN_SHORT_WEEKDAY})\.?"
     rf"(?=,?\s(?:um\s)?\d{{1,2}}(?::\d\d(?=\s?(?:\Z|[,.;!?)#]))|(?:[:.]\d\d)?\suhr))",
     _weekday_after(1), Weight.WEAK),
    # Nachhilfe Do 17:30 bei Anna: with a capital letter also before a time that goes on
    (rf"(?<=\S\s)(?P<weekday>(?-i:Mo|Di|Mi|Do|Fr|Sa|So))\.?(?=,?\s(?:um\s)?\d{{1,2}}[:.]\d\d{END})", _weekday_after(1),
     Weight.WEAK),
    (r"(?:am|bis)\s(?P<weekday>mo|di|mi|do|fr|sa)\.?", _weekday_after(1), Weight.SURE),
    (r"eod", _days_ahead(0), Weight.SURE),
)  # fmt: skip
# Rows are tried in this order, and the first that resolves counts. So a phrase stands above those that it begins with:
# "monday in two weeks" above "monday".
_TABLE = tuple(
    (caseless(f"(?:{pattern})(?:{END}|{JOINED_PART})"), resolve, weight)
    for pattern, resolve, weight in (*HOLIDAY_ROWS, *_NTH_ROWS, *CALENDAR_ROWS, *_ROWS, *PERIOD_ROWS)
)
