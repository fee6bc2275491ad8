"""Finds a recurrence in a sentence, with its time, first day, end and exceptions: "every day except sunday at 9"."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.clock_beside_day import NIGHT_END
from taskchat_app.domain.dates.date_phrase import Phrase
from taskchat_app.domain.dates.date_positions import with_brackets
from taskchat_app.domain.dates.local_time import Due, local_day
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

Meant: TypeAlias = Callable[[str], Phrase | None]
Place: TypeAlias = tuple[int, int]


def find_series(
    text: str, zone: ZoneInfo, now: datetime, meant: Meant
) -> tuple[tuple[Place, ...], Due | None, str] | None:
    """Return the places, first due date and rule of a recurrence: "every monday at 9am starting 1 march".

    `meant` returns the date that is no part of a title. The due date is None without a time and a first day.
    """
    match = find_rule(text)
    if match is None:
        return None
    start, end, rule = match
    part = _PART_IN_RULE.search(text[start:end])
    context = Context(text, zone, now, part["part"].lower() if part else "")
    series = Series(end, rule)
    while (gap := _GAP.match(text, series.end)) and (longer := with_next(series, context, gap.end())):
        series = longer
    place = (start, series.end)
    context = replace(context, text=_without(text, place))
    series, ends = _with_ends_apart(series, context, start, meant)
    for end_place in ends:
        context = replace(context, text=_without(context.text, end_place))
    phrase = None if series.first else meant(context.text)
    series, dates = _with_date(series, context, phrase, place[1]) if phrase else (series, [])
    if context.part in _NIGHTS and series.clock and series.clock.at.hour < NIGHT_END:
        series = replace(series, rule=_a_day_later(series.rule))
    due = series.first_due(context) if series.clock or series.first else None
    places = (*(with_brackets(text, *alone) for alone in (place, *ends)), *dates)
    return places, due, series.rule + series.limit


def _without(text: str, place: Place) -> str:
    return text[: place[0]] + " " * (place[1] - place[0]) + text[place[1] :]


def _with_ends_apart(series: Series, context: Context, start: int, meant: Meant) -> tuple[Series, list[Place]]:
    """Return the series with the end and the exceptions in the rest of the sentence: "until june gym every monday".

    They open or close it or precede the recurrence, which begins at `start` and is blank in the text. What follows
    another recurrence is the end of that one.
    """
    text, places = context.text, list[Place]()
    other = find_rule(text)
    phrase = None if series.first else meant(text)
    for word in _WORD.finditer(text, 0, other[0] if other else len(text)):
        opens = not _LETTER.search(text[: word.start()])
        lasting = SPAN_WORDS.match(text, word.start())
        if lasting and not (opens or _precedes(text, lasting.end(), start)):
            continue  # "plan meals for 3 days" is a title
        longer = with_end(series, context, word.start())
        # "Plan meals for 2 weeks every sunday" goes on.
        if longer is None or (lasting and not opens and longer.limit == _TWICE):
            continue
        closes, is_meant = not _LETTER.search(text, longer.end), phrase and phrase.start == word.start()
        if opens or closes or is_meant or _precedes(text, longer.end, start):
            places.append((word.start(), longer.end))
            series = replace(longer, end=series.end)
    return series, places


def _precedes(text: str, end: int, start: int) -> bool:
    return end <= start and not _LETTER.search(text[end:start])


def _with_date(series: Series, context: Context, phrase: Phrase, behind: int) -> tuple[Series, list[Place]]:
    """Return the series with the time, first day or period that stands elsewhere: "monday 3pm call Bob every week".

    The recurrence ends at `behind`; only there is "for this week" a period, which is else part of the title, and "on
    friday" the end of "until the exam on friday".
    """
    is_period = phrase.days is not None and phrase.days.first < phrase.days.last
    if is_period and phrase.lead in _FOR and not _precedes(context.text, behind, phrase.start):
        return series, []
    timed = with_clock_of(phrase, series, context)
    if phrase.days is None and phrase.exact is None:
        return timed, [] if series.clock else [(phrase.start, phrase.end)]
    if UNTIL.match(context.text, phrase.start):
        return series, []  # an end before the first day
    is_day = phrase.clock is None and phrase.days is not None and not is_period
    is_of_event = is_day and not series.limit and _UNTIL_EVENT.fullmatch(context.text, behind, phrase.start)
    if is_of_event and (ending := ended(series, context, phrase)):
        return ending, [(phrase.start, phrase.end)]
    return _within(timed, context, phrase), [(phrase.start, phrase.end)]


def _within(series: Series, context: Context, phrase: Phrase) -> Series:
    """Return the series during a period ("this week"), or from a day on."""
    days = phrase.days
    if days and days.first < days.last and phrase.lead in _DURING:
        is_ahead = days.first > local_day(context.now, context.zone)
        inside = replace(series, first=days.first) if is_ahead else series
        is_once = ("BY" in series.rule and "INTERVAL" not in series.rule) or series.rule == "FREQ=DAILY"
        if inside.count(context, days.last, 2) >= (1 if is_once else 2):
            return replace(inside, limit=series.limit or f";UNTIL={days.last:%Y%m%d}")
    return replace(series, first=phrase.due(context.zone, context.now).local_day(context.zone))


def _a_day_later(rule: str) -> str:
    """Return the rule of the mornings after the nights: "every friday night at 1" is on saturdays."""
    return WEEKLY_DAYS.sub(
        lambda weekly: weekly["before"] + ",".join(_NEXT_DAY[day] for day in weekly["days"].split(",")), rule
    )


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
