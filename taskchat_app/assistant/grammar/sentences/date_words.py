"""Reads dates in a language that is only a sentence file: its [dates] name the English word for each of its own."""

from collections.abc import Mapping
from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Said, UserClock
from taskchat_app.domain.dates.due_dates import said_due

_DATED_SLOTS = ("when", "title", "rest")
_WORDS_MAX = 8
"""More words than a date has."""


def with_english_dates(said: Said, dates: Mapping[str, str], clock: UserClock) -> Said:
    """Return what is said, with each slot's date at its end in English: "acheter du pain tomorrow"."""
    if not dates:
        return said
    slots = {name: _in_english(words, dates, clock) for name, words in said.slots.items() if name in _DATED_SLOTS}
    return replace(said, slots=said.slots | slots)


def has_date_word(text: str, dates: Mapping[str, str], clock: UserClock) -> bool:
    """Return whether a word of the text is a date on its own: "demain", and not "le"."""
    return any(_is_date(dates.get(_key(word), ""), clock) for word in text.split()[:100])


def _in_english(text: str, dates: Mapping[str, str], clock: UserClock) -> str:
    """Return the text with its longest end that is a date in English: "du pain tomorrow" for "du pain demain"."""
    words = text.split(" ")
    for at in range(max(0, len(words) - _WORDS_MAX), len(words)):
        known = [dates.get(_key(word), word if word[:1].isdigit() else "") for word in words[at:]]
        if all(known) and _is_date(" ".join(known), clock):
            return " ".join([*words[:at], *known])
    return text


def _key(word: str) -> str:
    return word.casefold().replace("’", "'").strip(".,!?")


def _is_date(text: str, clock: UserClock) -> bool:
    return text != "" and said_due(text, zone=clock.zone, now=clock.now) is not None
