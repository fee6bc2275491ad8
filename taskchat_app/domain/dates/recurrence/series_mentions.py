"""Finds a recurrence in a sentence, with its time, first day, end and exceptions: "every day except sunday at 9"."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.clock_near_day import NIGHT_END
from taskchat_app.domain.dates.clock_phrases import ClockTime
from taskchat_app.domain.dates.date_phrase import DueMention, Phrase
from taskchat_app.domain.dates.date_positions import with_brackets
from taskchat_app.domain.dates.day_phrases import Days
from taskchat_app.domain.dates.local_time import local_day
from taskchat_app.domain.dates.recurrence.phrases import find_rule
from taskchat_app.domain.dates.recurrence.rrule import WEEKDAY_CODES
from taskchat_app.domain.dates.recurrence.series_bounds import (
    SPAN_WORDS,
    UNTIL_WORDS,
    WEEKLY_DAYS,
    Context,
    Series,
    ended,
    lasting,
    names_days,
    with_clock_of,
    with_end,
    with_next,
)
from taskchat_app.domain.dates.vocabulary import PARTS_OF_DAY, caseless

FindDate: TypeAlias = Callable[[str], Phrase | None]
Place: TypeAlias = tuple[int, int]
"""The start and the end of some words in a text."""

_GAP = re.compile(r"\s?,?\s")
_WORD = re.compile(r"(?<![\w'’/\-.])\w")
_LETTER = re.compile(r"\w")
# The date of an event, whose name stays in the title.
_UNTIL_EVENT = caseless(
    r"\s?,?\s(?:(?:until|till)\s(?:the|my|our|her|his|their)|bis\s(?:zur|zum|(?:zu|vor)\s(?:der|dem|mein\w{0,2}|unser\w{0,2})))"
    r"(?:\s[\w'’-]{1,40}){1,3}\s"
)
_TIMED_PARTS = ("morning", "afternoon", "evening", "morgen", "vormittag", "mittag", "nachmittag", "abend")
# At the end of a recurrence, also behind a German weekday ("Freitagabend"); "fortnight" and "Sonnabend" have none.
_PART_IN_RULE = caseless(rf"(?:\b|(?<=tag|och|end))(?P<part>{'|'.join(_TIMED_PARTS)}|(?:week)?night|nacht)s?\Z")
_FOR = ("for", "für", "fuer")
_LEADS_OF_PERIODS = ("", *_FOR, "on", "am")  # "from next week" is a first day
_BOUND_HOUR = caseless(r"\b(?:before|by|until|vor|bis)\s\d")  # "every morning before 8"


def find_series(text: str, zone: ZoneInfo, now: datetime, find_date: FindDate) -> DueMention | None:
    """Return a recurrence with its first due date: "every monday at 9am starting 1 march".

    `find_date` finds a date that is no part of the title. Each step replaces the words that it reads by blanks, so that
    the next step does not read them again.
    """
    found = find_rule(text)
    if found is None:
        return None
    part = _PART_IN_RULE.search(text[found.start : found.end])
    context = Context(text, zone, now, part["part"].lower() if part else "")
    # 1. What follows the recurrence directly: "every monday at 9 until june"
    series = _with_all_behind(Series(found.end, found.rule), context)
    place = (found.start, series.end)
    context = _without(context, place)
    # 2. An end and exceptions elsewhere: "until june gym every monday"
    date = None if series.first else find_date(context.text)
    series, end_places = _with_ends_apart(series, context, found.start, date)
    for end_place in end_places:
        context = _without(context, end_place)
    # 3. A time, a first day or a period elsewhere: "monday 3pm call Bob every week"
    date = None if series.first else find_date(context.text)  # the ends are blank now
    series, date_places = _with_date(series, context, date) if date else (series, [])
    # 4. "Every friday night at 1" is on saturdays.
    if context.part in ("night", "nacht") and series.clock and series.clock.at.hour < NIGHT_END:
        series = replace(series, rule=_a_day_later(series.rule))
    # 5. "Every sunday evening" without a time is at 18:00.
    at_part = _at_time_of_part(series, context)
    series = at_part or series
    due = series.first_due(context) if series.clock or series.first else None
    places = [with_brackets(text, *each) for each in (place, *end_places)]
    is_by_part = at_part is not None and series.first is None
    return DueMention((*places, *date_places), due, series.rule + series.limit, is_by_part=is_by_part)


def _with_all_behind(series: Series, context: Context) -> Series:
    """Return the series with each time, first day, end and exception that follows it directly."""
    while gap := _GAP.match(context.text, series.end):
        longer = with_next(series, context, gap.end())
        if longer is None:
            break
        series = longer
    return series


def _without(context: Context, place: Place) -> Context:
    """Return the context with blanks at a place of its text."""
    start, end = place
    return replace(context, text=context.text[:start] + " " * (end - start) + context.text[end:])


def _with_ends_apart(
    series: Series, context: Context, series_start: int, date: Phrase | None
) -> tuple[Series, list[Place]]:
    """Return the series with the end and the exceptions that do not follow it directly, and their places.

    `date` is the date of the sentence. The words after another recurrence belong to that one.
    """
    text, places = context.text, list[Place]()
    other = find_rule(text)
    for word in _WORD.finditer(text, 0, other.start if other else len(text)):
        begin = word.start()
        if longer := _with_end_at(begin, series, context, series_start, date):
            places.append((begin, longer.end))
            series = replace(longer, end=series.end)
    return series, places


def _with_end_at(begin: int, series: Series, context: Context, series_start: int, date: Phrase | None) -> Series | None:
    """Return the series with the end or the exception at `begin`; None without one, or if it is of the title."""
    text = context.text
    if not _LETTER.search(text[:begin]):  # the sentence begins with it: "for 6 weeks gym every monday"
        return with_end(series, context, begin)
    if span := SPAN_WORDS.match(text, begin):
        if series.limit or not _precedes(text, span.end(), series_start):
            return None  # "plan meals for 3 days"; to count it would take long
        return lasting(series, context, span, least=3)  # "plan meals for 2 weeks every sunday": the meals are for 2
    longer = with_end(series, context, begin)
    if longer is None:
        return None
    is_last = not _LETTER.search(text, longer.end)
    is_date = date is not None and date.start == begin
    return longer if is_last or is_date or _precedes(text, longer.end, series_start) else None


def _precedes(text: str, end: int, start: int) -> bool:
    """Return whether no word stands between the end of a phrase and the start of the next."""
    return end <= start and not _LETTER.search(text[end:start])


def _with_date(series: Series, context: Context, date: Phrase) -> tuple[Series, list[Place]]:
    """Return the series with the time, first day or period of a date, and its place; no place if it is of the title."""
    days, places = date.days, [(date.start, date.end)]
    timed = with_clock_of(date, series, context)
    if date.is_time_alone:
        return (series, []) if series.clock else (timed, places)
    if UNTIL_WORDS.match(context.text, date.start):
        return series, []  # an end before the first day
    if days is None or days.first == days.last:
        limited = _until_event(series, context, date)
    elif date.lead in _FOR and not _precedes(context.text, series.end, date.start):
        return series, []  # "every day plan meals for this week"
    else:
        limited = _during(timed, context, days) if date.lead in _LEADS_OF_PERIODS else None
    return limited or replace(timed, first=date.due(context.zone, context.now).local_day(context.zone)), places


def _until_event(series: Series, context: Context, date: Phrase) -> Series | None:
    """Return the series up to an event's date: "learn every day until the exam on friday"; None for other dates."""
    may_end = date.days is not None and date.clock is None and not series.limit
    is_of_event = may_end and _UNTIL_EVENT.fullmatch(context.text, series.end, date.start)
    return ended(series, context, date) if is_of_event else None


def _during(series: Series, context: Context, period: Days) -> Series | None:
    """Return the series during a period; None if it does not repeat in it.

    One date in the period is enough for "every friday this week"; "every other friday" and "every week" need two.
    """
    is_ahead = period.first > local_day(context.now, context.zone)
    inside = replace(series, first=period.first) if is_ahead else series
    least = 1 if names_days(series.rule) and "INTERVAL" not in series.rule else 2
    if inside.count(context, period.last, least) < least:
        return None
    return replace(inside, limit=series.limit or f";UNTIL={period.last:%Y%m%d}")


def _at_time_of_part(series: Series, context: Context) -> Series | None:
    """Return the series at the time of its part of the day; None if it has another, or ends before that one.

    The whole night is no time. "Every evening until 8" keeps its hour in the title.
    """
    if series.clock or context.part not in _TIMED_PARTS or _BOUND_HOUR.search(context.text):
        return None
    timed = replace(series, clock=ClockTime(series.end, PARTS_OF_DAY[context.part], vague=True))
    return timed if timed.ever_occurs(context) else None


def _a_day_later(rule: str) -> str:
    """Return the rule with each of its weekdays replaced by the next: "BYDAY=FR" by "BYDAY=SA"."""
    weekly = WEEKLY_DAYS.match(rule)
    if weekly is None:
        return rule
    following = [WEEKDAY_CODES[(WEEKDAY_CODES.index(day) + 1) % 7] for day in weekly["days"].split(",")]
    return weekly["before"] + ",".join(following) + rule[weekly.end() :]
