"""Translates English sentences of the domain and the assistant by matching whole sentences.

The domain and the tools speak English, and programs rely on it. What has no translation is said as it stands.
"""

import re
from calendar import day_name, month_name
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from taskchat_app.domain.dates.due_dates import format_local
from taskchat_app.i18n.catalogue import read_catalogue, render
from taskchat_app.i18n.messages import Message

ENGLISH = "en"
TRANSLATED = ("de",)
"""The languages that have `answers_<code>.py`."""
SENTENCES_PER_ENTRY_MAX = 4
"""Sentences that one entry of a table holds at most."""
SENTENCES_MAX = 100
"""Sentences in a row that are translated; what stands behind them is said as it stands."""
_PLACEHOLDER = re.compile(r"\\\{(\w+)\\\}")
_NO_PLACEHOLDER = re.compile(r"\{\w*[^\w{}]|\A[^ ]*\Z|\A\(")
_SENTENCES = re.compile(r"(?<=[.]) ")
# What a placeholder may hold. Those that may stand first end with their sentence; what the person wrote may hold any.
_PLACEHOLDER_PATTERNS = {
    **dict.fromkeys(("count", "low", "high", "top", "bottom", "highest", "most", "first"), r"-?[\d,]+"),
    **dict.fromkeys(("number", "repeated"), r"\d+"),
    **dict.fromkeys(("numbers", "tasks", "day", "before", "when"), r"[^.]+?"),
    "moment": r"[^.,]+?",
    "task": r"#\d+ .+?",
    **dict.fromkeys(("name", "freq", "weekday"), r"\w+"),
    "what": r"[\w ]{1,30}?",
    "choices": r"[\w, ]{1,200}?",
}
_TRANSLATED_PLACEHOLDERS = ("moment", "before", "when", "what", "weekday", "refusal")
"""Placeholders that hold words of English themselves."""
_MOMENT = re.compile(
    rf"(?:{'|'.join(day_name)}) (?P<day>\d{{1,2}}) (?P<month>{'|'.join(month_name[1:])})"
    r" (?P<year>\d{4})(?: at (?P<hour>\d\d):(?P<minute>\d\d))?"
)


def translate_to(language: str, sentence: str) -> str:
    """A sentence of the domain or the assistant, or several in a row; English for a language that there is not."""
    if isinstance(sentence, Message):
        return render(sentence, language)
    if language not in TRANSLATED:
        return sentence
    whole = _translated(language, sentence)
    return " ".join(_one_by_one(language, _SENTENCES.split(sentence, SENTENCES_MAX - 1))) if whole is None else whole


def _one_by_one(language: str, parts: list[str]) -> Iterator[str]:
    """The sentences in a row; those that belong together are told together."""
    while parts:
        for count in range(min(SENTENCES_PER_ENTRY_MAX, len(parts)), 0, -1):
            english = " ".join(parts[:count])
            theirs = _translated(language, english)
            if theirs is not None or count == 1:
                yield english if theirs is None else theirs
                parts = parts[count:]
                break


def translate_moment_to(language: str, words: str) -> str:
    """ "Friday 20 November 2026 at 09:00" in the language; other words stay as they are."""
    match = _MOMENT.fullmatch(words)
    if match is None:
        return words
    day = date(int(match["year"]), list(month_name).index(match["month"]), int(match["day"]))
    at = datetime(day.year, day.month, day.day, int(match["hour"] or 0), int(match["minute"] or 0))  # noqa: DTZ001
    return render(format_local(at if match["hour"] else day), language)


def table_of(language: str) -> ModuleType:
    """The module that holds what answers say in the language."""
    return import_module(f"taskchat_app.assistant.i18n.answers_{language}")


def _translated(language: str, sentence: str) -> str | None:
    for beginning, pattern, theirs in _patterns(language):
        if sentence.startswith(beginning) and (match := pattern.fullmatch(sentence)):
            held = match.groupdict()
            return theirs.format(
                **held | {name: _word(language, held[name]) for name in _TRANSLATED_PLACEHOLDERS if name in held}
            )
    return None


def _word(language: str, words: str) -> str:
    """What a placeholder holds, where that is English too."""
    if words in (names := _names(language)):
        return names[words]
    moment = translate_moment_to(language, words)
    return moment if moment != words else translate_to(language, words)


@lru_cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """How each sentence begins, since most do not, the whole of it, and what it is in the language."""
    return tuple(_compiled(table_of(language).SENTENCES | _refusals(language)))


def _refusals(language: str) -> dict[str, str]:
    """The catalogue's sentences, which a call's title may quote, for which no message is stored yet."""
    found = {
        str(message.id): str(message.string)
        for message in read_catalogue(language)
        if message.id
        and not any(place in str(message.locations) for place in ("/ui/", "/offline/", "/recurrence_text"))
    }
    return {
        english: theirs
        for english, theirs in found.items()
        if not _NO_PLACEHOLDER.search(english) and english.count("{high}") < 2
    }


@lru_cache
def _names(language: str) -> dict[str, str]:
    named = [message for message in read_catalogue(language) if message.context == "field"]
    return table_of(language).NAMES | {str(message.id): str(message.string) for message in named}


def _compiled(sentences: dict[str, str]) -> Iterator[tuple[str, re.Pattern[str], str]]:
    for english, theirs in sentences.items():
        yield (
            english.partition("{")[0],
            re.compile(rf"\A{_PLACEHOLDER.sub(_held, re.escape(english))}\Z", re.DOTALL),
            theirs,
        )


def _held(name: re.Match[str]) -> str:
    return f"(?P<{name[1]}>{_PLACEHOLDER_PATTERNS.get(name[1], '.+?')})"
