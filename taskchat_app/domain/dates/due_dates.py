"""Parses due dates from ISO dates and phrases, with the other dates that "next friday" could mean, and formats them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.calendar_dates import BEGINS_WITH_HOLIDAY
from taskchat_app.domain.dates.clock_phrases import match_part
from taskchat_app.domain.dates.date_phrase import ISO_INSTANT, Phrase, iso_instant, match_phrase
from taskchat_app.domain.dates.local_time import (
    FIRST_YEAR,
    LAST_YEAR,
    Due,
    check_year,
    day_end,
    day_start,
    out_of_range,
)
from taskchat_app.domain.dates.meanings import ISO_DAY, as_preferred, read_due
from taskchat_app.domain.dates.vocabulary import caseless
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import Message, gettext, joined

_PHRASE_MAX_CHARACTERS = 100
# Of an existing task; in a title, "the evening" is no date.
_PART_OF_DAY = caseless(
    r"(?P<article>(?:the|den|der|dem)\s|)(?:(?:in\sthe\s)?(?:morning|afternoon|evening)"
    r"|(?:am\s)?(?:vormittag|nachmittag|abend))"
)
_NEAR = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
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
