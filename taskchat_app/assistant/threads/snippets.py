"""Cuts the snippet around matched words and marks them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from taskchat_app.domain.tasks.search_words import WORD_MAX_CHARACTERS, search_words_of

BEFORE = 40
"""Characters shown before the first match."""
LENGTH = 160
_WORD = re.compile(r"[\u3040-\u9fff]|[^\s\u3040-\u9fff]+")
"""A word between spaces; each Chinese or Japanese character is one, as in search_words_of."""
_MARKDOWN = re.compile(r"\*\*|__|`|^#+ ", re.MULTILINE)
"""Markdown characters to remove from the snippet."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a snippet; `match` is True for a word that matches the search."""

    text: str
    match: bool


def snippet_of(text: str, prefixes: Sequence[str]) -> list[Piece]:
    """Return one line of the text around the first word that starts with one of `prefixes` (from search_words_of)."""
    line = " ".join(_MARKDOWN.sub("", text).split())
    match_start, _ = next(_matches(line, prefixes), (0, 0))  # without a match, the beginning of the text
    start = max(match_start - BEFORE, 0)
    space = line.find(" ", start, match_start)
    if start > 0 and space >= 0:  # begin with a whole word
        start = space + 1
    shown = line[start : start + LENGTH]
    pieces = list(_pieces(shown, prefixes))
    if start > 0:
        pieces.insert(0, Piece("…", match=False))
    if start + LENGTH < len(line):
        pieces.append(Piece("…", match=False))
    return pieces


def _pieces(line: str, prefixes: Sequence[str]) -> Iterator[Piece]:
    end = 0
    for start, stop in _matches(line, prefixes):
        if start > end:
            yield Piece(line[end:start], match=False)
        yield Piece(line[start:stop], match=True)
        end = stop
    if end < len(line):
        yield Piece(line[end:], match=False)


def _matches(line: str, prefixes: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield start and end of the words that start with one of the prefixes."""
    without_punctuation = "".join(character if _folded(character) else " " for character in line)
    for word in _WORD.finditer(without_punctuation):
        if any(folded.startswith(tuple(prefixes)) for folded in _folded(word[0][:WORD_MAX_CHARACTERS])):
            yield word.span()


_folded = lru_cache(maxsize=10_000)(search_words_of)
"""The words of a text, kept since they repeat: without that, an answer of 60,000 characters took 160 ms."""
