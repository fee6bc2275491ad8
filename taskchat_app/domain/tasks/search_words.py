"""Splits text into case-folded words for the search, and builds conditions on them."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, cast
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import col

from taskchat_app.domain.storage.models import Task

WORD_MAX_CHARACTERS = 255
"""Longer words are cut. Postgres stores 2,046 bytes, and array_to_tsvector cuts longer ones inside a character."""
CHARACTERS_KEPT = 10_000
"""Size of the cache of translated characters."""


def words_of(text: str) -> list[str]:
    """Return the text's distinct words, case-folded: letters, digits and symbols such as emoji."""
    spaced = _folded(text).translate(_SPACING)
    return list(dict.fromkeys(word[:WORD_MAX_CHARACTERS] for word in spaced.split()))


def tag_key(tag: str) -> str:
    """Return the case-folded tag, equal for tags that differ only in case."""
    return _folded(tag)


def search_vector(title: str, description: str, tags: Sequence[str]) -> list[str]:
    """Return the value of the column `search`: every word, and each whole tag with a # before it (no word has a #)."""
    words = words_of(" ".join((title, description, *tags)))
    return [*words, *(f"#{tag_key(tag)}" for tag in tags)]


def has_words(words: Iterable[str], column: Any = None) -> ColumnElement[bool]:
    """Condition: each of these words (from words_of) is a prefix of a word of the task, or of `column`."""
    return _matches((f"{_quoted(word)}:*" for word in words), column)


def has_tags(tags: Iterable[str]) -> ColumnElement[bool]:
    """Condition: the task has all these tags, without regard to case."""
    return _matches(_quoted(f"#{tag_key(tag)}") for tag in tags)


def _matches(lexemes: Iterable[str], column: Any = None) -> ColumnElement[bool]:
    return col(Task.search if column is None else column).bool_op("@@")(cast(" & ".join(lexemes), TSQUERY))


def _quoted(lexeme: str) -> str:
    """Quote a lexeme for a tsquery."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


class _Spacing(dict[int, str]):
    """Cache of `_spaced` for str.translate, which is several times as fast."""

    def __missing__(self, code: int) -> str:
        if len(self) >= CHARACTERS_KEPT:
            self.clear()
        self[code] = _spaced(chr(code))
        return self[code]


_SPACING = _Spacing()


def _spaced(character: str) -> str:
    """Return the character, or a space if it separates words; each Chinese or Japanese character is a word."""
    if "\u3040" <= character <= "\u9fff":
        return f" {character} "
    category = unicodedata.category(character)
    return character if category[0] in "LMN" or category == "So" else " "
