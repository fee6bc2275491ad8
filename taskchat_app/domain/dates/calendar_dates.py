"""Parses dates of the calendar in English and German: "5 March", "24.12.", "25/12", "the 15th", "christmas eve".

CALENDAR_ROWS lists how they are written, each with the function that resolves a match to a day and with its weight
(vocabulary.Weight); HOLIDAY_ROWS at the end the names of holidays that are on the same date each year.
"""

import re
from collections.abc import Iterable
from datetime import date

from dateutil.relativedelta import relativedelta

from taskchat_app.domain.dates.local_time import Today
from taskchat_app.domain.dates.vocabulary import (
    DAY_CARDINAL,
    DAY_ORDINAL,
    END,
    MONTH,
    MONTHS,
    PARTS_OF_DAY,
    YEAR,
    Period,
    Resolve,
    Row,
    Span,
    Weight,
    any_of,
    caseless,
    day_of_month,
    not_after,
    year_in,
)
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import gettext


def calendar_day(year: int, month: int, day: int) -> date | None:
    """Return the date; None for a day that the month does not have."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def first_from(today: date, days: Iterable[date | None]) -> date | None:
    """Return the first of these days that is not past."""
    return next((day for day in days if day and day >= today), None)


def next_date(today: date, month: int, day: int) -> date | None:
    """Return the next such date, today included; up to eight years ahead, for 29 February around 2100."""
    return first_from(today, (calendar_day(today.year + ahead, month, day) for ahead in range(9)))


def _date(match: re.Match[str], today: date) -> Span:
    """Resolve a day and a month, in digits or words, with or without a year."""
    return _in_year_of(match, _month(match["month"]), day_of_month(match["day"]), today)


def _month(name: str) -> int:
    return int(name) if name.isdecimal() else MONTHS[name.lower()]


_YEARS_AHEAD = 20
"""How far from this year one of two digits may be."""


def _in_year_of(match: re.Match[str], month: int, day: int, today: date) -> date | None:
    """Return the date in the year of the match, else the next such date.

    None if a year of two digits is far from this one: other numbers of that form are no dates.
    """
    year = year_in(match)
    if year is None:
        return next_date(today, month, day)
    is_far = len(match["year"]) == 2 and not -1 <= year - today.year <= _YEARS_AHEAD
    return None if is_far else calendar_day(year, month, day)


def _period(match: re.Match[str], today: date) -> Span:
    """Resolve "24 dec to 2 jan" to these days; as a deadline, it means the first, or the last if the first is past."""
    month, day, year = _month(match["month"]), int(match["day"]), year_in(match)
    last_month, last_day = _month(match["last_month"]), int(match["last_day"])
    last_year = year_in(match, "last_year")
    first = None if year is None else calendar_day(year, month, day)
    if last_year is None:
        last = next_date(first or today, last_month, last_day)
    else:
        last = calendar_day(last_year, last_month, last_day)
    if year is None and last:  # the year of "24 dec" follows from that of "2 jan"
        begins_in_year_before = (month, day) > (last_month, last_day)
        first = calendar_day(last.year - 1 if begins_in_year_before else last.year, month, day)
    if not first or not last or last < first:
        return None
    return Period(first, last, due=first if first >= today else last)


def _slashed(match: re.Match[str], today: Today) -> Span:
    """Resolve "25/12", "12/25", and "3/5" in the user's order; raise Invalid for the latter while that is unknown."""
    first, second = int(match["day"]), int(match["month"])
    month_first = today.settings.month_first
    has_two_readings = first <= 12 and second <= 12 and match["day"] != match["month"]
    if has_two_readings and month_first is None:
        raise Invalid(
            gettext("“{phrase}” can be read in two ways. Write the date as 2026-05-03, or as 3 May.", phrase=match[0])
        )
    if second > 12 or (month_first and first <= 12):
        return _in_year_of(match, first, second, today)
    return _in_year_of(match, second, first, today)


def _slashed_in_own_order(match: re.Match[str], today: Today) -> Span:
    """Resolve "25/12" in the user's own order; None where that is unknown, and for a date in the other order."""
    month_first = today.settings.month_first
    if month_first is None:
        return None
    month = match["day"] if month_first else match["month"]  # the pattern's groups are named for the day first
    return _slashed(match, today) if int(month) <= 12 else None


def _day_of_month(match: re.Match[str], today: date) -> Span:
    """Resolve "the 15th" to its next date, "the 15th of next month", and "the 15th of this month", also a past one."""
    day = day_of_month(match["day"])
    which = (match.groupdict().get("which") or "").lower()
    if which.startswith(("this", "dies")):
        return calendar_day(today.year, today.month, day)
    if which in ("next month", "nächsten monats", "naechsten monats"):
        start = today.replace(day=1) + relativedelta(months=1)
        return calendar_day(start.year, start.month, day)
    months = (today.replace(day=1) + relativedelta(months=ahead) for ahead in range(3))
    return first_from(today, (calendar_day(start.year, start.month, day) for start in months))


NO_DATES = r"(?:9/11|24/7|1/2|1/3|2/3|1/4|3/4|50/50)\b"
"""Names and fractions that look like dates."""
# Numbers after these words, such as "version 3.12.", are no dates.
_NUMBERED = (
    "version release build v python java php node ios android ubuntu debian chapter section part page episode lesson"
    " exercise kapitel abschnitt absatz punkt ziffer seite artikel aufgabe übung lektion tabelle level nummer nr nr\\."
    " auf to für for figure fig fig\\. abbildung abb abb\\. raum room module modul problem install installiere update"
    " upgrade theorem satz gleichung equation frage question task step schritt"
).split()
NO_NUMBER = rf"{not_after(_NUMBERED)}(?<!§\s)"

# Parts of the patterns below
_D, _M = r"(?P<day>\d{1,2})", r"(?P<month>\d{1,2})"
_NAME = rf"(?P<month>{MONTH})"
_ORDINAL, _CARDINAL = rf"(?P<day>{DAY_ORDINAL})", rf"(?P<day>{DAY_CARDINAL})"
_TH = r"(?:st|nd|rd|th|s?te[nr]?)"  # 3rd, 3ten, 20sten
_NTH = rf"(?:{_TH}|\.)?"
_DIGITS_YEAR = r"(?P<year>\d{4}|\d\d|(?!\d))"  # 2026, 26 or none
_SHORT_YEAR = r"(?P<year>\d\d|(?!\d))"  # 26 or none
_NO_YEAR = r"(?P<year>)"
# " 2026", ", 2026" or none; ", 2000 words" is no year
_YEAR = rf"(?:(?:\s|,\s(?=20[2-9]\d))(?P<year>{YEAR}))?"
_LAST_YEAR = rf"(?:,?\s(?P<last_year>{YEAR}))?"
_TO = r"\s?(?:-|–|to|until|till|bis)\s?"  # " - ", " bis "
_WHICH = r"(?:\sof\s(?P<which>next\smonth|this\smonth|the\smonth))?"  # " of next month" or none
# "am" and "bis", but not in "1.1. bis 3.12."
_LED = r"(?:(?<=\bam\s)|(?<=\bzum\s)|(?<=\bbis\s)(?<![\d.]\sbis\s))"
# After "3.12" without a last dot: neither a noun nor a unit
_NO_COUNT = r"(?=\s?(?:\Z|[,;:!?)])|\s(?!(?:kg|g|t|km|m|cm|mm|l|ml|h|std|uhr|mal|min|gb|mb|tb)\b)(?-i:[a-zäöüß\d@#]))"
_TIME_FOLLOWS = (
    rf"(?=,?\s\(?(?:(?:um|ab|gegen|ca\.?)\s){{0,2}}(?:\d{{1,2}}(?:[:.]\d\d(?!\.?\d)|\s?uhr){END}"
    rf"|(?:in\sthe\s|am\s)?(?:{any_of(PARTS_OF_DAY)}){END}))"
)
CALENDAR_ROWS: tuple[Row, ...] = (
    # 2026-12-24
    (rf"(?P<year>\d{{4}})-{_M}-{_D}", _date, Weight.SURE),
    # 3.12. bis 10.12.
    (rf"{_D}\.{_M}\.{_DIGITS_YEAR}{_TO}"
     r"(?P<last_day>\d{1,2})\.(?P<last_month>\d{1,2})\.(?P<last_year>\d{4}|\d\d|(?!\d))", _period, Weight.SURE),
    # 24 dec to 2 jan
    (rf"{_D}{_NTH}\s{_NAME}\.?{_YEAR}{_TO}(?P<last_day>\d{{1,2}}){_NTH}\s(?P<last_month>{MONTH})\.?{_LAST_YEAR}",
     _period, Weight.SURE),
    # dec 24 to jan 2
    (rf"{_NAME}\.?\s{_D}{_NTH}{_YEAR}{_TO}(?P<last_month>{MONTH})\.?\s(?P<last_day>\d{{1,2}}){_NTH}{_LAST_YEAR}",
     _period, Weight.SURE),
    # 24. 12. 2026
    (rf"{_D}\.\s?{_M}\.\s?(?P<year>\d{{4}})", _date, Weight.SURE),
    # am 3.12., but not "Kapitel 1.1. bis 3.12."
    (rf"(?:{_LED}|{NO_NUMBER}){_D}\.{_M}\.{_SHORT_YEAR}", _date, Weight.SURE),
    # am 3.12, but not "am 3.2 Update arbeiten"
    (rf"{_LED}{_D}\.{_M}{_NO_YEAR}{_NO_COUNT}", _date, Weight.SURE),
    # 31.05
    (rf"{NO_NUMBER}{_D}\.(?P<month>0[1-9]){_NO_YEAR}{_NO_COUNT}", _date, Weight.SURE),
    # 18.11 11:20, 12.6 abends
    (rf"{NO_NUMBER}{_D}\.{_M}{_NO_YEAR}{_TIME_FOLLOWS}", _date, Weight.SURE),
    # Kapitel 3.12.
    (rf"{_D}\.{_M}\.{_SHORT_YEAR}", _date, Weight.WEAK),
    # 25/12/2026, 25/12/26
    (rf"{_D}/{_M}/(?P<year>\d{{4}}|\d\d)", _slashed, Weight.SURE),
    # 25/12, then also 12/25 after a word such as "by"
    (rf"(?!{NO_DATES}){_D}/{_M}{_NO_YEAR}", _slashed_in_own_order, Weight.SURE),
    (rf"{_D}/{_M}{_NO_YEAR}", _slashed, Weight.WEAK),
    # The first day of "12 to 15 december", "dec 12-15" and "12.-15.12."
    (rf"{_D}{_NTH}{_TO}\d{{1,2}}{_NTH}\s?{_NAME}\.?{_YEAR}", _date, Weight.SURE),
    (rf"{_NAME}\.?\s{_D}{_TH}?{_TO}\d{{1,2}}{_TH}?{_YEAR}", _date, Weight.SURE),
    (rf"{_D}\.?{_TO}\d{{1,2}}\.{_M}\.{_DIGITS_YEAR}", _date, Weight.SURE),
    # the 5th of march, 5. März 2026
    (rf"(?:the\s)?{_D}{_NTH}\s?(?:of\s)?{_NAME}\.?{_YEAR}", _date, Weight.SURE),
    # march 5, dec. 24th 2026
    (rf"{_NAME}\.?\s{_D}{_TH}?{_YEAR}", _date, Weight.SURE),
    # the 15th, the 15th of next month
    (rf"(?:the\s)?{_D}{_TH}{_WHICH}", _day_of_month, Weight.WEAK),
    # "Milch am 3. kaufen", but not "am 3. Kapitel arbeiten"
    (rf"{_LED}{_D}\.(?=\s(?-i:[a-zäöüß]{{1,30}}n)[\s.!]{{0,3}}\Z)", _day_of_month, Weight.SURE),
    # am 3. nächsten Monats
    (rf"{_D}\.(?:\s(?P<which>n(?:ä|ae)chsten\smonats|diese[sn]\smonats))?", _day_of_month, Weight.WEAK),
    # the fifth of march; fifth march, fünften März
    (rf"(?:the\s)?{_ORDINAL}\sof\s{_NAME}{_YEAR}", _date, Weight.SURE),
    (rf"{_ORDINAL}\s{_NAME}{_YEAR}", _date, Weight.WEAK),
    # june the fifth; "may" and "march" are verbs, too
    (rf"(?!may|march|mar\b){_NAME}\s{_ORDINAL}{_YEAR}", _date, Weight.SURE),
    (rf"{_NAME}\s(?:the\s)?{_ORDINAL}{_YEAR}", _date, Weight.WEAK),
    # june five, five june
    (rf"(?!may\s){_NAME}\s{_CARDINAL}{_YEAR}", _date, Weight.WEAK),
    (rf"{_CARDINAL}\s(?:of\s)?{_NAME}{_YEAR}", _date, Weight.WEAK),
    # "on the third", but neither "the third one" nor "on the first try"
    (rf"(?:(?<=on\s)|(?<=by\s)|(?<=until\s)|(?<=before\s))the\s{_ORDINAL}"
     rf"(?=\s?(?:$|[,.;!?]|\s(?:at|of|and|please|okay|ok)\b)){_WHICH}", _day_of_month, Weight.WEAK),
)  # fmt: skip

_HOLIDAYS = {
    (1, 1): r"new\syear(?:['’]?s['’]?)?\sday|neujahr(?:stag)?",
    (2, 14): r"valentine['’]?s['’]?\sday|valentinstag",
    (3, 17): r"st\.?\spatrick['’]?s['’]?\sday",
    (10, 3): r"tag\sder\sdeutschen\seinheit",
    (10, 31): r"halloween|reformationstag",
    (12, 6): r"nikolaus(?:tag)?",
    (12, 24): r"(?:christmas|xmas)\seve|heilig(?:en\s)?abend|weihnachtsabend",
    (12, 25): r"(?:christmas|xmas)(?:\sday)?(?!\seve\b)|weihnachten|(?:ersten|1\.)\sweihnachts(?:feier)?tag",
    (12, 26): r"boxing\sday|(?:zweiten|2\.)\sweihnachts(?:feier)?tag",
    (12, 31): r"new\syear(?:['’]?s['’]?)?\seve|nye|silvester",
}
HOLIDAY = "|".join(_HOLIDAYS.values())
BEGINS_WITH_HOLIDAY = caseless(rf"(?:{HOLIDAY}){END}")
"""Of a text that can only be a date: "christmas", "christmas morning"."""
# A name is a date in three places; each of these patterns has no width.
# 1. After a preposition: "party on christmas". A "book on christmas" is about it.
_PREPOSITION = "|".join(rf"(?<=\b{word}\s)" for word in "on at by before due until till am an zu bis vor".split())
_TOPICS = "article book essay paper presentation report speech talk".split()
_NO_TOPIC = "".join(rf"(?<!\b{word}\son\s)" for word in _TOPICS)
_AFTER_PREPOSITION = f"{_NO_TOPIC}(?:{_PREPOSITION})"
# 2. First in the text: "new year's eve party". Some names need "eve" or "day" there: "christmas party" is no date.
_AT_BEGIN = r"\A(?!(?:christmas|xmas|weihnachten|halloween|nikolaus)\b(?!\s(?:eve|day)\b))"
# 3. Before a time: "halloween, at 8".
_BEFORE_TIME = r"(?=,?\s(?:(?:at|um|gegen)\s\d|\d{1,2}(?::\d\d)?\s?(?:am|pm|uhr)\b))"


def _on(month: int, day: int) -> Resolve:
    return lambda _, today: next_date(today, month, day)


HOLIDAY_ROWS: tuple[Row, ...] = tuple(
    (rf"(?:(?:{_AFTER_PREPOSITION}|{_AT_BEGIN})(?:{names})|(?:{names}){_BEFORE_TIME})", _on(month, day), Weight.SURE)
    for (month, day), names in _HOLIDAYS.items()
)
