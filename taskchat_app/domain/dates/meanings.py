"""Reads what the words of a date can mean: which days "next friday" names, which hour "at 3", which order "3/5"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.date_phrase import WAKING_HOUR, Phrase
from taskchat_app.domain.dates.day_phrases import Days, match_days
from taskchat_app.domain.dates.local_time import (
    FIRST_YEAR,
    LAST_YEAR,
    Due,
    DueReading,
    OtherReading,
    in_both_orders,
    settings_in,
    today_in,
)
from taskchat_app.domain.dates.period_phrases import day_of_week
from taskchat_app.domain.dates.vocabulary import ANY_WEEKDAY, Weight, caseless, with_digraphs

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
