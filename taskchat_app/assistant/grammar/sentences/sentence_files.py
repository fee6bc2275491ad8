"""Loads the sentence files, and finds which sentences a clause may be: first the one that leaves least to its slots."""

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast, get_args

from taskchat_app.assistant.grammar.commands import Language, Said
from taskchat_app.assistant.grammar.sentences.slots import SLOTS
from taskchat_app.assistant.grammar.sentences.templates import TemplateError, compile_template, parse

FOLDER = Path(__file__).parent
_LANGUAGE_CODE = re.compile("[a-z]{2,3}")
_NO_NEEDS: Mapping[str, tuple[str, ...]] = {}


class SentenceFileError(ValueError):
    """A sentence file is wrong; names the file and the line."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template, and what it means: its intent, with slots that are known without being said."""

    intent: str
    template: str
    language: Language
    pattern: re.Pattern[str]
    place: str
    """File and line."""
    indirect: bool = False
    """True if it is read where no other sentence is, and is no order."""
    known: dict[str, str] = field(default_factory=dict[str, str])
    examples: tuple[str, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict[str, str])
    """The English word for each word of a date, if those of the language are not read."""

    words: Mapping[str, str] = field(default_factory=dict[str, str])
    """What joins and denies sentences in the language ("and", "not"), if no rule in Python has it."""

    def denies(self, clause: str) -> bool:
        """Return whether the clause has a word that denies: "ne termine pas 3"."""
        return any(word in self.words.get("not", "").split("|") for word in re.findall(r"\w+['’]?", clause.casefold()))

    def said_by(self, clause: str) -> Said | None:
        """Return the clause with the words of the slots; None if it is another sentence."""
        match = self.pattern.fullmatch(clause)
        return Said.of(match, **self.known) if match else None


def load_file(path: Path, intents: Iterable[str], needs: Mapping[str, tuple[str, ...]] = _NO_NEEDS) -> list[Sentence]:
    """Return the sentences of a file, which is named for its language; `needs` are the slots that an intent reads.

    Raises SentenceFileError for what cannot be read, names what is not there, or lacks an example.
    """
    file = _File(path, *_read(path))
    if not _LANGUAGE_CODE.fullmatch(path.stem):
        raise file.error("", "", "a file is named for the code of its language, such as fr.toml")
    rules = file.content.pop("rules", {})
    for name in _texts(file, "[rules]", rules):
        try:
            parse(f"<{name}>", rules)
        except TemplateError as error:
            raise file.error("[rules]", rules[name], str(error)) from error
    dates, words = (_texts(file, f"[{name}]", file.content.pop(name, {})) for name in ("dates", "words"))
    sentences: list[Sentence] = []
    for intent, groups in file.content.items():
        if intent not in (known := [*intents]):
            raise file.error(f"[[{intent}]]", "", f"unknown intent; there are {', '.join(known)}")
        for at, group in enumerate(_groups(file, intent, groups)):
            sentences += _group(file, intent, at, dict(group), rules, needs.get(intent, ()))
    return [replace(one, dates=dates, words=words) for one in sentences]


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    text: str
    content: dict[str, Any]

    def place(self, head: str, words: str, at: int = 0) -> str:
        """Return file and line of the words below the `at`-th such head; of the head if they are nowhere."""
        lines = list(enumerate(self.text.splitlines(), 1))
        heads = [number for number, line in lines if line.lstrip().startswith(head)]
        first = heads[at] if at < len(heads) else 1
        quoted = (json.dumps(words, ensure_ascii=False), f"'{words}'")

        def has_words(line: str) -> bool:
            return words != "" and any(text in line for text in quoted)

        found = next((number for number, line in lines if number >= first and has_words(line)), first)
        return f"{self.path.name}:{found}"

    def error(self, head: str, words: str, reason: str, at: int = 0) -> SentenceFileError:
        return SentenceFileError(f"{self.place(head, words, at)}: {reason}: {words or head}".removesuffix(": "))


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    data = path.read_bytes()
    try:
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SentenceFileError(f"{path.name}:{line}: not UTF-8; save the file with this encoding") from error
    except tomllib.TOMLDecodeError as error:
        raise SentenceFileError(f"{path.name}: {error}") from error


def _groups(file: _File, intent: str, value: Any) -> list[dict[str, Any]]:
    groups = cast("list[Any]", value if isinstance(value, list) else [None])
    if not all(isinstance(group, dict) for group in groups):
        head = f"[{intent}]" if isinstance(value, dict) else intent
        raise file.error(head, "", f"its sentences stand below [[{intent}]]")
    return groups


def _texts(file: _File, head: str, value: Any, at: int = 0) -> dict[str, str]:
    """Return the values of a table, each of which must be a text."""
    if not isinstance(value, dict):
        raise file.error(f"[{head}]", "", f"stands in the file once, as {head}")
    values = cast("dict[str, Any]", value)
    if wrong := [name for name in values if not isinstance(values[name], str)]:
        raise file.error(head, "", f"{wrong[0]} is not a text in quotes", at)
    return values


def _list(file: _File, head: str, at: int, group: dict[str, Any], name: str) -> list[str]:
    value = group.pop(name, None)
    if not value or not isinstance(value, list) or not all(isinstance(one, str) for one in cast("list[Any]", value)):
        raise file.error(head, "", f'needs {name} = ["…"], a list of texts', at)
    return cast("list[str]", value)


def _group(
    file: _File, intent: str, at: int, group: dict[str, Any], rules: dict[str, str], needs: tuple[str, ...]
) -> list[Sentence]:
    """Return the sentences of the `at`-th group of an intent. Raises SentenceFileError where a check fails."""
    head = f"[[{intent}]]"
    templates, examples = (_list(file, head, at, group, name) for name in ("say", "examples"))
    indirect = group.pop("indirect", False) is True
    known = _texts(file, head, group, at)
    # The answers to sentences of a language without answers are in English.
    language: Language = next((one for one in get_args(Language) if one == file.path.stem), "en")
    sentences: list[Sentence] = []
    for template in templates:
        try:
            pattern = compile_template(template, rules)
        except TemplateError as error:
            raise file.error(head, template, str(error), at) from error
        if lacks := [slot for slot in needs if slot not in known and slot not in pattern.groupindex]:
            lack = f"the slot {{{lacks[0]}}}" if lacks[0] in SLOTS else f'a key {lacks[0]} = "…" beside say'
            raise file.error(head, template, f"{intent} needs {lack}", at)
        said = tuple(filter(pattern.fullmatch, examples))
        if not said:
            raise file.error(head, template, "none of the examples below it is this sentence; add one", at)
        place = file.place(head, template, at)
        sentences.append(Sentence(intent, template, language, pattern, place, indirect, known, said))
    for example in examples:
        if not any(example in sentence.examples for sentence in sentences):
            raise file.error(head, example, "an example of none of the sentences above it", at)
    return sentences


def load(
    intents: Iterable[str], needs: Mapping[str, tuple[str, ...]] = _NO_NEEDS, folder: Path = FOLDER
) -> list[Sentence]:
    """Return the sentences of all languages. Raises SentenceFileError."""
    return [sentence for path in sorted(folder.glob("*.toml")) for sentence in load_file(path, intents, needs)]


def matching(sentences: Iterable[Sentence], clause: str) -> list[tuple[Sentence, Said]]:
    """Return the sentences that the clause may be: first the one whose free slots hold least of it."""
    found = [(sentence, said) for sentence in sentences if (said := sentence.said_by(clause))]

    def characters_in_free_slots(pair: tuple[Sentence, Said]) -> int:
        return sum(len(words) for name, words in pair[1].slots.items() if name in SLOTS and SLOTS[name].is_free)

    return sorted(found, key=characters_in_free_slots)
