"""Splits a text at the word "and" of a language whose sentences are in a file: "coche 3 et supprime 4"."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from taskchat_app.assistant.grammar.commands import Command
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.request_words import bare
from taskchat_app.assistant.grammar.sentences import sentence_reader
from taskchat_app.assistant.grammar.sentences.sentence_files import Sentence
from taskchat_app.domain.dates.command_text import mask_quotes

_PARTS_MAX = 20


@dataclass(frozen=True, slots=True)
class _Language:
    """The sentences of a file, and what the file says of all of them."""

    sentences: list[Sentence]
    around: re.Pattern[str] | None
    is_foreign: bool
    joint: re.Pattern[str]
    """A mark, its words for "and", or both: ". ", " et ", ", et "."""


def _languages() -> Iterator[_Language]:
    """Yield the languages that have words for "and", in the order of their files; those with the same words are one."""
    for and_words in dict.fromkeys(one.words["and"] for one in sentence_reader.SENTENCES if "and" in one.words):
        sentences = [one for one in sentence_reader.SENTENCES if one.words.get("and") == and_words]
        joint = phrase(rf"(?:[,.;]? (?:{and_words})|[,.;]) ")
        yield _Language(sentences, sentences[0].around, sentences[0].is_foreign, joint)


def joined_sentences(text: str, read: Callable[[str], Command]) -> list[str]:
    """Return the parts of a text between the words for "and" of a language: "coche 3 et supprime 4" → two parts.

    Empty unless all are sentences of its file, or all are orders and one is such a sentence ("delete 4 and flag 3").
    `read` makes the command of a part.
    """
    if mask_quotes(text) != text:
        return []
    for language in _languages():
        # "s'il te plaît, " would be a part
        parts = language.joint.split(language.around.sub("", text) if language.around else text)
        if 1 < len(parts) <= _PARTS_MAX and _are_commands(parts, language, read):
            return parts
    return []


def _are_commands(parts: list[str], language: _Language, read: Callable[[str], Command]) -> bool:
    """Return whether the parts of a text are commands: all are these sentences, or one is, and all are orders."""
    are_sentences = [any(one.said_by(part) for one in language.sentences) for part in map(bare, parts)]
    if not any(are_sentences):
        return False
    if language.is_foreign and all(are_sentences):
        return True
    commands = [read(part) for part in parts]
    if not all(are_sentences) and not all(command.is_order for command in commands):
        return False
    # English and German have rules, too, which read "add milk and label the box" as one title.
    return language.is_foreign or not any(_may_go_on(command, following) for command, following in pairwise(commands))


def _may_go_on(command: Command, following: Command) -> bool:
    """Return whether a title or note may go on with the following command: "add milk and label the box as new"."""
    is_certain = following.is_order and not following.target.words
    return not is_certain and not command.given.keys().isdisjoint(("title", "description"))
