"""Splits and folds text into the words that tasks are searched by."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, cast
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import col

from taskchat_app.domain.storage.models import Task

WORD_MAX_CHARACTERS = 255
"""Characters of a word that count: Postgres holds 2,046 bytes, and array_to_tsvector cuts longer ones anywhere."""
CHARACTERS_KEPT = 10_000
"""So many characters are remembered with what they part or join."""


def words_of(text: str) -> list[str]:
    """The text's words, each once, without regard to case: letters, digits and symbols such as emoji."""
    spaced = _folded(text).translate(_SPACING)
    return list(dict.fromkeys(word[:WORD_MAX_CHARACTERS] for word in spaced.split()))


def tag_key(tag: str) -> str:
    """The same for tags that differ in case only."""
    return _folded(tag)


def search_vector(title: str, description: str, tags: Sequence[str]) -> list[str]:
    """The value of the column `search`: every word, and each whole tag behind a #, which no word holds."""
    words = words_of(" ".join((title, description, *tags)))
    return [*words, *(f"#{tag_key(tag)}" for tag in tags)]


def has_words(words: Iterable[str], column: Any = None) -> ColumnElement[bool]:
    """Whether each of these words (as words_of cuts them) begins a word of the task, or one that the column holds."""
    return _matches((f"{_quoted(word)}:*" for word in words), column)


def has_tags(tags: Iterable[str]) -> ColumnElement[bool]:
    """Whether the task carries all these tags, without regard to case."""
    return _matches(_quoted(f"#{tag_key(tag)}") for tag in tags)


def _matches(lexemes: Iterable[str], column: Any = None) -> ColumnElement[bool]:
    return col(Task.search if column is None else column).bool_op("@@")(cast(" & ".join(lexemes), TSQUERY))


def _quoted(lexeme: str) -> str:
    """As Postgres reads a lexeme inside a tsquery's text."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


class _Spacing(dict[int, str]):
    """What `_spaced` makes of each character that was met, for str.translate, which is several times as fast."""

    def __missing__(self, code: int) -> str:
        if len(self) >= CHARACTERS_KEPT:
            self.clear()
        self[code] = _spaced(chr(code))
        return self[code]


_SPACING = _Spacing()


def _spaced(character: str) -> str:
    """The character, or a space where it parts words; Chinese and Japanese have no spaces: each sign stands alone."""
    if "\u3040" <= character <= "\u9fff":
        return f" {character} "
    category = unicodedata.category(character)
    return character if category[0] in "LMN" or category == "So" else " "
