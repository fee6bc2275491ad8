"""Splits text into case-folded words for the search, and builds conditions on them."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, any_, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from taskchat_app.domain.storage.models import Task, Thread

WORD_MAX_CHARACTERS = 255
"""Longer words are cut. Postgres stores 2,046 bytes, and array_to_tsvector cuts longer ones inside a character."""
PREFIX, WHOLE = ":*", ""
"""Suffixes of a word in a query: the beginning of a word, or a whole word."""


def search_words_of(text: str) -> list[str]:
    """Return the text's distinct words, case-folded: letters, digits and symbols such as emoji."""
    spaced = "".join(map(_spaced, _folded(text)))
    return list(dict.fromkeys(word[:WORD_MAX_CHARACTERS] for word in spaced.split()))


def tag_key(tag: str) -> str:
    """Return the case-folded tag, equal for tags that differ only in case."""
    return _folded(tag)


def search_vector(title: str, description: str, tags: Sequence[str]) -> list[str]:
    """Return the value of the column `search`: every word, and each whole tag with a # before it (no word has a #)."""
    words = search_words_of(" ".join((title, description, *tags)))
    return [*words, *(f"#{tag_key(tag)}" for tag in tags)]


def has_words(words: Iterable[str]) -> ColumnElement[bool]:
    """Condition: each of these words (from search_words_of) is a prefix of a word of the task."""
    return col(Task.number) == any_(_array_of(numbers_with_words(words)))


def has_tags(tags: Iterable[str]) -> ColumnElement[bool]:
    """Condition: the task has all these tags, without regard to case."""
    return col(Task.number) == any_(_array_of(numbers_with_tags(tags)))


def numbers_with_words(words: Iterable[str]) -> Select[int]:
    """Return a query for the numbers of the tasks that has_words finds."""
    return select(func.found_tasks(_texts(words), PREFIX, type_=Integer))


def numbers_with_tags(tags: Iterable[str]) -> Select[int]:
    """Return a query for the numbers of the tasks that has_tags finds."""
    return select(func.found_tasks(_texts(f"#{tag_key(tag)}" for tag in tags), WHOLE, type_=Integer))


def found_messages(words: Iterable[str]) -> Any:
    """Return an array of the ids of the user's messages in which each of these words is a prefix of a word."""
    return _array_of(select(func.found_messages(_texts(words), PREFIX, type_=Text)))


def title_has_words(words: Iterable[str]) -> ColumnElement[bool]:
    """Condition: each of these words is a prefix of a word of the conversation's title."""
    return col(Thread.search).bool_op("@@")(func.words_query(_texts(words), PREFIX))


def _array_of(query: Select[Any]) -> Any:
    """Return the keys that the query finds as an array.

    Postgres then reads these rows by the primary key, whatever it knows of the table's contents.
    """
    keys = query.scalar_subquery()
    return func.array(keys, type_=ARRAY(keys.type))


def _texts(words: Iterable[str]) -> Any:
    return cast(list(words), ARRAY(Text))


def _folded(text: str) -> str:
    """Return the text as it is compared; case folding can undo the normalization, which is done again after it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=10_000)
def _spaced(character: str) -> str:
    """Return the character, or a space if it separates words; each Chinese or Japanese character is a word."""
    if "\u3040" <= character <= "\u9fff":
        return f" {character} "
    category = unicodedata.category(character)
    is_part_of_word = category[0] in "LMN" or category == "So"  # letters, marks and numbers; symbols such as emoji
    return character if is_part_of_word else " "
