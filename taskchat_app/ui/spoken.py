"""What the domain says, in the language of the person who is being answered: dates, rules, refusals and receipts.

A sentence that has no translation is said as it stands.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from zoneinfo import ZoneInfo

from taskchat_app.domain import dates, recurrence_words
from taskchat_app.ui import words
from taskchat_app.ui.said import ENGLISH, speaking

_PLACEHOLDER = re.compile(r"\\\{(\w+)\\\}")
_SENTENCES = re.compile(r"(?<=[.]) ")
_NUMBERS = {"number", "numbers", "tasks", "count", "repeated"}
_MANY = re.compile(r"(\d+) tasks")


def say_due(due_at: datetime, zone: ZoneInfo) -> str:
    """The exact day in words, with the time where one was meant."""
    return dates.say_due(due_at, zone, speaking.get() or ENGLISH)


def say_day(day: date) -> str:
    """A day of this year: "5 Mar"."""
    return words.DAY.format(day=day.day, month=words.MONTHS[day.month - 1])


def say_rule(rule: str) -> str:
    """The recurrence rule in words."""
    return recurrence_words.say_rule(rule, speaking.get() or ENGLISH)


def say_sentence(sentence: str) -> str:
    """A sentence of the domain or the assistant, or several in a row."""
    language = speaking.get() or ENGLISH
    if language == ENGLISH:
        return sentence
    whole = _translated(language, sentence)
    if whole is not None:
        return whole
    return " ".join(_translated(language, part) or part for part in _SENTENCES.split(sentence))


def say_receipt(receipt: str) -> str:
    """What a turn did, "Added #7, completed #3"."""
    language = speaking.get() or ENGLISH
    if language == ENGLISH:
        return receipt
    told = _module(language)
    verbs = "|".join(sorted(told.RECEIPT, key=len, reverse=True))
    parts = re.split(rf"(?:^|, )({verbs}) ", receipt[:1].lower() + receipt[1:])
    if len(parts) < 3 or parts[0]:
        return say_sentence(receipt)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return ", ".join(told.RECEIPT[verb].format(tasks=_tasks(told, tasks)) for verb, tasks in pairs)


def _tasks(told: ModuleType, tasks: str) -> str:
    many = _MANY.fullmatch(tasks)
    return told.MANY.format(count=many[1]) if many else tasks


def _translated(language: str, sentence: str) -> str | None:
    names = _module(language).NAMES
    for pattern, theirs in _patterns(language):
        if match := pattern.fullmatch(sentence):
            return theirs.format(**{key: names.get(value, value) for key, value in match.groupdict().items()})
    return None


@lru_cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(_compiled(_module(language)))


def _compiled(told: ModuleType) -> Iterator[tuple[re.Pattern[str], str]]:
    for english, theirs in told.SENTENCES.items():
        # Numbers end with their sentence; what the person wrote may hold any.
        pattern = _PLACEHOLDER.sub(_held, re.escape(english))
        yield re.compile(pattern, re.DOTALL), theirs


def _held(name: re.Match[str]) -> str:
    return f"(?P<{name[1]}>{'[^.]+?' if name[1] in _NUMBERS else '.+?'})"


def _module(language: str) -> ModuleType:
    return import_module(f"taskchat_app.ui.domain_words_{language}")
