"""Parses due dates from ISO dates and phrases, with the other dates that "next friday" could mean, and formats them."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.calendar_dates import begins_with_holiday
from taskchat_app.domain.dates.clock_phrases import match_part
from taskchat_app.domain.dates.date_phrase import ISO_INSTANT, WAKING_HOUR, Phrase, iso_instant, match_phrase
from taskchat_app.domain.dates.day_phrases import Days, match_days
from taskchat_app.domain.dates.local_time import (
    FIRST_YEAR,
    LAST_YEAR,
    Due,
    DueReading,
    OtherReading,
    day_end,
    day_start,
    in_both_orders,
    out_of_range,
    settings_in,
    today_in,
)
from taskchat_app.domain.dates.period_phrases import day_of_week
from taskchat_app.domain.dates.phrase_types import Weight
from taskchat_app.domain.dates.vocabulary import GERMAN_SHORT_WEEKDAY, SHORT_WEEKDAY, WEEKDAY, with_digraphs
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import Message, gettext, joined

_PHRASE_MAX_CHARACTERS = 100
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Of an existing task; in a title, "the evening" is no date.
_PART_OF_DAY = re.compile(
    r"(?P<article>(?:the|den|der|dem)\s|)(?:(?:in\sthe\s)?(?:morning|afternoon|evening)"
    r"|(?:am\s)?(?:vormittag|nachmittag|abend))",
    re.IGNORECASE,
)
_NEAR = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
_EXAMPLES = gettext("Write it in words such as “tomorrow” or “next friday 9am”, or as 2026-11-21.")
WORDS_MAX_CHARACTERS = 100
OTHERS_MAX = 3
THIS_WEEK, WEEK_AFTER = "this_week", "week_after"
TODAY, TOMORROW = "today", "tomorrow"
MONTH_FIRST, DAY_FIRST = "month_first", "day_first"
SATURDAY = 5
"""As date.weekday() counts."""
_NEXT = r"(?:next|n(?:ä|ae)chste[rnms]?)\s"
_NEXT_WEEKDAY = re.compile(
    rf"\b{_NEXT}(?:{WEEKDAY}|{SHORT_WEEKDAY}|{GERMAN_SHORT_WEEKDAY})\b(?!\s(?:week|woche|in)\b)", re.IGNORECASE
)
_NEXT_WEEKEND = re.compile(rf"\b{_NEXT}(?:weekend|wochenende)\b", re.IGNORECASE)
_MORNING = re.compile(with_digraphs(r"\b(?:morning|morgen|vormittag|früh)\b"), re.IGNORECASE)
SLASHED = re.compile(r"(?<![\w/.,-])\d{1,2}/\d{1,2}(?:/\d{2}(?:\d\d)?)?(?![\w/])")
_NAMED_WEEKDAY = re.compile(rf"\b(?:{WEEKDAY}|{SHORT_WEEKDAY}|{GERMAN_SHORT_WEEKDAY})\b", re.IGNORECASE)
# "7:30" is as it is written, "at 7:30" is not, nor is "4:45".
_WRITTEN_TIME = re.compile(r"(?<!\bat\s)(?<!@)(?<!@\s)\b(?![1-5][:.])\d{1,2}[:.]\d\d", re.IGNORECASE)


def parse_due(text: str, *, zone: ZoneInfo, now: datetime, current: Due | None = None) -> Due:
    """Parse an ISO date, an ISO date-time (local if it has no offset) or a phrase.

    A date without a time is that whole local day. With `current`, the date so far, a phrase of a day alone keeps its
    time, and a time alone its day. Only the date of a phrase has a reading. Raises Invalid, with examples, for
    other text.
    """
    due = _exact(text, zone) or read_due(text, _phrase(text, zone, now), zone=zone, now=now, current=current)
    return Due(_in_range(due.at, zone), due.day, due.reading)


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
    if not _ISO_DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(gettext("There is no day {day}. {examples}", day=text, examples=_EXAMPLES)) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise out_of_range()
    return day


def _exact(text: str, zone: ZoneInfo) -> Due | None:
    """Return the due date of an ISO 8601 date or date-time, None for other text."""
    if day := _bare_day(text):
        return Due.of_day(day, zone)
    match = ISO_INSTANT.fullmatch(text.strip())
    return Due.of_instant(iso_instant(match, zone).replace(microsecond=0), zone) if match else None


def _phrase(text: str, zone: ZoneInfo, now: datetime) -> Phrase:
    phrase = " ".join(text.split()).rstrip(" .!?,;")
    if not phrase:
        raise Invalid(gettext("The date is empty. {examples}", examples=_EXAMPLES))
    if len(phrase) > _PHRASE_MAX_CHARACTERS or not phrase.isprintable():
        raise Invalid(gettext("That is not a date. {examples}", examples=_EXAMPLES))
    # Try with and without a final dot: it belongs to "am 3.", but may also end a sentence.
    candidates = (phrase, f"{phrase}.") if text.rstrip().endswith(".") else (phrase,)
    if begins_with_holiday(phrase):
        candidates = (*candidates, f"on {phrase}")
    for candidate in candidates:
        match = match_phrase(candidate, 0, zone=zone, now=now)
        if match is not None and match.end == len(candidate):
            return match
    if part := _PART_OF_DAY.fullmatch(phrase):
        return Phrase(0, len(phrase), "", None, match_part(phrase, part.end("article")))
    raise Invalid(
        gettext("“{phrase}” is not a date that taskchat understands. {examples}", phrase=phrase, examples=_EXAMPLES)
    )


def _in_range(moment: datetime, zone: ZoneInfo) -> datetime:
    if not FIRST_YEAR <= moment.astimezone(zone).year <= LAST_YEAR:
        raise out_of_range()
    return moment.astimezone(UTC)


def read_due(words: str, phrase: Phrase, *, zone: ZoneInfo, now: datetime, current: Due | None = None) -> Due:
    """Return the due date of the phrase, read from these words; `current` is the date that it moves (Phrase.due).

    An ISO date has no reading. Of several dates it is the one that the user of the zone prefers; the others are in the
    future. `meaning` names each date in parts: "this_week" or "week_after" of "next friday", "03h" or "15h" of "at 3",
    "today" or "tomorrow" of "in the morning", "month_first" or "day_first" of "3/5" where the zone has no order.
    """
    if _ISO_DAY.search(words):
        return phrase.due(zone, now, current)
    found: dict[Due, str] = {}
    in_other_half: dict[Due, str] = {}
    for day, one in _days(words, phrase, zone, now):
        due = one.due(zone, now, current)
        hours = _hours(words, one, due, zone)
        if hours is None or one.clock is None:
            found.setdefault(due, day)
            continue
        clock = replace(one.clock, at=time(hours[1], one.clock.at.minute), vague=False, either_half=False)
        other = replace(one, clock=clock).due(zone, now, current)
        if hours[0] < WAKING_HOUR and now < other.at < due.at:  # "at half past six", said at noon, is 18:30 first
            due, other, hours = other, due, hours[::-1]
        found.setdefault(due, f"{day} {hours[0]:02}h".lstrip())
        in_other_half.setdefault(other, f"{day} {hours[1]:02}h".lstrip())
    found |= {due: meaning for due, meaning in in_other_half.items() if due not in found}
    main = _preferred(found, settings_in(zone).meanings, now)
    others = [due for due in found if due != main and due.at > now and FIRST_YEAR <= due.at.year <= LAST_YEAR]
    return with_reading(main, words, found[main], [(due, found[due]) for due in others], zone=zone, now=now)


def _preferred(found: Mapping[Due, str], meanings: Set[str], now: datetime) -> Due:
    """Return the first of the dates with the most of these meanings; one that is past only if it is the first."""
    first = next(iter(found))
    return max((due for due in found if due == first or due.at > now), key=lambda due: _count(found[due], meanings))


def _count(meaning: str, meanings: Set[str]) -> int:
    return len(meanings & {*meaning.split()})


def as_preferred(words: str, phrase: Phrase, *, zone: ZoneInfo, now: datetime) -> Phrase:
    """Return the phrase with the day that it means for the user of the zone."""
    return max(_days(words, phrase, zone, now), key=lambda found: _count(found[0], settings_in(zone).meanings))[1]


def with_reading(
    due: Due, words: str, meaning: str, others: Sequence[tuple[Due, str]], *, zone: ZoneInfo, now: datetime
) -> Due:
    """Return the date as read from the words, beside the other dates and their meanings."""
    said = " ".join(words.split()).strip(" ,;:")[:WORDS_MAX_CHARACTERS]
    reading: DueReading = {
        "words": said,
        "zone": zone.key,
        "read_at": _utc_text(now),
        "meaning": meaning if others else "",
        "others": [other_reading(other, its_meaning) for other, its_meaning in others[:OTHERS_MAX]],
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


def _days(words: str, phrase: Phrase, zone: ZoneInfo, now: datetime) -> list[tuple[str, Phrase]]:
    """Return the phrase with each day that it could mean and the name of that meaning, the one that is read first."""
    found: list[tuple[str, Phrase]] = []
    if phrase.exact is None:
        if phrase.days is None:
            found = _of_morning(words, phrase, zone, now)
        else:
            found = _of_both_orders(words, phrase, zone, now) or _of_next(words, phrase, phrase.days, zone, now)
    return found or [("", phrase)]


def _of_morning(words: str, phrase: Phrase, zone: ZoneInfo, now: datetime) -> list[tuple[str, Phrase]]:
    """Return today and tomorrow for "in the morning" while it is still to come today; else nothing."""
    is_morning = phrase.clock and phrase.clock.vague and not phrase.clock.either_half and _MORNING.search(words)
    today = today_in(zone, now)
    if not is_morning or phrase.due(zone, now).local_day(zone) != today:
        return []
    day = today + timedelta(days=1)
    return [(TODAY, phrase), (TOMORROW, replace(phrase, days=Days(phrase.end, day, day, day, Weight.SURE)))]


def _of_both_orders(words: str, phrase: Phrase, zone: ZoneInfo, now: datetime) -> list[tuple[str, Phrase]]:
    """Return both days of "3/5" where the zone has no order of dates; else nothing."""
    written = SLASHED.search(words)
    if not written or settings_in(zone).month_first is not None or _NAMED_WEEKDAY.search(words):
        return []
    by_month, by_day = (match_days(written[0], 0, today_in(one, now)) for one in in_both_orders(zone))
    if not by_month or not by_day or by_month.first == by_day.first:
        return []
    return [(MONTH_FIRST, replace(phrase, days=by_month)), (DAY_FIRST, replace(phrase, days=by_day))]


def _of_next(words: str, phrase: Phrase, days: Days, zone: ZoneInfo, now: datetime) -> list[tuple[str, Phrase]]:
    """Return the day of this week and that of the next for "next friday" and "next weekend"; else nothing."""
    today = today_in(zone, now)
    if _NEXT_WEEKDAY.search(words) and days.first == days.last:
        this_week = day_of_week(today, days.first.weekday())
        if days.first == this_week:
            return [(THIS_WEEK, phrase), (WEEK_AFTER, replace(phrase, days=_later(days, 1)))]
        if this_week == today + timedelta(days=1):
            return [(WEEK_AFTER, phrase), (THIS_WEEK, replace(phrase, days=_later(days, -1)))]
    if _NEXT_WEEKEND.search(words) and today.weekday() < SATURDAY and days.first.weekday() == SATURDAY:
        return [(WEEK_AFTER, phrase), (THIS_WEEK, replace(phrase, days=_later(days, -1)))]
    return []


def _later(days: Days, weeks: int) -> Days:
    first, last, due = (day + timedelta(weeks=weeks) for day in (days.first, days.last, days.due))
    return replace(days, first=first, last=last, due=due)


def _hours(words: str, phrase: Phrase, due: Due, zone: ZoneInfo) -> tuple[int, int] | None:
    """Return the hour that is read, and the one twelve hours apart; None where the words say which one is meant."""
    clock = phrase.clock
    if clock is None or not clock.either_half or clock.early or due.day or _WRITTEN_TIME.search(words):
        return None
    hour = due.at.astimezone(zone).hour
    return hour, (hour + 12) % 24


def local_due(due: Due, zone: ZoneInfo) -> str:
    """Return local ISO text that parse_due accepts: "2026-11-21" for a whole day, else "2026-11-21T09:00"."""
    return due.day.isoformat() if due.day else due.at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def format_due(due: Due, zone: ZoneInfo) -> Message:
    """Return the date in words, with the time unless it is a whole day: "Saturday 21 November 2026 at 09:00"."""
    if due.day:
        return gettext("{day:EEEE d MMMM y}", day=due.day)
    return gettext("{moment:EEEE d MMMM y} at {moment:HH:mm}", moment=due.at.astimezone(zone).replace(tzinfo=None))


def format_near(due: Due, zone: ZoneInfo, *, now: datetime) -> Message:
    """Return a date in few words: "tomorrow, Sat 21 Nov, 09:00"; the year only where it is another one."""
    day, today = due.local_day(zone), now.astimezone(zone).date()
    date_ = gettext("{day:EEE d MMM}", day=day) if day.year == today.year else gettext("{day:EEE d MMM y}", day=day)
    local = due.at.astimezone(zone).replace(tzinfo=None)
    parts = [date_] if due.day else [date_, gettext("{moment:HH:mm}", moment=local)]
    near = _NEAR.get((day - today).days)
    return joined([near, *parts] if near else parts, ", ")
