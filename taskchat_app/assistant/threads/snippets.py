"""Cuts the snippet around matched words and marks them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from taskchat_app.domain.tasks.search_words import search_words_of

BEFORE = 40
"""Characters shown before the first match."""
LENGTH = 160
_STRETCH = re.compile(r".{1,2000}\S*", re.DOTALL)
"""2,000 characters and the rest of a word; only one that has a match is searched word by word, since that is slow."""
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
    first = next(_matches(line, prefixes), (0, 0))[0]
    start = line.find(" ", first - BEFORE) + 1 if first > BEFORE else 0
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
    for stretch in _STRETCH.finditer(line):
        if _begins(stretch.group(), prefixes):
            for start, stop in _words(stretch.group()):
                if _begins(stretch.group()[start:stop], prefixes):
                    yield stretch.start() + start, stretch.start() + stop


def _begins(text: str, prefixes: Sequence[str]) -> bool:
    return any(word.startswith(prefix) for word in search_words_of(text) for prefix in prefixes)


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the text's words, which search_words_of folds, so that its own have no places in it."""
    start = None
    for place, character in enumerate(text):
        if start is not None and _continues_word(character):
            continue
        if start is not None:
            yield start, place
        start = place if search_words_of(character) else None
    if start is not None:
        yield start, len(text)


def _continues_word(character: str) -> bool:
    """Return whether search_words_of leaves the character joined with an "a" before it.

    It gives ["a"] alone if the character is punctuation, and two words if it is a word by itself (Chinese, Japanese).
    """
    parts = search_words_of(f"a{character}")
    return len(parts) == 1 and parts[0] != "a"
