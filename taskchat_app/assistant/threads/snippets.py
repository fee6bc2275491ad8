"""Cuts the snippet around matched words and marks them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from taskchat_app.domain.tasks.search_words import words_of

BEFORE = 40
"""Characters shown in front of the first word that was found."""
LENGTH = 160
_CHUNK = re.compile(r"\S+")
_STRETCH = re.compile(r".{1,2000}\S*", re.DOTALL)
"""Text up to a blank, which is looked through as a whole before its words are."""
_DRESS = re.compile(r"\*\*|__|`|^#+ ", re.MULTILINE)
"""Markdown that says nothing in a line of plain text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a snippet's text; `match` where it is one of the words that were searched."""

    text: str
    match: bool


def snippet_of(text: str, wanted: Sequence[str]) -> list[Piece]:
    """A line of the text from around the first word that one of `wanted` (as words_of cuts them) begins."""
    line = " ".join(_DRESS.sub("", text).split())
    first = next(_matches(line, wanted), (0, 0))[0]
    start = _word_start(line, first - BEFORE) if first > BEFORE else 0
    shown = line[start : start + LENGTH]
    pieces = list(_pieces(shown, wanted))
    if start > 0:
        pieces.insert(0, Piece("…", match=False))
    if start + LENGTH < len(line):
        pieces.append(Piece("…", match=False))
    return pieces


def _pieces(line: str, wanted: Sequence[str]) -> Iterator[Piece]:
    end = 0
    for start, stop in _matches(line, wanted):
        if start > end:
            yield Piece(line[end:start], match=False)
        yield Piece(line[start:stop], match=True)
        end = stop
    if end < len(line):
        yield Piece(line[end:], match=False)


def _matches(line: str, wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand that a wanted one begins."""
    for stretch in _STRETCH.finditer(line):
        if _begins(stretch.group(), wanted):
            for chunk in _CHUNK.finditer(line, stretch.start(), stretch.end()):
                yield from _matches_within(chunk, wanted)


def _matches_within(chunk: re.Match[str], wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    if _begins(chunk.group(), wanted):
        for start, stop in _words(chunk.group()):
            if _begins(chunk.group()[start:stop], wanted):
                yield chunk.start() + start, chunk.start() + stop


def _begins(text: str, wanted: Sequence[str]) -> bool:
    return any(word.startswith(one) for word in words_of(text) for one in wanted)


def _words(chunk: str) -> Iterator[tuple[int, int]]:
    """Where the chunk's words begin and end; a sign that is a word by itself stands alone."""
    start = None
    for place, character in enumerate(chunk):
        parts = words_of(f"a{character}")  # what belongs to a word stays in one with the letter
        if start is not None and len(parts) == 1 and parts[0] != "a":
            continue
        if start is not None:
            yield start, place
        start = place if words_of(character) else None
    if start is not None:
        yield start, len(chunk)


def _word_start(line: str, place: int) -> int:
    return line.find(" ", place) + 1
