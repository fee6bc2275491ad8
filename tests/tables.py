r"""Reads tables of examples from text files, and names all rows that have another outcome than the expected one.

    # A comment.
    A rule, which the rows below it follow
        what is given => expected | expected
        what is given and stays as it is

A cell is text, or `-` for None. In it, `\n`, `\t`, `\r`, `\0`, `\\` and `\u2028` stand for one character, `\s` for a
blank at its end, `\e` for an empty text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|(.))")
CHARACTERS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "s": " ", "e": ""}


@dataclass(frozen=True)
class Row:
    """`expected` is the one cell behind the arrow, a tuple of several cells, or what is given if there is no arrow."""

    place: str
    rule: str
    given: str
    expected: Any


def read_rows(path: Path, rule: str = "") -> list[Row]:
    """Return the rows of a file, or of one of its rules. Fails if there are none, or if a row is there twice."""
    rows: list[Row] = []
    heading = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("# "):
            continue
        if not line.startswith(" "):
            heading = text
        elif not rule or heading == rule:
            given, arrow, expected = text.partition(" => ")
            cells = tuple(map(_cell, expected.split(" | "))) if arrow else (_unescaped(given),)
            rows.append(Row(f"{path.name}:{number}", heading, _unescaped(given), cells if cells[1:] else cells[0]))
    assert rows, f"{path.name} has no rows{f' below {rule}' if rule else ''}."
    assert len({(row.rule, row.given) for row in rows}) == len(rows), f"{path.name} has a row twice."
    return rows


def check(rows: Sequence[Row], came: Iterable[Any]) -> None:
    """Fail with all rows whose outcome is not the expected one."""
    wrong = [
        f"{row.place} {row.rule}\n  given     {row.given!r}\n  expected  {row.expected!r}\n  came      {outcome!r}"
        for row, outcome in zip(rows, came, strict=True)
        if outcome != row.expected
    ]
    assert not wrong, f"{len(wrong)} of {len(rows)} rows have another outcome:\n" + "\n".join(wrong)


def _cell(text: str) -> str | None:
    return None if text.strip() == "-" else _unescaped(text)


def _unescaped(text: str) -> str:
    return ESCAPE.sub(lambda one: chr(int(one[1], 16)) if one[1] else CHARACTERS.get(one[2], one[2]), text.strip())
