"""Finds numbers that could be a day or a time and are read as none: "9" in "dentist 9 tomorrow"."""

import re

from taskchat_app.domain.dates.calendar_dates import NO_DATES, NO_NUMBER
from taskchat_app.domain.dates.clock_phrases import NOON, SPOKEN_HOUR
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.date_phrase import DueMention
from taskchat_app.domain.dates.vocabulary import END, GERMAN_SHORT_WEEKDAY, MONTH, SHORT_WEEKDAY, WEEKDAY, caseless

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


def unread_number(title: str) -> str:
    """Return a number in a title, outside its quotes, that could be a day or a time: "12/3", "3. May"; else ""."""
    text = mask_quotes(title)
    match = _UNREAD.search(text) or _UNREAD_TIME.search(text) or _UNREAD_NEAR_DAY.search(text)
    return match[0] if match else ""


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
    # 7 of "call Ann 7 tonight" is part of no date; 9 of "dentist 9 tomorrow" may be the hour of a date without one.
    if _SECOND_HOUR.match(after) or _UNREAD_TIME.search(text):
        return True
    is_whole_day = mention.rule is None and mention.due is not None and mention.due.day is not None
    return is_whole_day and _UNREAD_NEAR_DAY.search(f"{before}\n{date}\n{after}") is not None
