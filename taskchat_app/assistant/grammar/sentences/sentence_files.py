"""Loads the sentence files, and finds which sentences a clause may be: first the one that leaves least to its slots."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from taskchat_app.assistant.grammar.commands import Language, Said
from taskchat_app.assistant.grammar.sentences.slots import SLOTS
from taskchat_app.assistant.grammar.sentences.templates import TemplateError, compile_template

FOLDER = Path(__file__).parent


class SentenceFileError(ValueError):
    """A sentence file is wrong; names the file and the line."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template, and what it means: its intent, with slots that are known without being said."""

    intent: str
    template: str
    language: Language
    pattern: re.Pattern[str]
    indirect: bool = False
    """True if it is read where no other sentence is, and is no order."""
    known: dict[str, str] = field(default_factory=dict[str, str])
    examples: tuple[str, ...] = ()

    def said_by(self, clause: str) -> Said | None:
        """Return the clause with the words of the slots; None if it is another sentence."""
        match = self.pattern.fullmatch(clause)
        return Said.of(match, **self.known) if match else None


def load_file(path: Path, intents: Iterable[str]) -> list[Sentence]:
    """Return the sentences of a file, which is named for its language.

    Raises SentenceFileError for an unknown intent, a template that cannot be compiled, and one that no example is.
    """
    text = path.read_text()
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SentenceFileError(f"{path.name}: {error}") from error
    rules = content.pop("rules", {})
    sentences: list[Sentence] = []
    for intent, groups in content.items():
        if intent not in set(intents):
            raise _error(path, text, f"[[{intent}]]", f"unknown intent: {intent}")
        for group in groups:
            sentences += _group(path, text, intent, dict(group), rules)
    return sentences


def _group(path: Path, text: str, intent: str, group: dict[str, Any], rules: dict[str, str]) -> list[Sentence]:
    templates: list[str] = group.pop("say")
    examples: list[str] = group.pop("examples", [])
    indirect: bool = group.pop("indirect", False)
    # Who says what only a new language has gets an answer in English.
    language: Language = next((one for one in get_args(Language) if one == path.stem), "en")
    sentences: list[Sentence] = []
    for template in templates:
        try:
            pattern = compile_template(template, rules)
        except TemplateError as error:
            raise _error(path, text, template, str(error)) from error
        said = tuple(filter(pattern.fullmatch, examples))
        if not said:
            raise _error(path, text, template, "no example beside it is this sentence")
        sentences.append(Sentence(intent, template, language, pattern, indirect, group, said))
    for example in examples:
        if not any(example in sentence.examples for sentence in sentences):
            raise _error(path, text, example, "an example of no sentence beside it")
    return sentences


def _error(path: Path, text: str, words: str, reason: str) -> SentenceFileError:
    """Return an error that names the line in which the words are."""
    line = next((number for number, line in enumerate(text.splitlines(), 1) if words in line), 0)
    return SentenceFileError(f"{path.name}:{line}: {reason}: {words}")


def load(intents: Iterable[str], folder: Path = FOLDER) -> list[Sentence]:
    """Return the sentences of all languages. Raises SentenceFileError."""
    return [sentence for path in sorted(folder.glob("*.toml")) for sentence in load_file(path, intents)]


def matching(sentences: Iterable[Sentence], clause: str) -> list[tuple[Sentence, Said]]:
    """Return the sentences that the clause may be: first the one whose free slots hold least of it."""
    found = [(sentence, said) for sentence in sentences if (said := sentence.said_by(clause))]
    return sorted(found, key=lambda pair: _left_to_slots(pair[1]))


def _left_to_slots(said: Said) -> int:
    return sum(len(words) for name, words in said.slots.items() if name in SLOTS and SLOTS[name].is_free)
