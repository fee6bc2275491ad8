"""Parses the time or the part of the day before or after a day: "tomorrow evening at 8", "10.12. um ca. 18 Uhr".

A ClockTime is `vague` for an hour alone or a part of the day ("at 7", "evening"), and has `either_half` if it may be am
or pm ("at 7:30"). A part of the day before it decides that: "evening at 7:30" is 19:30.
"""

import re
from dataclasses import replace
from datetime import time
from typing import NamedTuple

from taskchat_app.domain.dates.clock_phrases import ClockTime, match_clock, match_part
from taskchat_app.domain.dates.vocabulary import PARTS_OF_DAY, caseless

# Between a day, its part and its time: a blank, or a comma with or without blanks
_GAP = re.compile(r"\s?(?:,\s?|\s)")
# Between a day and its time: "10.12. um ca. 18 Uhr", "friday from 5pm", "tonight before 10", "15.9. - 6:00 Uhr"
_TIME_LEAD = caseless(
    r"(?:(?P<english>(?:at\s)?(?:before|by|until|till|about|around|approx|approximately|roughly|from))"
    r"|[-–/]|(?:(?:um|ab)\s)?(?:ca|circa|etwa|ungefähr|gegen|gg|ab|frühestens(?:\sum)?|bis|vor|spätestens(?:\sum)?|bis\sspätestens))"
    r"\.?\s(?=\d|mittag|noon|midday|midnight)"
)
# Times only after a day, each in a group for the hour and one for the minute: "morgen 1700", "on 4.9. at 9h15"
_DIGITS_ONLY = caseless(
    r"(?!0000)([01]\d|2[0-3])([0-5]\d)(?:\s?(?:h|uhr))?(?=[\s,;.!]{0,3}(?:\Z|[,;)]))"  # 1700
    r"|(?:at\s|um\s)?(0?[6-9]|1\d|2[0-3])h([0-5]\d)"  # at 9h15
    r"|([01]\d|2[0-3])\.(00|1[3-9]|[2-5]\d)(?:\s?h)?(?=[\s,;.!]{0,3}(?:\Z|[,;)]))"
)
# "Tomorrow evening 7"
_LAST_HOUR = re.compile(r"(?:\d|1[0-2])(?=[\s.!]{0,3}\Z)")
# Behind a number that counts nothing: "by 3.", "by 3 the report"; "by 3 books" counts them
_NOT_COUNTED = caseless(r"\s?(?:\Z|[,;!?)#]|\.(?!\s?\w)|(?:the|my|den|die|das|mein\w{0,2})\s)")
_IN_PART = caseless(r"(?:in\sthe|am)\s")
# In "um 8 am Freitagabend" the "am" belongs to the day.
_NAMES_HALF = caseless(r"\A(?!um\b).*[ap]\.?m\b|morning|morgens|fr(?:ü|ue)h|mittags|nachts|at\snight|abends")
NIGHTS = {"night": 4, "tonight": 4, "nacht": 6, "evening": 1, "abend": 1, "abends": 1}
"""Parts of a day, and the first hour that is not past midnight in them: of the evening only "12" is."""
NIGHT_END = 6
_CLOCK_MAX_CHARACTERS = 30


class TimeOfDay(NamedTuple):
    """A time at a day, 18:00 for "evening" alone; `word` is that of the part, "tonight", or "" for a time alone."""

    clock: ClockTime
    word: str


def clock_after(text: str, position: int, *, is_tonight: bool) -> TimeOfDay | None:
    """Return the time or part of the day after a day: 20:00 for "evening at 8"; `is_tonight`: this day is "tonight"."""
    part = part_after(text, position)
    if part is None and is_tonight:  # without a time it is the evening
        part = TimeOfDay(ClockTime(position, PARTS_OF_DAY["evening"], vague=True), "tonight")
    if part:
        return _clock_after_part(text, part.clock.end, part.word) or part
    return _clock_after_part(text, position, "")


def clock_before(text: str, position: int) -> ClockTime | None:
    """Return the time at a position, which a day may follow: "9am", "am Abend um 8"."""
    if clock := match_clock(text, position):
        return clock
    part = part_after(text, position) if _IN_PART.match(text, position) else None
    timed = _clock_after_part(text, part.clock.end, part.word) if part else None
    return replace(timed.clock, vague=False) if timed else None


def part_after(text: str, position: int) -> TimeOfDay | None:
    """Return the part of the day after a day, also without a blank: "Freitagabend"."""
    gap = _GAP.match(text, position)
    begin = gap.end() if gap else position
    part = match_part(text, begin)
    if part is None:
        return None
    clock = match_clock(text, begin) if gap else None
    if clock and clock.end > part.end:
        return None  # "abends um acht" is a time
    return TimeOfDay(part, text[position : part.end].lower().split()[-1])


def _clock_after_part(text: str, position: int, word: str) -> TimeOfDay | None:
    """Return the time after a day, and after its part of the day if there is a `word` for it."""
    gap = _GAP.match(text, position)
    clock = _clock_of_day(text, gap.end(), is_after_part=word != "") if gap else None
    if gap is None or clock is None:
        return None
    words = text[gap.end() : clock.end]
    if words.lower().startswith("nachts"):  # "nachts um 2" names its part itself
        return TimeOfDay(clock, "nacht")  # so the caller knows that 2:00 is on the next day
    return TimeOfDay(in_part(clock, word, words), word)


def _clock_of_day(text: str, position: int, *, is_after_part: bool) -> ClockTime | None:
    if clock := match_clock(text, position):
        return clock
    if digits := _DIGITS_ONLY.match(text, position):
        hour, minute = (int(group) for group in digits.groups() if group)  # those of the alternative that fits
        return ClockTime(digits.end(), time(hour, minute))
    if lead := _TIME_LEAD.match(text, position):
        return _clock_after_lead(text, lead)
    if is_after_part and _LAST_HOUR.match(text, position):  # "tomorrow evening 7"
        return _clock_with("at ", text, position)
    return None


def _clock_after_lead(text: str, lead: re.Match[str]) -> ClockTime | None:
    """Return the time after a match of _TIME_LEAD; None for "by 3 books"."""
    begin = lead.end()
    if not text[begin].isdigit():  # "noon"
        return match_clock(text, begin)
    clock = _clock_with("at " if lead["english"] else "um ", text, begin)
    if clock and text[begin : clock.end].strip().isdigit() and not _NOT_COUNTED.match(text, clock.end):
        return None
    return clock


def _clock_with(preposition: str, text: str, position: int) -> ClockTime | None:
    """Return the time that begins at a position, as if the preposition stood before it."""
    clock = match_clock(preposition + text[position : position + _CLOCK_MAX_CHARACTERS], 0)
    return replace(clock, end=position + clock.end - len(preposition)) if clock else None


def in_part(clock: ClockTime, word: str, words: str) -> ClockTime:
    """Return the time in the part of the day of this word, "tonight" or "": "at 8" in the evening is 20:00.

    `words` are those of the time: with "am", "morgens" or "nachts" it stays. A time whose hour changes is not vague.
    """
    if not word or _NAMES_HALF.search(words):
        return clock
    hour = _hour_in_part(clock.at.hour, word, is_assumed=clock.either_half)
    clock = replace(clock, either_half=False)
    return clock if hour is None else replace(clock, at=clock.at.replace(hour=hour), vague=False)


def _hour_in_part(hour: int, word: str, *, is_assumed: bool) -> int | None:
    """Return the hour that is meant in a part of the day, by the first rule that fits; None if it is the hour given.

    `is_assumed`: the half of the day is not said but assumed by match_clock, as "at 2" alone is read as 14:00.

    | said                     | hour | word      | assumed | meant | rule           |
    | "12 in the evening"      | 12   | "evening" | no      | 0     | past midnight  |
    | "tonight at 2"           | 14   | "tonight" | yes     | 2     | past midnight  |
    | "tonight at 14:00"       | 14   | "tonight" | no      | None  | none           |
    | "morgen Mittag um 1 Uhr" | 1    | "mittag"  | no      | 13    | "Mittag"       |
    | "8 in the evening"       | 8    | "evening" | either  | 20    | after noon     |
    | "in the morning at 5"    | 17   | "morning" | yes     | 5     | in the morning |
    | "in the morning at 9"    | 9    | "morning" | either  | None  | none           |
    """
    if hour % 12 < NIGHTS.get(word, 0) and (is_assumed or hour <= 12):  # past midnight
        return hour % 12
    if word == "mittag":  # "at 1" near "midday" is read as 13:00 already
        return hour + 12 if 1 <= hour < 5 else None
    # "Tonight" is in no table of parts, since it is a day. A word that is in none ("day" of "all day") counts as noon.
    begins = 18 if word == "tonight" else PARTS_OF_DAY.get(word, time(12)).hour
    is_morning, is_after_noon = begins < 12, begins >= 15
    if is_after_noon and 1 <= hour < 12:
        return hour + 12
    if is_morning and is_assumed and hour > 12:
        return hour - 12
    return None
