"""Parses periods in English and German: "next week", "end of month", "am Wochenende"."""

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from taskchat_app.domain.dates.local_time import Today
from taskchat_app.domain.dates.vocabulary import MONTH, MONTHS, Period, Resolve, Row, Span, Weight, not_after, year_in


def _week_begin(today: Today) -> date:
    return today - timedelta(days=(today.weekday() - today.settings.week_start) % 7)


def day_of_week(today: Today, weekday: int) -> date:
    return _week_begin(today) + timedelta(days=(weekday - today.settings.week_start) % 7)


def _period(unit: str, ahead: int, today: Today) -> tuple[date, date]:
    """Return the first and last day of the week, month, quarter or year `ahead` of the current one."""
    match unit:
        case "week":
            current, length = _week_begin(today), relativedelta(weeks=1)
        case "month":
            current, length = today.replace(day=1), relativedelta(months=1)
        case "quarter":
            current, length = today.replace(day=1, month=(today.month - 1) // 3 * 3 + 1), relativedelta(months=3)
        case _:  # a year
            current, length = today.replace(month=1, day=1), relativedelta(years=1)
    first: date = current + length * ahead
    return first, first + length - timedelta(days=1)


_PERIOD_WORDS = {
    "week": "week", "wk": "week", "woche": "week", "month": "month", "monat": "month", "monats": "month",
    "quarter": "quarter", "quartal": "quarter", "quartals": "quarter", "year": "year", "jahr": "year", "jahres": "year",
}  # fmt: skip
_PERIOD = "|".join(sorted(_PERIOD_WORDS, key=len, reverse=True))
_THIS = r"this|the|diese[rnms]?|de[rnms]"
NEXT = r"(?:the\s)?(?:next|upcoming|coming)|(?:de[rnms]\s)?(?:nächste[rnms]?|naechste[rnms]?|kommende[rnms]?)"
AFTER_NEXT = r"(?:de[rnms]\s)?(?:ü|ue)bern(?:ä|ae)chste[rnms]?"
_AFTER_NEXT = re.compile(AFTER_NEXT, re.IGNORECASE)
LAST = r"last|letzte[rnms]?|vergangene[rnms]?"


def _whole(ahead: int) -> Resolve:
    """Resolve a whole period; as a deadline, "this week", "this month", … mean its last day, others their first."""

    def resolve(match: re.Match[str], today: Today) -> Span:
        first, last = _period(_PERIOD_WORDS[match["unit"].lower()], ahead, today)
        return Period(first, last, due=last if ahead == 0 else first)

    return resolve


def _edge(match: re.Match[str], today: Today) -> Span:
    """Resolve "end of next month", "Anfang der Woche", "Ende übernächster Woche"."""
    ahead = 1 if match["next"] else 0
    if match["next"] and _AFTER_NEXT.match(match["next"]):
        ahead = 2
    first, last = _period(_PERIOD_WORDS[match["unit"].lower()], ahead, today)
    return _edge_day(match["edge"].lower(), first, last)


def _month_edge(match: re.Match[str], today: Today) -> Span:
    """Resolve "mid march" (of the next March, or of this one)."""
    first = _first_day(match, MONTHS[match["month"].lower()], today)
    return None if first is None else _edge_day(match["edge"].lower(), first, _last_day(first))


def _edge_day(edge: str, first: date, last: date) -> date:
    if edge in ("end", "ende"):
        return last
    if edge in ("mid", "middle", "mitte"):
        return first + (last - first) // 2
    return first


def _month(match: re.Match[str], today: Today) -> Span:
    """Resolve "in march" to all of the next March, or of this one."""
    start = _first_day(match, MONTHS[match["month"].lower()], today)
    if start is None:
        return None
    last = _last_day(start)
    return Period(start, last, due=last)


def _first_day(match: re.Match[str], month: int, today: Today) -> date | None:
    """Return the first day of the month in the year of the match, else of the next one or this; None in the year 0."""
    year = year_in(match)
    if year is not None:
        return date(year, month, 1) if year else None
    start = date(today.year, month, 1)
    return start if _last_day(start) >= today else start + relativedelta(years=1)


def _last_day(month: date) -> date:
    return month + relativedelta(day=31)


def _end_of(unit: str) -> Resolve:
    return lambda _, today: _period(unit, 0, today)[1]


def _weekend(ahead: int) -> Resolve:
    """Resolve Saturday and Sunday, whatever the first day of the week; as a deadline Saturday, on a Sunday today."""

    def resolve(_: re.Match[str], today: Today) -> Span:
        saturday = today + timedelta(days=5 - today.weekday(), weeks=ahead)
        due = max(saturday, today) if ahead == 0 else saturday
        return Period(saturday, saturday + timedelta(days=1), due)

    return resolve


_BEFORE_EARLY = "bed leave arrive come go start finish get wake up be home too".split()
# The first row that matches counts: "wochenende dieser woche" and "this weekend" precede "wochenende" and "weekend".
PERIOD_ROWS: tuple[Row, ...] = (
    # The end of next month
    (rf"(?:the\s)?(?P<edge>end|start|beginning|middle)\sof\s(?:(?P<next>{NEXT})\s|(?:{_THIS})\s)?(?P<unit>{_PERIOD})",
     _edge, Weight.SURE),
    # Early next week, but not of "leave early next week"
    (rf"{not_after(_BEFORE_EARLY)}(?P<edge>early)\s(?P<next>{NEXT})\s(?P<unit>{_PERIOD})", _edge, Weight.SURE),
    # Anfang nächster Woche
    (rf"(?P<edge>anfang|ende|mitte)\s(?:(?P<next>{NEXT}|{AFTER_NEXT})\s|(?:{_THIS})\s)?(?P<unit>{_PERIOD})",
     _edge, Weight.SURE),
    # Mid march, Ende März 2027
    (rf"(?:the\s)?(?P<edge>end|start|beginning|middle|mid|anfang|ende"
     rf"|mitte)(?:\sof)?[\s-]+(?P<month>{MONTH})(?:\s(?P<year>\d{{4}}))?", _month_edge, Weight.SURE),
    # In march; in a title it stays: "plant tulips in march"
    (rf"(?:in|im|during|w(?:ä|ae)hrend\sdes|for)\s(?:monat\s|the\smonth\sof\s)?(?P<month>{MONTH})(?:\s(?P<year>\d{{4}}))?(?!\s\d)",
     _month, Weight.PAST),
    (r"(?:at\s)?(?:the\s)?(?:month(?:['’]s)?[\s-]end|eom)|monatsende", _end_of("month"), Weight.SURE),
    (r"(?:at\s)?(?:the\s)?(?:year(?:['’]s)?[\s-]end|eoy)|jahresende", _end_of("year"), Weight.SURE),
    (r"eow", _end_of("week"), Weight.SURE),
    (rf"(?:{NEXT})\s(?:weekend|wochenende)", _weekend(1), Weight.SURE),  # next weekend
    (rf"{AFTER_NEXT}\swochenende", _weekend(2), Weight.SURE),  # übernächstes Wochenende
    (r"(?:this|diese[sm]?)\s(?:weekend|wochenende)|wochenende\sdieser\swoche", _weekend(0), Weight.SURE),
    (r"(?:(?<=\bam\s)|(?<=\bfürs\s))wochenende", _weekend(0), Weight.SURE),
    (rf"(?:(?:{_THIS})\s)?(?:weekend|wochenende)", _weekend(0), Weight.WEAK),  # the weekend
    (r"(?:the\s)?(?P<unit>week)\safter\snext", _whole(2), Weight.OPENING),
    (rf"{AFTER_NEXT}\s(?P<unit>{_PERIOD})", _whole(2), Weight.OPENING),  # übernächste Woche
    (rf"(?:{NEXT})\s(?P<unit>{_PERIOD})", _whole(1), Weight.OPENING),  # next month
    (rf"(?:this|diese[rnms]?)\s(?P<unit>{_PERIOD})", _whole(0), Weight.OPENING),  # this year
    (rf"(?:{LAST})\s(?P<unit>{_PERIOD})", _whole(-1), Weight.PAST),  # last week
)  # fmt: skip
