"""Reads the only day of a title that no rule reads, also where it is short or where its time stands apart."""

import re
from dataclasses import replace
from typing import Any

from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.phrases.filters import phrases_in
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase, words
from taskchat_app.assistant.grammar.phrases.unread_words import unread_word
from taskchat_app.domain.dates.clock_phrases import in_the_evening
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.date_phrase import DueMention, Phrase
from taskchat_app.domain.dates.due_dates import as_preferred
from taskchat_app.domain.dates.local_time import local_due
from taskchat_app.domain.dates.vocabulary import Weight

_LOOSE_PREPOSITION = phrase(
    rf",? {words('after, before, by, at, on, from, until, about, um, am, bis, ab, vor, nach, gegen')}[ ,.]*\Z"
)
# A day that is not the task's: "not before friday", "after friday", "except friday"
_OTHER_DAY = phrase(
    rf"\b(?:(?P<after>after|nach(?: dem)?)|{words('not, nicht, erst, frühestens, except, but, außer, since, seit')}) \Z"
)
_ORDINAL = re.compile(r"(?:the )?\d{1,2}(?:st|nd|rd|th|s?te[nr]?)", re.IGNORECASE)  # "the 3rd", "3te"
_GOES_ON = phrase(rf" {words('and, und, or, oder, due, fällig, of, vom, von, dem, der, last, except, auf')}\Z")
_WORD_FOLLOWS = re.compile(r"\s[^\W\d]")  # "(friday) lunch"
_DAYS = {
    **{day[:3]: day for day in "monday tuesday wednesday thursday friday saturday sunday".split()},
    **{day[:2]: day for day in "montag dienstag mittwoch donnerstag freitag samstag sonntag".split()},
    "nä.": "nächsten", "evry": "every",
}  # fmt: skip
# "Ring gran sun", "tierarzt nä. mi 16:20", "wed dr patel 1550"
_SHORT_DAY = phrase(
    r"\b(?:(?:sun|sat|mon|wed|mo|di|mi|do|fr|sa|so)(?=\W*\Z| (?:at |um )?\d{1,2}(?:[:.]?\d\d| ?uhr|h|am|pm)\b)"
    r"|tue|thu|fri|evry|(?<=nä\. )(?:mo|di|mi|do|fr|sa|so)|nä\.(?= )|\A(?:wed|mon|mi|di)(?=.*\b\d{4}\b))(?![\w.])"
)
_SHORT_TIME = phrase(r"(?<!\S)([01]\d|2[123])([0-5]\d)(?!\S)")  # "1620"

# "Gym mon to fri", "Sport mo bis fr": may repeat
_WORK_DAYS = phrase(r"(?:from |von |every )?\b(?:mon(?:day|tag)?|mo)\.? ?(?:[-–]|to|bis) ?(?:fri(?:day)?|fr|freitag)\b")
# "Half 4" is half past four; "half 12 pack" is no time
_HALF = phrase(r"\bhalf (?=\d{1,2}(?:\W*\Z| (?!pack|dozen)))")


def with_loose_day(given: dict[str, Any], clock: UserClock, *, is_sure: bool = True) -> dict[str, Any] | None:
    """Return the fields of a new task with the only day of its title, whose time may stand apart; else None.

    "call Tom, after 2pm today" → "Call Tom" at 2pm today. For a question only: words beside the date may belong to it.
    Without `is_sure` the day may be part of the title, and other words of it unread: "library books, friday latest".
    """
    title = str(given["title"])
    date = _only_date(title, clock)
    if date is None:
        return None
    day, time = date
    if is_sure and _is_of_title(day, title):
        return None
    spans = tuple((found.start, found.end) for found in (day, time) if found)
    without_date = DueMention(spans, None, None).cut_from(title)
    rest = read_title(_LOOSE_PREPOSITION.sub("", without_date), clock)
    if not rest["title"] or not rest.keys().isdisjoint(("due_date", "recurrence")):
        return None
    if is_sure and (_GOES_ON.search(rest["title"]) or unread_word(rest["title"])):
        return None
    meant = as_preferred(title[day.start : day.end], day, zone=clock.zone, now=clock.now)
    meant = replace(meant, clock=in_the_evening((time or meant).clock, title))
    return given | rest | {"due_date": local_due(meant.due(clock.zone, clock.now), clock.zone)}


def spelled_out(title: str) -> str:
    """Return a title with its short days and times in full: "ring gran sunday"."""
    in_full = _SHORT_DAY.sub(lambda short: _DAYS[short[0].lower()], _WORK_DAYS.sub("every mon-fri", title))
    return _HALF.sub("half past ", _SHORT_TIME.sub(r"\1:\2", in_full))


def _only_date(title: str, clock: UserClock) -> tuple[Phrase, Phrase | None] | None:
    """Return the only day of a title, and the time that stands apart from it; None for a past one, or several."""
    end = 0
    days: list[Phrase] = []
    times: list[Phrase] = []
    for found in phrases_in(mask_quotes(title), clock):
        if found.start < end:
            continue
        if found.weight is Weight.PAST:
            return None
        has_digit = re.search(r"\d", title[found.start : found.end])
        if found.is_time_alone and found.is_sure:
            times.append(found)
        elif not found.is_time_alone and (found.is_sure or found.has_clear_lead or has_digit):
            days.append(found)
        else:
            continue
        end = found.end
    if len(days) != 1 or len(times) > 1:
        return None
    [day] = days
    if times and (day.clock is not None or day.exact is not None):
        return None
    return day, times[0] if times else None


def _is_of_title(day: Phrase, title: str) -> bool:
    """Return whether a day is not when to do the task: "not before friday", "after friday", "2nd dose booking"."""
    other = _OTHER_DAY.search(title, 0, day.start)
    is_after_time = other and other["after"] and day.clock  # "after 2pm today"
    if day.lead in ("from", "ab", "ab dem") or (other and not is_after_time):
        return True
    may_begin = day.start == 0 and not _ORDINAL.fullmatch(title, 0, day.end)
    return _WORD_FOLLOWS.match(title, day.end) is not None and not may_begin
