"""Markdown as it is read out: the words of it without the signs."""

import re
from collections.abc import Iterator

_FENCE = re.compile(r"\s*(```|~~~)")
_RULE = re.compile(r"[\s|:=*_-]*[-=*_]{2,}[\s|:=*_-]*")
_START = re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?)+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(?<![\w*_~\\])(\*{1,3}|_{1,3}|~~|`)(?![\s*_~])(.+?)(?<![\s\\])\1(?![*_~])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def plain_text(markdown: str) -> str:
    """The words, line by line; the cells of a table are parted by commas."""
    return "\n".join(_lines(markdown))


def _lines(markdown: str) -> Iterator[str]:
    in_code = False
    for line in markdown.splitlines():
        if _FENCE.match(line):
            in_code = not in_code
        elif in_code:
            yield line
        elif line.strip() and not _RULE.fullmatch(line):
            yield _words(line)


def _words(line: str) -> str:
    line = _LINK.sub(r"\1", _START.sub("", line, count=1)).strip()
    if line.startswith("|"):
        line = ", ".join(cell.strip() for cell in line.strip("|").split("|"))
    while (without := _EMPHASIS.sub(r"\2", line)) != line:
        line = without
    return _ESCAPED.sub(r"\1", line)
