"""Finds the date or recurrence in a sentence, so that it can be removed from a task's title."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.calendar_dates import NO_DATES, NO_NUMBER
from taskchat_app.domain.dates.clock_phrases import NOON, SPOKEN_HOUR, in_the_evening
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, mask_quotes
from taskchat_app.domain.dates.date_phrase import DueMention, Phrase, find_phrase
from taskchat_app.domain.dates.date_positions import COMMA, OPENING, closes, is_day_of_clock, is_meant, with_brackets
from taskchat_app.domain.dates.due_dates import SLASHED, read_due, with_reading
from taskchat_app.domain.dates.local_time import FIRST_YEAR, LAST_YEAR, Due, in_both_orders, settings_in
from taskchat_app.domain.dates.recurrence.phrases import day_lists
from taskchat_app.domain.dates.recurrence.series_mentions import find_series
from taskchat_app.domain.dates.vocabulary import END, MONTH, SHORT_WEEKDAY, WEEKDAY

_WORD_START = re.compile(r"(?<![\w'’/\-.:])[\w@]")
_GAP = re.compile(r"\s?,?\s")
_HOUR = r"(?:[1-9]|1\d|2[0-4])"
_DAY = rf"(?:tomorrow|today|heute|morgen|{WEEKDAY})"
# A time behind a day that no rule knows is not today's: "on mother's day at 12", "am Geburtstag um 9 Uhr".
_UNKNOWN_DAY = re.compile(
    r"\b(?:(?:on|am)\s(?:\S{1,20}\s){0,2}\S{0,20}(?:day|tag)|(?:on|at|an|zu)\s(?:easter|thanksgiving|ostern|pfingsten))\s$",
    re.IGNORECASE,
)
_UNKNOWN_MAX_CHARACTERS = 70
# A number that could be a day or a time, but for some that are names or fractions.
_UNREAD = re.compile(
    rf"(?<![\w.,:/-])(?!{NO_DATES})(?:"
    r"\d{1,2}\.\d{1,2}\.(?:[\dol]{2}){0,2}"  # 3.5.
    r"|\d{1,2}(?:::?\d\d\s?(?:h|uhr|am|pm)?|h\d\d\w{0,9})"  # 9:30, 9h30
    r"|\d{1,2}/\d{1,2}(?:/(?:\d\d){1,2})?"  # 12/3
    r"|\d{1,2}(?:[.:h]\d\d)?\s?(?:uhr|[ap]m)|[012]?\d\.\d\d\sh"  # 9 Uhr, 9.30pm, 9.30 h
    rf"|\d{{1,2}}(?:st|nd|rd|th)|\d{{1,2}}\.?\s(?:of\s)?(?:{MONTH})|(?:{MONTH})\.?\s\d{{1,2}}"  # 3rd, 3 May, May 3
    rf"|(?:\d{{1,2}}\s(?:past|min(?:ute)?s?\s(?:past|to))|quarter\s(?:past|to))(?=\Z|\s(?:{NOON}|midnight)\b)"  # 5 past
    rf"|(?:at|around|about|um|gegen)\s{_HOUR}(?:ish)?(?=(?:\s[a-zäöü]{{1,30}}n)?[\s.!]*\Z)"  # at 9, um 9 anrufen
    rf"){END}",
    re.IGNORECASE,
)
# An hour before a part of the day, minutes before noon, and a time in a zone: none is read.
_UNREAD_TIME = re.compile(
    rf"(?<!\bat\s)(?<!\bum\s)(?<!@\s)\b(?:[1-9]|1[0-2]|{SPOKEN_HOUR})\s"
    rf"(?:tonight|(?:this|tomorrow)\s(?:morning|afternoon|evening)|heute\sabend){END}"  # 7 tonight
    rf"|\d\sto\s(?:{NOON}|midnight)\b"  # 5 to noon
    r"|\d\s?(?:[ap]m|h|uhr)?\s\(?(?:gmt|utc|bst|[ecmp][sd]?t|cest|mes?z)\b",  # 9am EST
    re.IGNORECASE,
)
# The two patterns below take a text whose date is between line breaks: "dentist 9 \ntomorrow\n". A title, from which
# the date was cut, has none.
_DAY_BEFORE = rf"(?:{_DAY}|\d{{1,2}}\.?\s(?:{MONTH})|(?:{MONTH})\.?\s\d{{1,2}}|\d{{1,2}}\.\d{{1,2}}\.)"
# What may stand between a day and the end of the text where a time is told in words: "ab 9 oder 8", "not before 10"
_TIME_WORDS = (
    r"(?:\d{1,4}(?:[:;.,'’h/-]\d{1,2})?(?:h|hrs?|uhr|ish|[ap]m?)?|[-–/]|at|after|before|from|until|by|not|no|later|than"
    r"|or|to|and|between|about|around|half|ca|ab|bis|um|nach|vor|oder|und|zwischen|von|gegen|halb|(?:drei)?viertel"
    r"|spätestens|frühestens|h|hrs?|hours?|uhr|[ap]m|noon|morning|o|clock)\.?"
)
_UNREAD_BESIDE_DAY = re.compile(
    # "dentist 9 tomorrow", "dentist 9-10 friday"
    rf"{NO_NUMBER}(?<![\w.,:/$€£#-])(?<!,\s)(?:\d{{1,2}}[:;.'’-]\d{{1,2}}(?:\s?(?:hrs?|[ap]m))?"
    rf"|[012]\d[0-5]\d(?:\s?(?:h|hrs?|hours|uhr|[ap]m))?|[1-9]|1[0-2]|(?:1[3-9]|2[0-4])\s?h|\d{{1,2}}(?:p|ish))"
    rf"\s\n?{_DAY_BEFORE}{END}"
    # "freitag ab 9 oder 8"
    rf"|\b{_DAY_BEFORE}\n?(?=\s\D{{0,30}}\d)(?:,?\s{_TIME_WORDS}){{1,6}}[ !]*\Z",
    re.IGNORECASE,
)
_UNREAD_BESIDE_DATE = re.compile(
    # Another day: "friday 28/06", "wed to fri this week", "tomorrow oder fri 9am"
    rf"\b(?:{WEEKDAY}|{SHORT_WEEKDAY})[.,]?\s(?:(?:to|or|bis|oder)\s)?\n[^\n]*\d"
    rf"|(?<=\S\s){_DAY}\s\S{{1,12}}\s\n\d[^\n]{{0,9}}\n"
    # A day in unknown words before a time alone: "12 loka 18:30"
    r"|(?<![\w.,:/-])\d{1,2}\.?\s[^\W\d]{2,12}\.?\s(?:20\d\d\s)?\n\d{1,2}[.:]\d\d(?:\s?(?:uhr|h))?\n"
    # A second hour: "every day at 8 and 20"
    rf"|\n,?\s(?:and|or|und|oder)\s{_HOUR}[\s.!]*\Z",
    re.IGNORECASE,
)


def find_due(sentence: str, *, zone: ZoneInfo, now: datetime) -> DueMention | None:
    """Return the date, time or recurrence of a sentence normalized by as_command.

    None if there is none, if words that look like a date belong to the title, if nothing else would remain as title,
    or if the sentence is longer than a command.
    """
    if len(sentence) > COMMAND_MAX_CHARACTERS:
        return None
    text = mask_quotes(sentence)
    series = find_series(text, zone, now, lambda rest: found.phrase if (found := _meant(rest, zone, now)) else None)
    mention = series or _single(sentence, text, zone, now)
    if mention is None:
        return None
    if series and mention.due:
        mention = replace(mention, due=_due_of_series(mention.words_in(sentence), mention.due, zone, now))
    return mention if re.search(r"\w", mention.cut_from(sentence)) else None


def find_dues(sentence: str, *, zone: ZoneInfo, now: datetime, current: Due | None = None) -> list[Due]:
    """Return the date of a sentence normalized by as_command, if it has one, and that of each of its phrases alone.

    `current` is the date that they move (see Phrase.due). Of a date like 3/5, whose order is not known, the month is
    first, and the other one is its other reading.
    """
    if len(sentence) > COMMAND_MAX_CHARACTERS:
        return []
    mention = find_due(sentence, zone=zone, now=now)
    is_unknown = settings_in(zone).month_first is None and SLASHED.search(sentence)
    phrases = list(_phrases(mask_quotes(sentence), in_both_orders(zone)[0] if is_unknown else zone, now))
    alone = [read_due(sentence[one.start : one.end], one, zone=zone, now=now, current=current) for one in phrases]
    return ([mention.due] if mention and mention.due else []) + alone


def find_whole_due(sentence: str, *, zone: ZoneInfo, now: datetime) -> DueMention | None:
    """Return what find_due does, but None where a number that could be a day or a time would remain in the title."""
    mention = find_due(sentence, zone=zone, now=now)
    if mention is None or unread_number(mention.cut_from(sentence)) or _has_unread_beside(sentence, mention):
        return None
    return mention


def _has_unread_beside(sentence: str, mention: DueMention) -> bool:
    """Return whether a number stands directly beside the date and belongs to it: "every day at 8 (and 20)"."""
    text, (start, end) = mask_quotes(sentence), mention.spans[0]
    marked = f"{text[:start]}\n{text[start:end]}\n{text[end:]}"
    if _UNREAD_TIME.search(text) or _UNREAD_BESIDE_DATE.search(marked):
        return True
    is_day = mention.due is not None and mention.due.day is not None and mention.rule is None
    return is_day and _UNREAD_BESIDE_DAY.search(marked) is not None


def two_readings(sentence: str, *, zone: ZoneInfo, now: datetime) -> tuple[DueMention, DueMention] | None:
    """Return what find_whole_due finds with the month first and with the day first, where these differ.

    None also if the zone has one of the orders.
    """
    if settings_in(zone).month_first is not None or not SLASHED.search(sentence):
        return None
    by_month, by_day = (find_whole_due(sentence, zone=one, now=now) for one in in_both_orders(zone))
    return (by_month, by_day) if by_month and by_day and by_month != by_day else None


def unread_number(title: str) -> str:
    """Return a number of a title, outside its quotes, that could be a day or a time: "12/3", "3. May"; else ""."""
    text = mask_quotes(title)
    match = _UNREAD.search(text) or _UNREAD_TIME.search(text) or _UNREAD_BESIDE_DAY.search(text)
    return match[0] if match else ""


def _phrases(text: str, zone: ZoneInfo, now: datetime) -> Iterator[Phrase]:
    """Yield the date phrases from left to right, without overlaps and without one of several weekdays."""
    reached, lists = 0, day_lists(text)
    for match in _WORD_START.finditer(text):
        if match.start() < reached:
            continue
        # An ambiguous one stays in the title.
        phrase = find_phrase(text, match.start(), zone=zone, now=now)
        if phrase and FIRST_YEAR <= phrase.due(zone, now).local_day(zone).year <= LAST_YEAR:
            reached = phrase.end
            if not _is_of_list(text, phrase, lists):
                start, end = with_brackets(text, phrase.start, phrase.end)
                yield replace(phrase, start=start, end=end)


def _is_of_list(text: str, phrase: Phrase, lists: list[tuple[int, int]]) -> bool:
    """Return whether a phrase names one of several weekdays, or their time: "monday and friday at 9"."""
    if phrase.days is None:
        return any(end < phrase.start and _GAP.fullmatch(text[end : phrase.start]) for _, end in lists)
    return any(start < phrase.end and phrase.start < end for start, end in lists)


def _single(sentence: str, text: str, zone: ZoneInfo, now: datetime) -> DueMention | None:
    """Return the date of a sentence without a recurrence."""
    found = _meant(text, zone, now)
    if found is None:
        return None
    mention = DueMention(tuple((phrase.start, _end(text, phrase)) for phrase in found if phrase), None, None)
    return replace(mention, due=read_due(mention.words_in(sentence), found.phrase, zone=zone, now=now))


def _due_of_series(words: str, due: Due, zone: ZoneInfo, now: datetime) -> Due:
    """Return the first date of a series as read from these words; its time may be in the other half."""
    clock = next((phrase.clock for phrase in _phrases(words, zone, now) if phrase.clock), None)
    read = read_due(words, Phrase(0, 0, "", None, clock), zone=zone, now=now, current=due) if clock else due
    return read if read == due else with_reading(due, words, "", (), zone=zone, now=now)


class _Meant(NamedTuple):
    """The date of a sentence."""

    phrase: Phrase
    elsewhere: Phrase | None
    """The other phrase with its day or time, if there is one: "on friday call mum at 9am"."""


def _meant(text: str, zone: ZoneInfo, now: datetime) -> _Meant | None:
    """Return the date of the sentence; None if none of its phrases is it."""
    phrases = list(_phrases(text, zone, now))
    meant = [phrase for phrase in phrases if is_meant(text, phrase, phrases)]
    if not meant:
        return None
    # Prefer a day to a time alone, and a phrase at the end of the sentence to one inside it.
    meant.sort(key=lambda phrase: (phrase.days is None and phrase.exact is None, not closes(text, phrase)))
    found = _Meant(meant[0], None)
    if meant[0].days and not meant[0].clock:
        found = _with_clock(meant[0], meant)
    elif meant[0].clock and not meant[0].days:
        found = _with_day(text, meant[0], phrases)
        start = found.phrase.start
        if not found.phrase.days and _UNKNOWN_DAY.search(text[max(0, start - _UNKNOWN_MAX_CHARACTERS) : start]):
            return None
    return found._replace(phrase=replace(found.phrase, clock=in_the_evening(found.phrase.clock, text)))


def _with_clock(day: Phrase, meant: Sequence[Phrase]) -> _Meant:
    """Return a day with the time of another phrase, if there is one."""
    timed = next((other for other in meant if other.days is None and other.clock), None)
    return _Meant(replace(day, clock=timed.clock) if timed else day, timed)


def _with_day(text: str, clock: Phrase, phrases: Sequence[Phrase]) -> _Meant:
    """Return a time with the day of another phrase, if there is one; that phrase may stay in the title."""
    first = phrases[0]
    if first.days and not first.clock and first.is_sure and OPENING.match(text[: first.start]):
        # "for friday a haircut at 2pm"; of "friday lunch at 1pm" the day stays in the title, too.
        return _Meant(replace(clock, days=first.days), first if first.lead else None)
    day = next((other for other in phrases if is_day_of_clock(text, other)), None)
    return _Meant(replace(clock, days=day.days) if day else clock, day)


def _end(text: str, phrase: Phrase) -> int:
    """Return the phrase's end, including the comma or colon after a phrase that opens the sentence."""
    comma = COMMA.match(text, phrase.end) if OPENING.match(text[: phrase.start]) else None
    return comma.end() if comma else phrase.end
