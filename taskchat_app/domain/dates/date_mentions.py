"""Finds the date or recurrence in a sentence, so that it can be removed from a task's title."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.clock_phrases import in_the_evening
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, mask_quotes
from taskchat_app.domain.dates.date_phrase import DueMention, Phrase, find_phrase
from taskchat_app.domain.dates.date_positions import COMMA, OPENING, closes, is_day_of_clock, is_meant, with_brackets
from taskchat_app.domain.dates.due_dates import SLASHED, read_due, with_reading
from taskchat_app.domain.dates.local_time import FIRST_YEAR, LAST_YEAR, Due, in_both_orders, settings_in
from taskchat_app.domain.dates.recurrence.phrases import day_lists
from taskchat_app.domain.dates.recurrence.series_mentions import find_series
from taskchat_app.domain.dates.unread_numbers import is_read_in_part, unread_number
from taskchat_app.domain.dates.vocabulary import caseless

_WORD_START = re.compile(r"(?<![\w'’/\-.:])[\w@]")
_GAP = re.compile(r"\s?,?\s")


def find_due(sentence: str, *, zone: ZoneInfo, now: datetime) -> DueMention | None:
    """Return the date, time or recurrence of a sentence normalized by as_command.

    None if there is none, if words that look like a date belong to the title, if nothing else would remain as title,
    or if the sentence is longer than a command.
    """
    if len(sentence) > COMMAND_MAX_CHARACTERS:
        return None
    text = mask_quotes(sentence)

    def find_date(rest: str) -> Phrase | None:
        found = _find_date(rest, zone, now)
        return found[0] if found else None

    mention = find_series(text, zone, now, find_date)
    if mention is None:
        mention = _mention_of_date(sentence, text, zone, now)
    elif mention.due:
        mention = replace(mention, due=_due_of_series(mention.words_in(sentence), mention.due, zone, now))
    return mention if mention and re.search(r"\w", mention.cut_from(sentence)) else None


def find_dues(sentence: str, *, zone: ZoneInfo, now: datetime, current: Due | None = None) -> list[Due]:
    """Return the date of a sentence normalized by as_command, if it has one, and that of each of its phrases alone.

    `current` is the date that they move (see Phrase.due). Where the order of 3/5 is not known, its date is 5 March,
    with 3 May as its other reading.
    """
    if len(sentence) > COMMAND_MAX_CHARACTERS:
        return []
    mention = find_due(sentence, zone=zone, now=now)
    dues = [mention.due] if mention and mention.due else []
    is_unknown = settings_in(zone).month_first is None and SLASHED.search(sentence)
    ordered = in_both_orders(zone)[0] if is_unknown else zone
    return dues + [
        read_due(sentence[phrase.start : phrase.end], phrase, zone=zone, now=now, current=current)
        for phrase in _phrases(mask_quotes(sentence), ordered, now)
    ]


def find_whole_due(sentence: str, *, zone: ZoneInfo, now: datetime) -> DueMention | None:
    """Return what find_due does, but None where a number that could be a day or a time would remain in the title."""
    mention = find_due(sentence, zone=zone, now=now)
    if mention is None or unread_number(mention.cut_from(sentence)) or is_read_in_part(sentence, mention):
        return None
    return mention


def two_readings(sentence: str, *, zone: ZoneInfo, now: datetime) -> tuple[DueMention, DueMention] | None:
    """Return what find_whole_due finds in "3/5" with the month first and with the day first.

    None if these are equal, or if the order of the user's dates is known.
    """
    if settings_in(zone).month_first is not None or not SLASHED.search(sentence):
        return None
    by_month, by_day = (find_whole_due(sentence, zone=ordered, now=now) for ordered in in_both_orders(zone))
    return (by_month, by_day) if by_month and by_day and by_month != by_day else None


def _phrases(text: str, zone: ZoneInfo, now: datetime) -> Iterator[Phrase]:
    """Yield the date phrases from left to right, without overlaps and without lists of weekdays."""
    reached, lists = 0, day_lists(text)
    for match in _WORD_START.finditer(text):
        if match.start() < reached:
            continue
        phrase = find_phrase(text, match.start(), zone=zone, now=now)  # an ambiguous date stays in the title
        if phrase and FIRST_YEAR <= phrase.due(zone, now).local_day(zone).year <= LAST_YEAR:
            reached = phrase.end
            if not _is_of_list(text, phrase, lists):
                start, end = with_brackets(text, phrase.start, phrase.end)
                yield replace(phrase, start=start, end=end)


def _is_of_list(text: str, phrase: Phrase, lists: list[tuple[int, int]]) -> bool:
    """Return whether a phrase names one of several weekdays, or their time: "monday and friday at 9"."""
    if phrase.days is None:  # a time, directly after the list
        return any(end < phrase.start and _GAP.fullmatch(text[end : phrase.start]) for _, end in lists)
    return any(start < phrase.end and phrase.start < end for start, end in lists)


def _mention_of_date(sentence: str, text: str, zone: ZoneInfo, now: datetime) -> DueMention | None:
    found = _find_date(text, zone, now)
    if found is None:
        return None
    date, phrases = found
    mention = DueMention(tuple((phrase.start, _end(text, phrase)) for phrase in phrases), due=None, rule=None)
    return replace(mention, due=read_due(mention.words_in(sentence), date, zone=zone, now=now))


def _due_of_series(words: str, due: Due, zone: ZoneInfo, now: datetime) -> Due:
    """Return the first date of a series as read from these words; of "every day at 3" its other reading is at 03:00."""
    clock = next((phrase.clock for phrase in _phrases(words, zone, now) if phrase.clock), None)
    if clock is None:
        return due
    read = read_due(words, Phrase(0, 0, clock=clock), zone=zone, now=now, current=due)
    # Equal dates may differ in `reading`: a time alone that means the date of the series has its other readings, too.
    return read if read == due else with_reading(due, words, "", (), zone=zone, now=now)


_UNKNOWN_DAY = caseless(
    r"\b(?:(?:on|am)\s(?:\S{1,20}\s){0,2}\S{0,20}(?:day|tag)|(?:on|at|an|zu)\s(?:easter|thanksgiving|ostern|pfingsten))\s$"
)


def _find_date(text: str, zone: ZoneInfo, now: datetime) -> tuple[Phrase, list[Phrase]] | None:
    """Return the date of a sentence, and its phrases that are no part of the title; None if it has no date.

    Of "on friday call mum at 9am" the date is Friday at 9:00, and the phrases are "on friday" and "at 9am".
    """
    phrases = list(_phrases(text, zone, now))
    meant = [phrase for phrase in phrases if is_meant(text, phrase, phrases)]
    if not meant:
        return None
    # Prefer a day to a time alone, and a phrase at the end of the sentence to one inside it.
    best, *others = sorted(meant, key=lambda phrase: (phrase.is_time_alone, not closes(text, phrase)))
    date, cut = best, [best]
    if best.is_time_alone:  # so no day is meant for certain: one that is a part of the title may be its day
        day = _day_of_time(text, phrases)
        if day is None and _UNKNOWN_DAY.search(text[: best.start]):
            return None  # "on mother's day at 12", "am Geburtstag um 9 Uhr"
        if day:
            date = replace(best, days=day.days)
        if day and day.lead:  # "for friday a haircut at 2pm"; in "friday lunch at 1pm" the day is part of the title
            cut.append(day)
    elif best.days and not best.clock:  # an instant ("in 2 hours") has no days
        times = [phrase for phrase in others if phrase.is_time_alone]
        if times:
            date = replace(best, clock=times[0].clock)
            cut.append(times[0])
    return replace(date, clock=in_the_evening(date.clock, text)), cut


def _day_of_time(text: str, phrases: Sequence[Phrase]) -> Phrase | None:
    """Return the phrase that says the day of a time elsewhere: the one that opens the sentence, or a clear one."""
    first = phrases[0]
    if first.days and not first.clock and first.is_sure and OPENING.match(text[: first.start]):
        return first
    return next((phrase for phrase in phrases if is_day_of_clock(text, phrase)), None)


def _end(text: str, phrase: Phrase) -> int:
    """Return the phrase's end, with the comma or colon after a phrase that opens the sentence."""
    comma = COMMA.match(text, phrase.end) if OPENING.match(text[: phrase.start]) else None
    return comma.end() if comma else phrase.end
