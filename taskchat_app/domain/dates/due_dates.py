"""Parses due dates from ISO dates and phrases, with the other dates that "next friday", "at 3" or "3/5" can mean."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.calendar_dates import BEGINS_WITH_HOLIDAY
from taskchat_app.domain.dates.clock_phrases import match_part
from taskchat_app.domain.dates.date_phrase import ISO_INSTANT, WAKING_HOUR, Phrase, iso_instant, match_phrase
from taskchat_app.domain.dates.day_phrases import Days, match_days
from taskchat_app.domain.dates.local_time import (
    FIRST_YEAR,
    LAST_YEAR,
    Due,
    DueReading,
    OtherReading,
    check_year,
    day_end,
    day_start,
    in_both_orders,
    local_due,
    out_of_range,
    settings_in,
    today_in,
)
from taskchat_app.domain.dates.period_phrases import day_of_week
from taskchat_app.domain.dates.vocabulary import ANY_WEEKDAY, Weight, caseless, with_digraphs
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import gettext

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SLASHED = re.compile(r"(?<![\w/.,-])\d{1,2}/\d{1,2}(?:/\d{2}(?:\d\d)?)?(?![\w/])")  # "3/5", "3/5/27"
WORDS_MAX_CHARACTERS = 100
OTHERS_MAX = 3
THIS_WEEK, WEEK_AFTER = "this_week", "week_after"
TODAY, TOMORROW = "today", "tomorrow"
MONTH_FIRST, DAY_FIRST = "month_first", "day_first"
SATURDAY = 5
"""As date.weekday() counts."""
_NEXT = r"(?:next|n(?:ä|ae)chste[rnms]?)\s"
_NEXT_WEEKDAY = caseless(rf"\b{_NEXT}(?:{ANY_WEEKDAY})\b(?!\s(?:week|woche|in)\b)")
_NEXT_WEEKEND = caseless(rf"\b{_NEXT}(?:weekend|wochenende)\b")
_MORNING = caseless(with_digraphs(r"\b(?:morning|morgen|vormittag|früh)\b"))
_NAMED_WEEKDAY = caseless(rf"\b(?:{ANY_WEEKDAY})\b")
# "7:30" is as it is written, "at 7:30" is not, nor is "4:45".
_WRITTEN_TIME = caseless(r"(?<!\bat\s)(?<!@)(?<!@\s)\b(?![1-5][:.])\d{1,2}[:.]\d\d")


_PHRASE_MAX_CHARACTERS = 100
# Of an existing task; in a title, "the evening" is no date.
_PART_OF_DAY = caseless(
    r"(?P<article>(?:the|den|der|dem)\s|)(?:(?:in\sthe\s)?(?:morning|afternoon|evening)"
    r"|(?:am\s)?(?:vormittag|nachmittag|abend))"
)
_EXAMPLES = gettext("Write it in words such as “tomorrow” or “next friday 9am”, or as 2026-11-21.")


def parse_due(text: str, *, zone: ZoneInfo, now: datetime, current: Due | None = None) -> Due:
    """Parse an ISO date, an ISO date-time (local if it has no offset) or a phrase.

    A date without a time is that whole local day. With `current`, the date so far, a phrase of a day alone keeps its
    time, and a time alone its day. Only the date of a phrase has a reading. Raises Invalid, with examples, for
    other text.
    """
    due = _exact(text, zone) or read_due(text, _phrase(text, zone, now), zone=zone, now=now, current=current)
    return replace(due, at=_in_range(due.at, zone))


def said_due(text: str, *, zone: ZoneInfo, now: datetime) -> str | None:
    """Return a date for an existing task as text that parse_due accepts; None for text that it refuses.

    A day or a time alone stays in words, since the task's own time or day belongs to it; others are local ISO text.
    """
    try:
        due = parse_due(text, zone=zone, now=now)
    except Invalid:
        return None
    if _exact(text, zone) is None:
        phrase = _phrase(text, zone, now)
        if phrase.exact is None and (phrase.days is None or phrase.clock is None):
            return " ".join(text.split())
    return local_due(due, zone)


def parse_bound(text: str, *, zone: ZoneInfo, now: datetime, end: bool) -> datetime:
    """Parse an inclusive bound of a filter: a day or period gives its first instant, or its last second with `end`."""
    if day := _bare_day(text):
        return _in_range(day_end(day, zone) if end else day_start(day, zone), zone)
    if exact := _exact(text, zone):
        return _in_range(exact.at, zone)
    phrase = as_preferred(text, _phrase(text, zone, now), zone=zone, now=now)
    return _in_range(phrase.bound(zone, now, end=end), zone)


def _bare_day(text: str) -> date | None:
    text = text.strip()
    if not ISO_DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(gettext("There is no day {day}. {examples}", day=text, examples=_EXAMPLES)) from error
    check_year(day)
    return day


def _exact(text: str, zone: ZoneInfo) -> Due | None:
    """Return the due date of an ISO 8601 date or date-time, None for other text."""
    if day := _bare_day(text):
        return Due.of_day(day, zone)
    match = ISO_INSTANT.fullmatch(text.strip())
    return Due.of_instant(iso_instant(match, zone).replace(microsecond=0), zone) if match else None


def _phrase(text: str, zone: ZoneInfo, now: datetime) -> Phrase:
    words = " ".join(text.split()).rstrip(" .!?,;")
    if not words:
        raise Invalid(gettext("The date is empty. {examples}", examples=_EXAMPLES))
    if len(words) > _PHRASE_MAX_CHARACTERS or not words.isprintable():
        raise Invalid(gettext("That is not a date. {examples}", examples=_EXAMPLES))
    # Try with and without a final dot: it belongs to "am 3.", but may also end a sentence.
    candidates = (words, f"{words}.") if text.rstrip().endswith(".") else (words,)
    if BEGINS_WITH_HOLIDAY.match(words):
        candidates = (*candidates, f"on {words}")
    for candidate in candidates:
        phrase = match_phrase(candidate, 0, zone=zone, now=now)
        if phrase is not None and phrase.end == len(candidate):
            return phrase
    if part := _PART_OF_DAY.fullmatch(words):
        return Phrase(0, len(words), clock=match_part(words, part.end("article")))
    raise Invalid(
        gettext("“{phrase}” is not a date that taskchat understands. {examples}", phrase=words, examples=_EXAMPLES)
    )


def _in_range(moment: datetime, zone: ZoneInfo) -> datetime:
    if not FIRST_YEAR <= moment.astimezone(zone).year <= LAST_YEAR:
        raise out_of_range()
    return moment.astimezone(UTC)


class Reading(NamedTuple):
    """A date that words can mean, and the name of that meaning."""

    due: Due
    meaning: str


def read_due(words: str, phrase: Phrase, *, zone: ZoneInfo, now: datetime, current: Due | None = None) -> Due:
    """Return the due date of the phrase, read from these words; `current` is the date that it moves (Phrase.due).

    Of several dates it is the one that the user of the zone prefers; its reading has the others that are to come. An
    ISO date has no reading. `meaning` names each date in parts: "this_week" or "week_after" of "next friday", "03h"
    or "15h" of "at 3", "today" or "tomorrow" of "in the morning", "month_first" or "day_first" of "3/5" where the zone
    has no order.
    """
    if ISO_DAY.search(words):
        return phrase.due(zone, now, current)
    by_date: dict[Due, Reading] = {}
    for reading in _readings(words, phrase, zone, now, current):
        by_date.setdefault(reading.due, reading)
    likeliest, *further = by_date.values()
    to_come = [reading for reading in further if reading.due.at > now]
    chosen = max([likeliest, *to_come], key=lambda reading: _count_preferred(reading.meaning, zone))
    if likeliest.due.at > now:
        to_come = [likeliest, *to_come]
    others = [other for other in to_come if other != chosen and FIRST_YEAR <= other.due.at.year <= LAST_YEAR]
    return with_reading(chosen.due, words, chosen.meaning, others, zone=zone, now=now)


def _count_preferred(meaning: str, zone: ZoneInfo) -> int:
    """Return how many parts of the meaning the user of the zone prefers."""
    return len(settings_in(zone).meanings & {*meaning.split()})


def as_preferred(words: str, phrase: Phrase, *, zone: ZoneInfo, now: datetime) -> Phrase:
    """Return the phrase with the day that the user of the zone prefers of those that it can mean."""
    phrases = _by_meaning(words, phrase, zone, now, current=None)
    return phrases[max(phrases, key=lambda meaning: _count_preferred(meaning, zone))]


def with_reading(
    due: Due, words: str, meaning: str, others: Sequence[Reading], *, zone: ZoneInfo, now: datetime
) -> Due:
    """Return the date as read from the words, with the other dates and their meanings."""
    reading: DueReading = {
        "words": " ".join(words.split()).strip(" ,;:")[:WORDS_MAX_CHARACTERS],
        "zone": zone.key,
        "read_at": _utc_text(now),
        "meaning": meaning if others else "",
        "others": [other_reading(*other) for other in others[:OTHERS_MAX]],
    }
    return replace(due, reading=reading)


def other_reading(due: Due, meaning: str) -> OtherReading:
    text = due.day.isoformat() if due.day else _utc_text(due.at)
    return {"due_at": text, "all_day": due.day is not None, "meaning": meaning}


def due_of(other: OtherReading, zone: ZoneInfo) -> Due:
    """Return the date of another reading for a user who lives in the zone."""
    moment = datetime.fromisoformat(other["due_at"])
    return Due.of_day(moment.date(), zone) if other["all_day"] else Due(moment)


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _readings(words: str, phrase: Phrase, zone: ZoneInfo, now: datetime, current: Due | None) -> list[Reading]:
    """Return the dates that the phrase can mean, the likeliest first, some perhaps twice.

    Of "next friday at 3" these are both Fridays at 15:00, then both at 3:00.
    """
    likelier: list[Reading] = []
    others: list[Reading] = []
    for meaning, phrase_of_day in _by_meaning(words, phrase, zone, now, current).items():
        half, *other_half = _halves(words, meaning, phrase_of_day, zone, now, current)
        likelier.append(half)
        others += other_half
    return likelier + others


def _by_meaning(words: str, phrase: Phrase, zone: ZoneInfo, now: datetime, current: Due | None) -> dict[str, Phrase]:
    """Return the phrase with each day that it can mean, by the names of these meanings; the likeliest first."""
    found: dict[str, Phrase] = {}
    if phrase.is_time_alone:
        found = _of_morning(words, phrase, zone, now)
    elif phrase.days:
        found = _of_both_orders(words, phrase, zone, now) or _of_next(words, phrase, phrase.days, zone, now, current)
    return found or {"": phrase}


def _of_morning(words: str, phrase: Phrase, zone: ZoneInfo, now: datetime) -> dict[str, Phrase]:
    """Return today and tomorrow for "in the morning" while it is still to come today; else nothing."""
    is_part_of_day = phrase.clock is not None and phrase.clock.vague and not phrase.clock.either_half
    today = today_in(zone, now)
    if not is_part_of_day or not _MORNING.search(words) or phrase.due(zone, now).local_day(zone) != today:
        return {}
    day = today + timedelta(days=1)
    return {TODAY: phrase, TOMORROW: replace(phrase, days=Days(phrase.end, day, day, day, Weight.SURE))}


def _of_both_orders(words: str, phrase: Phrase, zone: ZoneInfo, now: datetime) -> dict[str, Phrase]:
    """Return both days of "3/5" where the zone has no order of dates; else nothing."""
    written = SLASHED.search(words)
    if not written or settings_in(zone).month_first is not None or _NAMED_WEEKDAY.search(words):
        return {}
    by_month, by_day = (match_days(written[0], 0, today_in(ordered, now)) for ordered in in_both_orders(zone))
    if not by_month or not by_day or by_month.first == by_day.first:
        return {}
    return {MONTH_FIRST: replace(phrase, days=by_month), DAY_FIRST: replace(phrase, days=by_day)}


def _of_next(
    words: str, phrase: Phrase, days: Days, zone: ZoneInfo, now: datetime, current: Due | None
) -> dict[str, Phrase]:
    """Return the day of this week and that of the next for "next friday" and "next weekend"; else nothing."""
    today = today_in(zone, now)
    week_after = replace(phrase, days=_weeks_later(days, 1))
    as_of_this_week = {THIS_WEEK: phrase, WEEK_AFTER: week_after}
    as_of_week_after = {WEEK_AFTER: phrase, THIS_WEEK: replace(phrase, days=_weeks_later(days, -1))}
    if _NEXT_WEEKDAY.search(words) and days.first == days.last:
        day_of_this_week = day_of_week(today, days.first.weekday())
        if current and current.local_day(zone) == days.first == day_of_this_week:  # nobody moves a task to its own day
            return {WEEK_AFTER: week_after, THIS_WEEK: phrase}
        if days.first == day_of_this_week:  # "next friday", said on a Tuesday
            return as_of_this_week
        if day_of_this_week == today + timedelta(days=1):  # said on a Thursday
            return as_of_week_after
    is_before_weekend = today.weekday() < SATURDAY
    if _NEXT_WEEKEND.search(words) and is_before_weekend and days.first.weekday() == SATURDAY:
        return as_of_week_after
    return {}


def _weeks_later(days: Days, weeks: int) -> Days:
    first, last, due = (day + timedelta(weeks=weeks) for day in (days.first, days.last, days.due))
    return replace(days, first=first, last=last, due=due)


def _halves(
    words: str, meaning: str, phrase: Phrase, zone: ZoneInfo, now: datetime, current: Due | None
) -> list[Reading]:
    """Return the date of the phrase; with a time such as "at 3" also 12 hours later or earlier, the likelier first."""
    due, clock = phrase.due(zone, now, current), phrase.clock
    if clock is None or due.day or not clock.may_be_evening or _WRITTEN_TIME.search(words):
        return [Reading(due, meaning)]
    hour = due.at.astimezone(zone).hour
    other_hour = (hour + 12) % 24
    other_clock = replace(clock, at=time(other_hour, clock.at.minute), vague=False, either_half=False)
    other = replace(phrase, clock=other_clock).due(zone, now, current)
    as_read = Reading(due, f"{meaning} {hour:02}h".lstrip())
    in_other_half = Reading(other, f"{meaning} {other_hour:02}h".lstrip())
    if hour < WAKING_HOUR and now < other.at < due.at:  # "at half past six", said at noon, is 18:30 first
        return [in_other_half, as_read]
    return [as_read, in_other_half]
