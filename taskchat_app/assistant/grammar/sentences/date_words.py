"""Reads dates in a language that is only a sentence file: its [dates] name the English words for its own."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from taskchat_app.assistant.grammar.commands import SlotMatch, UserClock
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.domain.dates.due_dates import said_due

_WORDS_MAX = 8
"""More words than a date has."""
_ENGLISH_DATES = (
    "{}, monday {}, {} monday, every {}, every {} monday, every monday {} friday, in {} week, in 2 {}, at {} 5, "
    "at 5 {}, at {} past 5, at half {} 5, 5 {}, {} 5 december, the {} of december, 5th {} december, "
    "last {} of december, monday {} next week, the day {} tomorrow, every {} day, monday {} noon"
).split(", ")
"""Dates with a gap: a word belongs to dates if one of these is read with it."""
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = "january february march april may june july august september october november december".split()
_ANY_CLOCK = UserClock(ZoneInfo("UTC"), datetime(2026, 1, 1, 12, tzinfo=UTC))


def is_english(words: str) -> bool:
    """Return whether English dates have the words: "tomorrow", "every", and not "banana"."""
    return bool(words.strip()) and any(_ends_title("x", date.format(words), _ANY_CLOCK) for date in _ENGLISH_DATES)


def missing_names(english: Collection[str]) -> list[str]:
    """Return the weekdays and the months that are missing where others are there: a file has all of them, or none."""
    return [name for names in (_WEEKDAYS, _MONTHS) if {*names} & {*english} for name in names if name not in english]


def date_key(words: str) -> str:
    """Return words of a date as they are looked up: without capitals, and marks around them."""
    return " ".join(word.strip(".,!?") for word in words.casefold().replace("’", "'").split())


def with_english_dates(match: SlotMatch, dates: Mapping[str, str], clock: UserClock, *, is_new: bool) -> SlotMatch:
    """Return what is said, with the date at its end in English: "du pain tomorrow"; in a title only of a new task."""
    if not dates:
        return match
    names = ("when", "rest", "title") if is_new else ("when", "rest")
    in_english = {name: _in_english(match[name], dates, clock, slot=name) for name in names if name in match.slots}
    return replace(match, slots=match.slots | in_english)


def has_date_word(title: str, dates: Mapping[str, str], clock: UserClock) -> bool:
    """Return whether a title may have a date: "demain", a number behind a word of dates ("le 15"), one at its end."""
    text = f" {date_key(' '.join(title.split()[:100]))} "
    if any(before in dates and word[0].isdigit() for before, word in pairwise(text.split())):
        return True
    for words, english in dates.items():
        if text.endswith(f" {words} "):
            return True
        if f" {words} " in text and said_due(english, zone=clock.zone, now=clock.now):
            return True
    return False


def _in_english(text: str, dates: Mapping[str, str], clock: UserClock, *, slot: str) -> str:
    """Return the text with its longest end that is a date in English: "du pain tomorrow" for "du pain demain"."""
    words = text.split()
    end = 1 if slot == "when" else len(words)  # a "when" is a date as a whole
    for at in range(max(0, len(words) - _WORDS_MAX), end):
        before, date = " ".join(words[:at]), _translated(words[at:], dates)
        if not date:
            continue
        if slot == "title" and before:  # no word of the date may stay in the title
            is_read = _ends_title(before, date, clock)
        else:
            is_read = said_due(date, zone=clock.zone, now=clock.now) is not None
        if is_read:
            return f"{before} {date}".strip()
    return text


def _translated(words: list[str], dates: Mapping[str, str]) -> str | None:
    """Return the words in English, the longest keys first; None if one is not known."""
    if not words:
        return ""
    for end in range(len(words), 0, -1):
        key = date_key(" ".join(words[:end]))
        is_number = end == 1 and key[:1].isdigit()
        english = dates.get(key) or (key if is_number else None)
        following = _translated(words[end:], dates) if english else None
        if following is not None:
            return f"{english} {following}".strip()
    return None


def _ends_title(title: str, date: str, clock: UserClock) -> bool:
    """Return whether the date is read behind the title, and nothing of it remains there."""
    return read_title(f"{title} {date}", clock)["title"] == read_title(title, clock)["title"]
