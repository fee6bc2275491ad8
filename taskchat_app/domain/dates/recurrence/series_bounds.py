"""Reads what follows a recurrence: its time, first day, end and exceptions ("at 9 until june", "except sunday").

series_mentions.py calls `with_next` repeatedly: it returns a Series with what stands at the next position, or None if
nothing more belongs to it. "every monday at 9 until june" is read as "every monday", then "at 9", then "until june".
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.calendar_dates import HOLIDAY
from taskchat_app.domain.dates.clock_near_day import in_part
from taskchat_app.domain.dates.clock_phrases import ClockTime, in_the_evening, match_clock
from taskchat_app.domain.dates.date_phrase import Phrase, find_phrase
from taskchat_app.domain.dates.day_phrases import add_units
from taskchat_app.domain.dates.local_time import Due, day_start
from taskchat_app.domain.dates.recurrence.pattern_rules import day_range, weekday_codes
from taskchat_app.domain.dates.recurrence.patterns import GERMAN_WEEKDAY_LIST, SPAN, WEEKDAY_LIST
from taskchat_app.domain.dates.recurrence.recurrence import first_occurrence, occurrences
from taskchat_app.domain.dates.recurrence.rrule import WEEKDAY_CODES
from taskchat_app.domain.dates.vocabulary import (
    ANY_WEEKDAY,
    END,
    MONTH,
    SHORT_WEEKDAY,
    UNITS,
    Weight,
    caseless,
    number,
    with_digraphs,
)

WEEKLY_DAYS = re.compile(r"(?P<before>FREQ=WEEKLY;(?:INTERVAL=\d+;)?BYDAY=)(?P<days>[A-Z,]+)")
_TIMES_MAX = 999
_LEADING_ZERO = re.compile(r"\b0\d")
# "Bis spätestens Freitag" is a deadline.
UNTIL_WORDS = caseless(
    with_digraphs(
        r"(?:until|untill|till?|through|thru|up\sto|ending(?:\son)?|bis(?:\szum?|\seinschließlich)?(?!\sspätestens)|(?P<to>to))\s"
    )
)
SPAN_WORDS = caseless(SPAN)
# A holiday or a month alone: "christmas", "next june"
_NAMED = caseless(
    rf"(?:(?P<holiday>{HOLIDAY})"
    rf"|(?:(?:next|nächsten|naechsten)\s)?(?P<month>(?:{MONTH})(?:\s\d{{4}})?)){END}(?!\s(?:or|oder|and|und)\s)"
)


@dataclass(frozen=True, slots=True)
class Context:
    """A sentence without quoted text, the user's zone and time, and the part of the day that the recurrence names."""

    text: str
    zone: ZoneInfo
    now: datetime
    part: str


@dataclass(frozen=True, slots=True)
class Series:
    """A recurrence that was read up to the position `end`; `limit` is ";UNTIL=…" or ";COUNT=…" of its rule."""

    end: int
    rule: str
    clock: ClockTime | None = None
    first: date | None = None
    limit: str = ""

    def first_due(self, context: Context) -> Due:
        at = self.clock.at if self.clock else None
        return first_occurrence(self.rule, now=context.now, zone=context.zone, at=at, from_day=self.first)

    def count(self, context: Context, last: date, most: int) -> int:
        """Return how often the series occurs up to a day, or `most`."""
        first = self.first_due(context)
        dues = islice(occurrences(self.rule, start=first, after=first.at, zone=context.zone), most)
        return sum(due.local_day(context.zone) <= last for due in dues)

    def ever_occurs(self, context: Context) -> bool:
        """Return whether its first date is before its end."""
        first = self.first_due(context)
        dues = occurrences(self.rule + self.limit, start=first, after=first.at, zone=context.zone)
        return next(dues, None) is not None


# "From june", "starting on monday", "ab dem 3."
_STARTING = caseless(r"(?:(?P<loose>from|vom|von)|starting(?:\s(?:on|from))?|beginning(?:\son)?|ab(?:\sdem)?)\s")
_EVERY_DAY = ("FREQ=DAILY", "FREQ=WEEKLY")
_ANY_DAY = rf"(?:{ANY_WEEKDAY})\.?"
# "From monday to friday" is a part of each week, "from monday to friday 4 december" is not.
_DAY_TO_DAY = caseless(
    rf"(?:(?:from|vom|von)\s)?(?P<first>{_ANY_DAY})(?:\s?[-–]\s?|\s(?:to|through|thru|bis)\s)(?P<last>{_ANY_DAY}){END}"
    rf"(?!\s(?:the\s|den\s|dem\s)?(?:(?:{MONTH})\s)?\d{{1,2}}(?:st|nd|rd|th|\.\s?(?:\d|{MONTH})|\s(?:of\s)?(?:{MONTH})))"
)
# "From 12 to 15 december": 12 is no time.
_DAYS_OF_MONTH = caseless(rf"from\s\d{{1,2}}\s(?:to|until|till)\s\d{{1,2}}\s(?:of\s)?(?:{MONTH}){END}")


def with_next(series: Series, context: Context, position: int) -> Series | None:
    """Return the series with the time, first day, end or exception at a position; None if there is none of them."""
    text = context.text
    clock = None if _DAYS_OF_MONTH.match(text, position) else match_clock(text, position)
    if clock and series.clock is None:
        return _timed(replace(series, end=clock.end), context, clock, text[position : clock.end])
    days = _DAY_TO_DAY.match(text, position)
    weekly_rule = day_range(days) if days and series.rule in _EVERY_DAY else None
    if days and weekly_rule:
        return replace(series, end=days.end(), rule=weekly_rule)
    lead = _STARTING.match(text, position)
    if lead and series.first is None:
        return _started(series, context, lead)
    return with_end(series, context, position)


# "Except on weekends", "aber nicht am Sonntag"
_EXCEPT = caseless(
    rf"(?:(?:except(?:ing)?|excluding|but(?:\snot)?|apart\sfrom|other\sthan)(?:\s(?:for|on))?\s(?:the\s)?"
    rf"(?P<days>weekends?|{WEEKDAY_LIST}|{SHORT_WEEKDAY})"
    rf"|(?:außer|ausser|(?:aber|nur)\snicht)(?:\sam)?\s(?P<tage>wochenenden?|{GERMAN_WEEKDAY_LIST})){END}"
    rf"(?!\s?(?:-|–|to|through|bis)\s?(?:{ANY_WEEKDAY}){END})"
)


def with_end(series: Series, context: Context, position: int) -> Series | None:
    """Return the series with the end or the exception at a position; None if there is neither."""
    if match := _EXCEPT.match(context.text, position):
        rule = _without_days(series.rule, match["days"] or match["tage"])
        return replace(series, end=match.end(), rule=rule) if rule else None
    if series.limit:
        return None
    if match := SPAN_WORDS.match(context.text, position):
        return lasting(series, context, match)
    lead = UNTIL_WORDS.match(context.text, position)
    if lead is None or (lead["to"] and series.first is None):
        return None
    # Of "from monday until friday" the end is sought from the start on.
    begins = day_start(series.first, context.zone) if series.first else context.now
    phrase = _date_at(replace(context, now=max(context.now, begins)), lead.end())
    return ended(series, context, phrase) if phrase and phrase.days else None


_RANGE = caseless(r"\s(?=(?:to|until|till|bis)\s)")  # " to " before the last day
# What may follow a month that is no name: "from april to june".
_MONTH_ENDS = re.compile(r"\s?(?:\Z|[,.;!?]|\s(?:at|um|to|until|till|bis|with|mit)\s)")


def _started(series: Series, context: Context, lead: re.Match[str]) -> Series | None:
    """Return the series with the first day after "starting", and the end that may be in one phrase with it."""
    phrase = _date_at(context, lead.end())
    if phrase is None:
        return None
    is_month = phrase.days is not None and phrase.days.weight is Weight.PAST
    if is_month and lead["loose"] and not _MONTH_ENDS.match(context.text, phrase.end):
        return None  # "from April Smith"
    day = phrase.days.first if phrase.days else phrase.due(context.zone, context.now).local_day(context.zone)
    started = with_clock_of(phrase, replace(series, end=phrase.end, first=day), context)
    # "From 12 to 15 december" is one phrase for a date.
    joint = _RANGE.search(context.text, lead.end(), phrase.end)
    limited = with_end(started, context, joint.end()) if joint else None
    return limited or started


def ended(series: Series, context: Context, phrase: Phrase) -> Series | None:
    """Return the series up to a day; due on this day if it is in its first week, month or year.

    "Every week until friday" is due on Fridays. None if the series does not occur until that day.
    """
    last = phrase.due(context.zone, context.now).local_day(context.zone)
    series = with_clock_of(phrase, replace(series, end=phrase.end), context)
    least = 1 if names_days(series.rule) else 2  # one date alone is no series of "every week"
    if series.count(context, last, least) == least:
        return replace(series, limit=f";UNTIL={last:%Y%m%d}")
    if names_days(series.rule) or series.first:
        return None
    return replace(series, first=last)


def names_days(rule: str) -> bool:
    """Return whether a rule says on which days it occurs: "every friday", "every day"; "every week" does not."""
    return "BY" in rule or "DAILY" in rule


def lasting(series: Series, context: Context, match: re.Match[str], *, least: int = 2) -> Series | None:
    """Return the series for the time that SPAN_WORDS match: "for 6 weeks"; None for less than `least` times."""
    unit = UNITS[(match["unit"] or match["einheit"]).lower()]
    begins = series.first_due(context).local_day(context.zone)
    ends = add_units(begins, unit, number(match["count"] or match["anzahl"]))
    times = series.count(context, ends - timedelta(days=1), _TIMES_MAX + 1) if ends else 0
    return replace(series, end=match.end(), limit=f";COUNT={times}") if least <= times <= _TIMES_MAX else None


def _without_days(rule: str, words: str) -> str | None:
    """Return a rule of weekdays without those that the words name; None if it has not all of these, or no others."""
    if rule == "FREQ=DAILY":
        rule = f"FREQ=WEEKLY;BYDAY={','.join(WEEKDAY_CODES)}"
    weekly = WEEKLY_DAYS.fullmatch(rule)
    if weekly is None:
        return None
    is_weekend = words.lower().startswith(("weekend", "wochenende"))
    left_out = ["SA", "SU"] if is_weekend else weekday_codes(words).split(",")
    days = weekly["days"].split(",")
    kept = [day for day in days if day not in left_out]
    return weekly["before"] + ",".join(kept) if kept and set(left_out) <= set(days) else None


def _date_at(context: Context, position: int) -> Phrase | None:
    """Return the date at a position; here also a month or a holiday alone: "until june" is read as "in june"."""
    if phrase := find_phrase(context.text, position, zone=context.zone, now=context.now):
        return phrase
    named = _NAMED.match(context.text, position)
    if named is None:
        return None
    with_lead = f"on {named['holiday']}" if named["holiday"] else f"in {named['month']}"
    phrase = find_phrase(with_lead, 0, zone=context.zone, now=context.now)
    return replace(phrase, end=named.end()) if phrase else None


def with_clock_of(phrase: Phrase, series: Series, context: Context) -> Series:
    """Return the series at the time of a date phrase, if it has no time yet: "until june at 9"."""
    if series.clock or not (phrase.clock or phrase.exact):
        return series
    if phrase.clock:
        return _timed(series, context, phrase.clock, context.text[phrase.start : phrase.end])
    instant = phrase.due(context.zone, context.now).at
    return replace(series, clock=ClockTime(phrase.end, instant.astimezone(context.zone).time()))


def _timed(series: Series, context: Context, clock: ClockTime, words: str) -> Series:
    """Return the series at the time that the words say; with "every evening" or "every weeknight" 8 is 20:00."""
    if not context.part:
        return replace(series, clock=in_the_evening(clock, context.text))
    if _LEADING_ZERO.search(words):  # "at 09:00" is in the morning
        return replace(series, clock=clock)
    part = {"weeknight": "evening", "night": "nacht"}.get(context.part, context.part)
    return replace(series, clock=in_part(clock, part, words))
