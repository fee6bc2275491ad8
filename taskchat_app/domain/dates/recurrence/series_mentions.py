"""Finds a recurrence in a sentence, with its time, first day, end and exceptions: "every day except sunday at 9"."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.clock_beside_day import NIGHT_END
from taskchat_app.domain.dates.date_phrase import DueMention, Phrase
from taskchat_app.domain.dates.date_positions import with_brackets
from taskchat_app.domain.dates.local_time import local_day
from taskchat_app.domain.dates.recurrence.phrases import find_rule
from taskchat_app.domain.dates.recurrence.rrule import WEEKDAY_CODES
from taskchat_app.domain.dates.recurrence.series_bounds import (
    SPAN_WORDS,
    UNTIL,
    WEEKLY_DAYS,
    Context,
    Series,
    ended,
    with_clock_of,
    with_end,
    with_next,
)

FindDate: TypeAlias = Callable[[str], Phrase | None]
Place: TypeAlias = tuple[int, int]

_NEXT_DAY: dict[str, str] = dict(zip(WEEKDAY_CODES, (*WEEKDAY_CODES[1:], WEEKDAY_CODES[0]), strict=True))
_NIGHTS = ("night", "nacht")
_TWICE = ";COUNT=2"
_FOR = ("for", "für", "fuer")
_DURING = ("", *_FOR, "on", "am")
_GAP = re.compile(r"\s?,?\s")
_WORD = re.compile(r"(?<![\w'’/\-.])\w")
_LETTER = re.compile(r"\w")
# The date of an event, whose name stays in the title.
_UNTIL_EVENT = re.compile(
    r"\s?,?\s(?:(?:until|till)\s(?:the|my|our|her|his|their)|bis\s(?:zur|zum|(?:zu|vor)\s(?:der|dem|mein\w{0,2}|unser\w{0,2})))"
    r"(?:\s[\w'’-]{1,40}){1,3}\s",
    re.IGNORECASE,
)
# Neither "fortnight" nor "Sonnabend" is a part of a day, but "Freitagabend" has one.
_PART_IN_RULE = re.compile(
    r"(?:\b|(?<=tag|och|end))(?P<part>morning|afternoon|evening|(?:week)?night|vormittag|mittag|nachmittag|abend|nacht)\Z",
    re.IGNORECASE,
)


def find_series(text: str, zone: ZoneInfo, now: datetime, find_date: FindDate) -> DueMention | None:
    """Return a recurrence with its first due date: "every monday at 9am starting 1 march".

    `find_date` finds a date that is no part of the title.
    """
    match = find_rule(text)
    if match is None:
        return None
    # 1. The recurrence, and what follows it directly: "every monday at 9 until june"
    start, end, rule = match
    part = _PART_IN_RULE.search(text[start:end])
    context = Context(text, zone, now, part["part"].lower() if part else "")
    series = Series(end, rule)
    while (gap := _GAP.match(text, series.end)) and (longer := with_next(series, context, gap.end())):
        series = longer
    place = (start, series.end)
    context = replace(context, text=_blanked(text, place))
    # 2. An end and exceptions elsewhere: "until june gym every monday"
    series, end_places = _with_ends_apart(series, context, start, find_date)
    for end_place in end_places:
        context = replace(context, text=_blanked(context.text, end_place))
    # 3. A time, a first day or a period elsewhere: "monday 3pm call Bob every week"
    phrase = None if series.first else find_date(context.text)
    series, dates = _with_date(series, context, phrase) if phrase else (series, [])
    # 4. "Every friday night at 1" is on saturdays.
    if context.part in _NIGHTS and series.clock and series.clock.at.hour < NIGHT_END:
        series = replace(series, rule=_a_day_later(series.rule))
    due = series.first_due(context) if series.clock or series.first else None
    places = [with_brackets(text, *found) for found in (place, *end_places)]
    return DueMention((*places, *dates), due, series.rule + series.limit)


def _blanked(text: str, place: Place) -> str:
    return text[: place[0]] + " " * (place[1] - place[0]) + text[place[1] :]


def _with_ends_apart(series: Series, context: Context, start: int, find_date: FindDate) -> tuple[Series, list[Place]]:
    """Return the series with the end and the exceptions that do not follow it, and their places.

    They open or close the sentence, are its date, or directly precede the recurrence, which begins at `start` and is
    blank in the text. Those after another recurrence belong to that one.
    """
    text, places = context.text, list[Place]()
    other = find_rule(text)
    phrase = None if series.first else find_date(text)
    for word in _WORD.finditer(text, 0, other.start if other else len(text)):
        begin = word.start()
        opens = not _LETTER.search(text[:begin])
        inner_span = None if opens else SPAN_WORDS.match(text, begin)
        if inner_span and not _precedes(text, inner_span.end(), start):
            continue  # of the title: "plan meals for 3 days"
        longer = with_end(series, context, begin)
        if longer is None or (inner_span and longer.limit == _TWICE):
            continue  # "plan meals for 2 weeks every sunday"
        closes = not _LETTER.search(text, longer.end)
        is_date_of_task = phrase and phrase.start == begin
        if opens or closes or is_date_of_task or _precedes(text, longer.end, start):
            places.append((begin, longer.end))
            series = replace(longer, end=series.end)
    return series, places


def _precedes(text: str, end: int, start: int) -> bool:
    """Return whether no word stands between the end of a phrase and the start of the next."""
    return end <= start and not _LETTER.search(text[end:start])


def _with_date(series: Series, context: Context, phrase: Phrase) -> tuple[Series, list[Place]]:
    """Return the series with the time, first day or period of a phrase, and its place; no place in the title."""
    is_period = phrase.days is not None and phrase.days.first < phrase.days.last
    if is_period and phrase.lead in _FOR and not _precedes(context.text, series.end, phrase.start):
        return series, []  # "every day plan meals for this week"
    timed, place = with_clock_of(phrase, series, context), (phrase.start, phrase.end)
    if phrase.is_time_alone:
        return (series, []) if series.clock else (timed, [place])
    if UNTIL.match(context.text, phrase.start):
        return series, []  # an end before the first day
    is_day = phrase.clock is None and phrase.days is not None and not is_period
    is_of_event = is_day and not series.limit and _UNTIL_EVENT.fullmatch(context.text, series.end, phrase.start)
    if is_of_event and (ending := ended(series, context, phrase)):
        return ending, [place]  # "learn every day until the exam on friday"
    return _within(timed, context, phrase), [place]


def _within(series: Series, context: Context, phrase: Phrase) -> Series:
    """Return the series during a period in which it occurs, else from the day of the phrase on.

    One date in the period is enough for a rule of certain days ("every friday this week"), others need two to repeat.
    """
    days = phrase.days
    if days and days.first < days.last and phrase.lead in _DURING:
        is_ahead = days.first > local_day(context.now, context.zone)
        inside = replace(series, first=days.first) if is_ahead else series
        has_days = ("BY" in series.rule and "INTERVAL" not in series.rule) or series.rule == "FREQ=DAILY"
        least = 1 if has_days else 2
        if inside.count(context, days.last, least) == least:
            return replace(inside, limit=series.limit or f";UNTIL={days.last:%Y%m%d}")
    return replace(series, first=phrase.due(context.zone, context.now).local_day(context.zone))


def _a_day_later(rule: str) -> str:
    """Return the rule with each of its weekdays replaced by the next."""
    return WEEKLY_DAYS.sub(
        lambda weekly: weekly["before"] + ",".join(_NEXT_DAY[day] for day in weekly["days"].split(",")), rule
    )
