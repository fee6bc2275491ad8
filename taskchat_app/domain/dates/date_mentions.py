"""Finds the date or recurrence in a sentence, so that it can be removed from a task's title."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
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
from taskchat_app.domain.dates.vocabulary import END, GERMAN_SHORT_WEEKDAY, MONTH, SHORT_WEEKDAY, WEEKDAY, caseless

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


_HOUR = r"(?:[1-9]|1\d|2[0-4])"
_DAY = rf"(?:tomorrow|today|heute|morgen|{WEEKDAY})"
# A number that could be a day or a time, but for some that are names or fractions.
_UNREAD = caseless(
    rf"(?<![\w.,:/-])(?!{NO_DATES})(?:"
    r"\d{1,2}\.\d{1,2}\.(?:[\dol]{2}){0,2}"  # 3.5., also with letters in place of digits: 3.5.2o27
    r"|\d{1,2}(?:::?\d\d\s?(?:h|uhr|am|pm)?|h\d\d\w{0,9})"  # 9:30, 9h30
    r"|\d{1,2}/\d{1,2}(?:/(?:\d\d){1,2})?"  # 12/3
    r"|\d{1,2}(?:[.:h]\d\d)?\s?(?:uhr|[ap]m)|[012]?\d\.\d\d\sh"  # 9 Uhr, 9.30pm, 9.30 h
    r"|\d{1,2}(?:st|nd|rd|th|s?te[nr]?)"  # 3rd, 3ten
    rf"|\d{{1,2}}\.?\s(?:of\s)?(?:{MONTH})|(?:{MONTH})\.?\s\d{{1,2}}"  # 3 May, May 3
    rf"|(?:\d{{1,2}}\s(?:past|min(?:ute)?s?\s(?:past|to))|quarter\s(?:past|to))(?=\Z|\s(?:{NOON}|midnight)\b)"  # 5 past
    rf"|for\s{_HOUR}\.[0-5]\d(?!\s?(?:[€$£%]|(?:eur|euros?|chf|pounds|dollars|[ck]?m|k?g|l|h|hours?)\b))"  # for 2.30
    r"|on\s(?:[1-9]|[12]\d|3[01])(?=\sat\s|[\s.!]*\Z)"  # on 15 (at 9)
    rf"|(?:at|around|about|um|gegen)\s{_HOUR}(?:ish)?(?=(?:\s[a-zäöü]{{1,30}}n)?[\s.!]*\Z)"  # at 9, um 9 anrufen
    rf"){END}"
)
# An hour before a part of the day (read if "at" is before it), minutes before noon, a time in a zone: none is read.
_UNREAD_TIME = caseless(
    rf"(?<!\bat\s)(?<!\bum\s)(?<!@\s)\b(?:[1-9]|1[0-2]|{SPOKEN_HOUR})\s"
    rf"(?:tonight|(?:this|tomorrow)\s(?:morning|afternoon|evening)|heute\sabend){END}"  # 7 tonight
    rf"|\d\sto\s(?:{NOON}|midnight)\b"  # 5 to noon
    r"|\d\s?(?:[ap]m|h|uhr)?\s\(?(?:gmt|utc|bst|[ecmp][sd]t|(?-i:[ECMP]T)|cest|mes?z)\b"  # 9am EST
)
_DAY_BEFORE = rf"(?:{_DAY}|\d{{1,2}}\.?\s(?:{MONTH})|(?:{MONTH})\.?\s\d{{1,2}}|\d{{1,2}}\.\d{{1,2}}\.)"
# A time in digits alone: 9.30, 9-10, 0930, 9, 18 h, 9ish; but neither "room 9" nor "$9", "#9" or the 9 of "1, 9"
_TIME_ALONE = (
    rf"{NO_NUMBER}(?<![\w.,:/$€£#-])(?<!,\s)(?:\d{{1,2}}[:;.'’-]\d{{1,2}}(?:\s?(?:hrs?|[ap]m))?"
    r"|[012]\d[0-5]\d(?:\s?(?:h|hrs?|hours|uhr|[ap]m))?|[1-9]|1[0-2]|(?:1[3-9]|2[0-4])\s?h|\d{1,2}(?:p|ish))"
)
# What may stand between a day and the end of the text where a time is written in words: "ab 9 oder 8", "not before 10"
_TIME_WORDS = (
    r"(?:\d{1,4}(?:[:;.,'’h/-]\d{1,2})?(?:h|hrs?|uhr|ish|[ap]m?)?|[-–/]|at|after|before|from|until|by|not|no|later|than"
    r"|or|to|and|between|about|around|half|ca|ab|bis|um|nach|vor|oder|und|zwischen|von|gegen|halb|(?:drei)?viertel"
    r"|spätestens|frühestens|h|hrs?|hours?|uhr|[ap]m|noon|morning|o|clock)\.?"
)
# A line break is one that is_read_in_part puts before and after the date that was read, so that a time within it does
# not count. A title has none.
_UNREAD_NEAR_DAY = caseless(
    rf"{_TIME_ALONE}\s\n?{_DAY_BEFORE}{END}"  # dentist 9 tomorrow
    rf"|\b{_DAY_BEFORE}\n?(?=\s\D{{0,30}}\d)(?:,?\s{_TIME_WORDS}){{1,6}}[ !]*\Z"  # freitag ab 9 oder 8: with a digit
)
# Another day directly before the date that was read: patterns for the text before the date, and for the date
_DAY_BEFORE_DATE = (
    # "friday " before "28/6/2027", "wed to " before "fri this week at 9"
    (caseless(rf"\b(?:{WEEKDAY}|{SHORT_WEEKDAY})[.,]?\s(?:(?:to|or|bis|oder)\s)?\Z"),
     re.compile(r"\d")),
    # "call tomorrow maybe " before "9am"
    (caseless(rf"(?<=\S\s){_DAY}\s\S{{1,12}}\s\Z"), re.compile(r"\A\d.{0,9}\Z")),
    # "do " before "17:30"
    (caseless(rf"\b(?:{GERMAN_SHORT_WEEKDAY})[.,]?\s\Z"), re.compile(r"\A\d")),
    # "sauna 12 loka " before "18:30": a month in another language
    (re.compile(r"(?<![\w.,:/-])\d{1,2}\.?\s[^\W\d]{2,12}\.?\s(?:20\d\d\s)?\Z"),
     caseless(r"\A\d{1,2}[.:]\d\d(?:\s?(?:uhr|h))?\Z")),
    # "dentist 10 approximately " before "9am"
    (caseless(rf"{NO_NUMBER}(?<![\w.,:/$€£#-])(?<!,\s)(?:[1-9]|[12]\d|3[01])\s(?:approx(?:imately|\.)?\s)?\Z"),
     caseless(r"\A\d{1,2}(?:[.:]\d\d)?\s?(?:[ap]\.?m\b|uhr|h\b)")),
)  # fmt: skip
# Directly after a date with a weekday: " 27.5" of "samstag nachmittag 27.5", but not " 12.5 km"
_DAY_AFTER = re.compile(r"\A,?\s(?:[1-9]|[12]\d|3[01])\.(?:[1-9]|1[0-2])(?![\w€%]|[.,:]\d|\s(?:[€%]|k?[gm]\b|l\b|eur))")
_WITH_WEEKDAY = caseless(rf"\b{WEEKDAY}\b")
# A date that ends a heading, with a number after it: "friday, " of "friday, 9 dentist"
_DAY_AS_HEADING = caseless(rf"\b(?:{WEEKDAY}|{SHORT_WEEKDAY}),\s\Z")
# "Before tuesdays" of "before tuesdays seminar", which is no tuesday but a seminar's
_OWNING_DAY = caseless(r"days\s?\Z")
_OWNED = caseless(r"\A\s(?!(?:at|in|on|for|with|from|until|and|or|then)\b)[^\W\d]")
# Directly after it: " and 20" of "every day at 8 and 20"
_SECOND_HOUR = caseless(rf",?\s(?:and|or|und|oder)\s{_HOUR}[\s.!]*\Z")


def unread_number(title: str) -> str:
    """Return a number in a title, outside its quotes, that could be a day or a time: "12/3", "3. May"; else ""."""
    text = mask_quotes(title)
    match = _UNREAD.search(text) or _UNREAD_TIME.search(text) or _UNREAD_NEAR_DAY.search(text)
    return match[0] if match else ""


def is_read_in_part(sentence: str, mention: DueMention) -> bool:
    """Return whether the sentence has a day or hour beside the date that was read: "every day at 8 and 20"."""
    text, (start, end) = mask_quotes(sentence), mention.spans[0]
    before, date, after = text[:start], text[start:end], text[end:]
    has_day_before = any(day.search(before) and part.search(date) for day, part in _DAY_BEFORE_DATE)
    has_day_after = _WITH_WEEKDAY.search(date) and _DAY_AFTER.match(after)
    is_heading = _DAY_AS_HEADING.search(date) and re.search(r"\d", after)
    is_owning = mention.rule is None and _OWNING_DAY.search(date) and _OWNED.match(after)
    if has_day_before or has_day_after or is_heading or is_owning:
        return True
    if _SECOND_HOUR.match(after) or _UNREAD_TIME.search(text):
        return True
    is_whole_day = mention.rule is None and mention.due is not None and mention.due.day is not None
    return is_whole_day and _UNREAD_NEAR_DAY.search(f"{before}\n{date}\n{after}") is not None
