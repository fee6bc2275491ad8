"""Parses times of day in English and German: "9am", "half past nine", "um 14 Uhr 30".

_ROWS has a pattern for each spelling, and the function that makes a time of its match; _HOURS_ALONE has hours without
minutes and without "pm". The groups of the patterns: `hour` is in digits or words, `minute` in digits, `minutes` in
words, `half` the half of the day ("pm", "abends"); `count` and `side` are minutes before or after an hour: "20 vor 8".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time
from typing import TypeAlias

from taskchat_app.domain.dates.vocabulary import (
    END,
    END_OF_DAY,
    MONTH,
    NUMBER,
    PARTS_OF_DAY,
    WEEKDAY,
    any_of,
    caseless,
    in_both_spellings,
    number,
    with_digraphs,
)

Resolve: TypeAlias = Callable[[re.Match[str]], time | None]


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day in a text that ends at `end`.

    `vague`: an hour alone ("at 7") or a part of the day ("evening"). `either_half`: the words do not say which half of
    the day is meant ("at 7", "at 7:30", but not "07:30" and "7pm"). `early`: near a word for the morning ("breakfast at
    8").
    """

    end: int
    at: time
    vague: bool = False
    either_half: bool = False
    early: bool = False

    @property
    def may_be_evening(self) -> bool:
        return self.either_half and not self.early


def match_clock(text: str, position: int) -> ClockTime | None:
    """Return the time of day that begins at a position, or None."""
    for pattern, resolve in _CLOCKS:
        match = pattern.match(text, position)
        at = resolve(match) if match else None
        if match is None or at is None:
            continue
        is_alone = resolve is _hour_alone
        if is_alone:
            either_half = not match["hour"].startswith("0") and number(match["hour"]) < 12
        else:
            either_half = _EITHER_HALF.fullmatch(match[0]) is not None
        early = _is_near(_EARLY, match) or _is_near(_WAKING, match)
        return ClockTime(match.end(), at, vague=is_alone, either_half=either_half, early=early)
    return None


def match_part(text: str, position: int) -> ClockTime | None:
    """Return the time of a part of the day, for use after a day only: 9:00 for the "morning" of "tomorrow morning"."""
    if match := _PART.match(text, position):
        return ClockTime(match.end(), PARTS_OF_DAY[_word(match["part"])], vague=True)
    return None


def in_the_evening(clock: ClockTime | None, text: str) -> ClockTime | None:
    """Return the time 12 hours later if the text names an event of the evening: "dinner at 7" is at 19:00."""
    if clock is None or not clock.either_half or not 6 <= clock.at.hour < 12:
        return clock
    if not _EVENING.search(text) or "morning" in text.lower():
        return clock
    has_minutes = not clock.vague
    if has_minutes and (clock.at.hour > 9 or _ERRAND.search(text)):
        return clock
    return replace(clock, at=clock.at.replace(hour=clock.at.hour + 12), either_half=False)


def _is_near(words: re.Pattern[str], match: re.Match[str]) -> bool:
    """Return whether one of the words is up to _NEARBY characters before or after the match's beginning."""
    begin = match.start()
    return words.search(match.string, max(0, begin - _NEARBY), begin + _NEARBY) is not None


def _word(text: str) -> str:
    """Return the text in lower case, with blanks for hyphens, as it is in the tables of words."""
    return " ".join(text.lower().replace("-", " ").split())


def _in_digits(match: re.Match[str]) -> time | None:
    hour, minute = _on_24_hour_clock(match, int(match["hour"])), int(match["minute"] or 0)
    if (hour, minute) == (24, 0):
        return END_OF_DAY
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _on_24_hour_clock(match: re.Match[str], hour: int) -> int:
    """Return the hour on a 24-hour clock, converted by "am", "pm", "abends", …; _NO_HOUR for "14 pm"."""
    half = _word(match.groupdict().get("half") or "").replace(".", "")
    if half in ("nachts", "at night"):
        return hour % 12 if hour in (12, 1, 2, 3, 4, 5) else hour % 12 + 12  # "3 at night", "11 at night"
    if hour > 12 and half in ("a", "p", "am", "pm"):
        return _NO_HOUR
    if hour > 12 or not half:
        return hour
    return _in_half(hour, half)


def _in_half(hour: int, half: str) -> int:
    return hour % 12 if half in _BEFORE_NOON else hour % 12 + 12


def _in_words(match: re.Match[str]) -> time | None:
    """Resolve "nine thirty pm" and "abends um acht"."""
    return _time_after(_on_24_hour_clock(match, _spoken_hour(match)), _spoken_minutes(match))


def _on_the_clock_face(match: re.Match[str]) -> time | None:
    """Resolve "half past nine" and "drei Uhr", of which the hour without "am" or "abends" is the likely one."""
    return _time_after(_likely_spoken_hour(match), _spoken_minutes(match))


def _minutes_to_or_past(match: re.Match[str]) -> time | None:
    """Resolve "ten past four", "20 vor 8" and "fünf nach halb neun"."""
    count = _word(match["count"])
    minutes = int(count) if count.isdecimal() else _SPOKEN_MINUTES[count]
    if minutes > 59:
        return None
    if match["side"].lower() in ("to", "vor"):
        minutes = -minutes
    if match.groupdict().get("halb"):
        minutes -= 30
    return _time_after(_likely_spoken_hour(match), minutes)


def _time_after(hour: int, minutes: int) -> time | None:
    """Return the time `minutes` after an hour, or before it if negative; None on another day."""
    total = 60 * hour + minutes
    if total == 24 * 60:
        return END_OF_DAY
    return time(total // 60, total % 60) if 0 < total < 24 * 60 else None


def _spoken_minutes(match: re.Match[str]) -> int:
    spoken = match.groupdict().get("minutes")
    return _SPOKEN_MINUTES[_word(spoken)] if spoken else 0


def _spoken_hour(match: re.Match[str]) -> int:
    hour = _word(match["hour"])
    if hour in ("noon", "midday"):
        return 12
    return _GERMAN_NUMBERS.get(hour) or number(hour)


def _likely_spoken_hour(match: re.Match[str]) -> int:
    """Return the hour in its half of the day; if none is named, in the likely one, unless a word nearby means early."""
    hour = _spoken_hour(match)
    if match["half"] or _is_near(_WAKING, match):
        return _on_24_hour_clock(match, hour)
    return _likely_hour(hour)


def _likely_hour(hour: int) -> int:
    """Return an hour said without "am" or "pm" on a 24-hour clock: 1 to 6 are in the afternoon."""
    return hour + 12 if 1 <= hour <= 6 else hour


def _hour_alone(match: re.Match[str]) -> time | None:
    """Resolve an hour alone: "at 5" and "um 5" are in the afternoon, "um 05" is not."""
    hour = number(match["hour"])
    if hour == 24:
        return END_OF_DAY
    if hour > 24:
        return None
    is_as_written = match["hour"].startswith("0") or _is_near(_WAKING, match)
    return time(hour if is_as_written else _likely_hour(hour))


def _afternoon(match: re.Match[str]) -> time | None:
    """Resolve "at 4:30" to the afternoon; near a word for the morning a later row reads the hour as it is written."""
    if _is_near(_EARLY, match):
        return None
    return time(_likely_hour(int(match["hour"])), int(match["minute"]))


def _start_of_range(match: re.Match[str]) -> time | None:
    """Resolve "3-5pm" to its start: 15:00; of "11-1pm" it is 11:00."""
    hour, minute, last, last_minute = (int(match[name] or 0) for name in ("hour", "minute", "last", "last_minute"))
    if not (1 <= hour <= 12 and 1 <= last <= 12 and minute < 60):
        return None
    end_half = match["half"][0].lower()
    start_half = (match["first"] or end_half)[0].lower()
    start, end = _in_half(hour, start_half), _in_half(last, end_half)
    if not match["first"] and (start, minute) >= (end, last_minute):
        start = (start + 12) % 24  # in the other half
    return time(start, minute)


_NO_HOUR = 99
_BEFORE_NOON = ("a", "am", "in the morning", "morgens", "früh", "frueh", "vormittags", "am morgen", "am vormittag")
_AM_PART = r"am\s(?:morgen|vormittag|mittag|nachmittag|abend)"
_PART_OF_DAY = with_digraphs(
    rf"in\sthe\s(?:morning|afternoon|evening)|at\snight|{_AM_PART}|morgens|früh|vormittags|nachmittags|abends|nachts"
)
_HALF = rf"(?P<half>{_PART_OF_DAY})"  # in the morning, abends
_ANY_HALF = rf"(?P<half>{_PART_OF_DAY}|am|pm|a\.m\.?|p\.m\.?)"  # pm, abends
_HALF_BEFORE = rf"(?P<half>{with_digraphs('morgens|früh|vormittags|nachmittags|abends|nachts')})\s(?:um|gegen)\s"
SPOKEN_HOUR = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    rf"|{with_digraphs('eins?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf')})"
)
NOON = "noon|midday"
_FEW_MINUTES = {"five": 5, "ten": 10, "twenty": 20, "twenty five": 25}
_TEENS = "drei vier fünf sech sieb acht neun".split()
_UNITS = "ein zwei drei vier fünf sechs sieben acht neun".split()
_TENS = {20: "zwanzig", 30: "dreißig", 40: "vierzig", 50: "fünfzig"}
_GERMAN_NUMBERS = in_both_spellings(
    {word: count for count, word in enumerate(["eins", *_UNITS[1:], "zehn", "elf", "zwölf"], 1)}
    | {f"{teen}zehn": count for count, teen in enumerate(_TEENS, 13)}
    | {word: ten for ten, word in _TENS.items()}
    | {f"{unit}und{word}": ten + count for ten, word in _TENS.items() for count, unit in enumerate(_UNITS, 1)}
)
"""German numbers from 1 to 59: hours and minutes as they are dictated."""
_SPOKEN_MINUTES = _GERMAN_NUMBERS | _FEW_MINUTES | {
    "fifteen": 15, "thirty": 30, "forty": 40, "forty five": 45, "fifty": 50, "half past": 30, "half": 30,
    "quarter past": 15, "quarter to": -15, "halb": -30, "viertel nach": 15, "viertel vor": -15,
}  # fmt: skip
_SPOKEN = rf"(?P<hour>{SPOKEN_HOUR})\s(?P<minutes>forty[\s-]five|fifteen|twenty|thirty|forty|fifty)"  # nine thirty
_LEAD = r"(?:at|(?:(?-i:so)\s)?(?:um|gegen)|around|@)\s?"  # at, um
_BETWEEN = r"(?P<between>between|zwischen)"
_FROM = rf"(?:(?:at|um|from|von|{_BETWEEN})\s|@\s?)?"  # from, between, at or none
_TO = r"\s?(?:-|–|to|until|till|bis|(?(between)(?:and|und)|(?!)))\s?"  # " - ", " bis "; "8am and 8pm" are two times
# An hour in words only where no noun follows: neither "at five guys" nor "um fünf Euro".
_NO_NOUN = (
    r"(?=\s?(?:$|[,.;!?)])|\s(?:tonight|today|tomorrow|tmrw|on|for|in|and|with|to|at|sharp|or|about|every|each|next|this"
    rf"|please|okay|(?:{WEEKDAY}))\b)"
)
_NO_NOUN_DE = r"(?=\s?(?:$|[,.;!?)])|\s(?-i:[a-zäöüß]))"
_UHR = rf"(?P<hour>ein|{any_of(_GERMAN_NUMBERS)})\suhr(?:\s(?P<minutes>{any_of(_GERMAN_NUMBERS)}){END}{_NO_NOUN_DE})?"
_FEW = any_of(_FEW_MINUTES).replace(r"\s", r"[\s-]")
_FEW_GERMAN = with_digraphs("fünfundzwanzig|zwanzig|fünf|zehn")
_CLOCK_HOUR = rf"(?P<hour>{SPOKEN_HOUR}|{NOON}|\d{{1,2}}(?:(?=[ap]m{END})|{END}))"  # nine, noon, 9
# "Um 10 vor 3 Leuten" names no time. In "um 10 vor 3" the 10 is no hour.
_NO_NOUN_IN_DATIVE = r"(?!\s(?-i:[A-ZÄÖÜ]\w{1,30}n)\b|\s(?:stunde|minute|tag|woche|monat|jahr)\b)"
_NO_MINUTES = rf"(?!(?:\sminuten)?\s(?:vor|nach)\s(?:halb\s)?(?:{SPOKEN_HOUR}|1?\d|2[0-4]){END}{_NO_NOUN_IN_DATIVE})"
_CLOCK = r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?"  # 9, 9:30, 9.30
_AM_PM = r"(?P<half>am|pm|a\.m\.?|p\.m\.?)"
_ANY_HOUR = rf"(?P<hour>\d{{1,2}}|{SPOKEN_HOUR})"
_AFTER_DAY = r"(?:(?<=day\s)|(?<=tag\s)|(?<=heute\s)|(?<=\d\d\.\s)|(?<=morgen\s)|(?<=tomorrow\s))"
_ROWS: tuple[tuple[str, Resolve], ...] = (
    # 3-5pm, from 9 am to 5 pm: of a range the start counts
    (rf"{_FROM}{_CLOCK}\s?(?P<first>am|pm)?{_TO}"
     rf"(?P<last>\d{{1,2}})(?:[:.](?P<last_minute>\d\d))?\s?{_AM_PM}", _start_of_range),
    # Von 9 bis 17 Uhr
    (rf"{_FROM}{_CLOCK}(?:\suhr)?{_TO}\d{{1,2}}(?:[:.]\d\d)?\suhr(?:\s{_HALF})?", _in_digits),
    (rf"{_FROM}(?P<hour>\d{{1,2}}):(?P<minute>\d\d){_TO}\d{{1,2}}:\d\d", _in_digits),  # 9:00 - 10:30
    # Um 8 am Abend; in "um 12 am Freitag" and "um 8 am Bahnhof" the "am" belongs to the next word
    (rf"(?:um|gegen)\s{_CLOCK}\s(?P<half>{_AM_PART})", _in_digits),
    (rf"(?:um|gegen)\s{_CLOCK}(?=\sam\s(?-i:[A-ZÄÖÜ\d]))", _in_digits),
    (rf"(?:{_LEAD})?{_CLOCK}\s?{_AM_PM}", _in_digits),  # 9am, at 9:30 p.m.
    (r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?P<half>[ap])", _in_digits),  # 6:15a
    (rf"(?:{_LEAD})(?P<hour>\d{{1,2}})(?::(?P<minute>\d\d))?(?P<half>[ap])", _in_digits),  # at 9p
    (rf"(?:{_LEAD})?(?P<hour>\d{{1,2}})[:.](?P<minute>\d\d)\s?(?:uhr|h)(?:\s{_HALF})?", _in_digits),  # 14.30 Uhr
    # Um 8 Uhr abends, 8 Uhr 30, but not "um 8 Uhr 30. Mai"
    (rf"(?:{_LEAD})?(?P<hour>\d{{1,2}})\s?uhr(?:\s(?P<minute>\d\d)(?!\.?\s(?:{MONTH})\b))?(?:\s{_HALF})?", _in_digits),
    # At 4:30 is in the afternoon, "at 04:30" is not; "at 5:30" and "at 6:30" are as written
    (r"(?:(?:at|@|um|gegen)\s)?(?P<hour>[1-4]):(?P<minute>[0-5]\d)(?::00)?"
     rf"(?!:?\d|\s?(?:am|pm|a\.m|p\.m|{_PART_OF_DAY}))", _afternoon),
    # 14:30, at 9:30 in the morning
    (rf"(?:{_LEAD})?(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?::00)?(?:\s{_HALF})?", _in_digits),
    (rf"(?:{_LEAD})(?P<hour>\d{{1,2}})\.(?P<minute>\d\d)", _in_digits),  # um 14.30
    (rf"(?:{_LEAD})?(?P<hour>\d{{1,2}})(?P<minute>)\s{_HALF}", _in_digits),  # at 9 in the morning
    # At 17h, heute 15h, but not "study today 3h"
    (rf"(?:{_LEAD}|{_AFTER_DAY}(?=1[3-9]|2[0-3]))"
     r"(?P<hour>\d{1,2})h(?P<minute>[0-5]\d)?", _in_digits),
    (rf"{_HALF_BEFORE}{_CLOCK}(?:\suhr)?{END}{_NO_MINUTES}", _in_digits),  # abends um 8
    (rf"{_HALF_BEFORE}{_UHR}", _in_words),  # abends um acht Uhr dreißig
    (rf"{_HALF_BEFORE}(?P<hour>{SPOKEN_HOUR}){END}{_NO_MINUTES}", _in_words),  # abends um acht
    # Ten past four
    (rf"(?:{_LEAD}|(?!\d))(?P<count>\d{{1,2}}|{_FEW})(?:\smin(?:ute)?s?)?\s(?P<side>past)\s{_CLOCK_HOUR}"
     rf"(?:\s?{_ANY_HALF})?", _minutes_to_or_past),
    # 10 minutes to 4 pm
    (rf"(?P<count>\d{{1,2}})\smin(?:ute)?s?\s(?P<side>to|past)\s{_CLOCK_HOUR}\s?{_ANY_HALF}", _minutes_to_or_past),
    # At 10 minutes to 12; "at 10 to 12" is a range
    (rf"{_LEAD}(?P<count>(?:5|10)(?=\sminutes\s)|20|25|{_FEW})(?:\sminutes?)?\s(?P<side>to|after)\s{_CLOCK_HOUR}"
     rf"(?:\s{_ANY_HALF}|{_NO_NOUN})", _minutes_to_or_past),
    # Um 20 vor 8, fünf nach halb neun
    (rf"(?:{_LEAD}|(?!\d))(?P<count>\d{{1,2}}|{_FEW_GERMAN})(?:\sminuten)?\s(?P<side>vor|nach)\s(?P<halb>halb\s)?"
     rf"{_CLOCK_HOUR}(?:\suhr)?(?:\s{_HALF})?{_NO_NOUN_IN_DATIVE}", _minutes_to_or_past),
    # Half past nine
    (rf"(?:{_LEAD})?(?:a\s)?(?P<minutes>half\spast|quarter\s(?:past|to))\s(?P<hour>{NUMBER}|{NOON})(?:\s?{_ANY_HALF})?",
     _on_the_clock_face),
    # Nine o'clock
    (rf"(?:{_LEAD})?(?P<hour>{NUMBER})\so['’]?clock(?:\s{_ANY_HALF})?", _on_the_clock_face),
    # At half nine is half past nine in English
    (rf"(?:at|@|(?:at\s)?(?:about|around))\s(?P<minutes>half)\s(?P<hour>{NUMBER})(?P<half>){_NO_NOUN}",
     _on_the_clock_face),
    (rf"(?:{_LEAD})?{_SPOKEN}\s{_ANY_HALF}", _in_words),  # nine thirty pm
    (rf"(?:at|@)\s{_SPOKEN}(?P<half>)", _on_the_clock_face),  # at nine thirty
    (rf"(?:{_LEAD})?(?P<hour>{SPOKEN_HOUR})\s{_ANY_HALF}", _in_words),  # nine in the morning
    # Um neun Uhr fünfzehn, neunzehn Uhr; but not "um neun Uhr zehn Eier kaufen"
    (rf"(?:{_LEAD})?{_UHR}(?:\s{_HALF})?", _on_the_clock_face),
    # Halb neun, viertel vor 9 abends
    (rf"(?:{_LEAD})?(?P<minutes>halb|viertel\s(?:nach|vor))\s(?P<hour>{NUMBER})(?:\s{_HALF})?", _on_the_clock_face),
    (r"(?:at\s)?(?:noon|midday)|(?:am\s|zu\s)?mittags?", lambda _: time(12)),
    (r"(?:at\s|um\s)?(?:midnight|mitternacht)|(?:by\s)?(?:the\s)?end\sof\s(?:the\s)?day", lambda _: END_OF_DAY),
)  # fmt: skip
_HOURS_ALONE = (
    rf"(?:at|um|@)\s?(?P<hour>\d{{1,2}}){END}{_NO_MINUTES}",  # at 5
    rf"at\s(?P<hour>{SPOKEN_HOUR}){END}{_NO_NOUN}",  # at five
    rf"(?:(?-i:so)\s)?um\s(?P<hour>{SPOKEN_HOUR}){END}{_NO_NOUN_DE}{_NO_MINUTES}",  # um fünf
    rf"(?:(?:at|about|around)\s)?{_ANY_HOUR}[\s-]?ish{END}{_NO_NOUN}",  # 5ish
    rf"{_AFTER_DAY}(?:about|around)\s{_ANY_HOUR}{END}{_NO_NOUN}",  # today around 5
    # Around 5 on friday
    rf"(?<!\bfor\s)(?:at\sabout|around)\s{_ANY_HOUR}{END}(?=\s(?:today|tonight|tomorrow|on)\b)",
    rf"(?:{_BETWEEN}|from|von)\s(?P<hour>\d{{1,2}}){_TO}\d{{1,2}}{END}",  # between 3 and 5
)
_CLOCKS: tuple[tuple[re.Pattern[str], Resolve], ...] = (
    *((caseless(f"(?:{pattern}){END}"), resolve) for pattern, resolve in _ROWS),
    *((caseless(pattern), _hour_alone) for pattern in _HOURS_ALONE),
)

_EVENING = caseless(r"\b(?:dinner|supper|abendessen|drinks|cinema|movies?|theat(?:er|re)|concert|kino|konzert)\b")
# What is done before the evening: "book dinner at 8:30"
_ERRAND = caseless(r"\b(?:tickets?|sale|book|buy|prep|prepare|rehears)|karten\b")
_PART = caseless(rf"(?:in\sthe\s|am\s)?(?P<part>{any_of(PARTS_OF_DAY)}){END}")
_RISING = r"morning|dawn|sunrise|wake|waking|alarm|get(?:ting)?\sup"
_EARLY = caseless(rf"\b(?:{_RISING}|early|breakfast|{with_digraphs('frühstück')}\w{{0,9}}|flight|night|overnight)\b")
_WAKING = caseless(
    rf"\b(?:{_RISING}|morgens|{with_digraphs('früh|frühe?[nrs]|frühmorgens')}|sonnenaufgang|nachts?"
    r"|weck(?:en?|er|t|ruf)?|aufstehen|aufwachen"
    r"|(?:jeden|am|heute|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)\s?morgen)\b"
)
_EITHER_HALF = caseless(  # "at 7:30", "half past nine", "drei Uhr"; not "07:30"
    rf"(?:{_LEAD}|about\s|at\sabout\s|at\saround\s)?(?:(?:[1-9]|1[01])(?:[:.]\d\d)?"
    r"|(?:eins?|zwei|drei|vier|fünf|sechs)\suhr"
    rf"|(?:half(?:\spast)?|quarter\s(?:past|to)|halb|viertel\s(?:nach|vor))\s(?:{SPOKEN_HOUR}|[1-9]|1[01]))"
)
_NEARBY = 80
"""Characters around a time in which a word says that it is in the morning: of _EARLY for "at 4:30", else of _WAKING."""
