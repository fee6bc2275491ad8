"""Converts Markdown to plain text for screen readers."""

import re
from collections import defaultdict, deque
from collections.abc import Iterator

_ONLY_SIGNS = re.compile(r"[\s|:=*_-]+")
_SIGNS = re.compile(r"[-=*_]{2}")
_START = re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?)+")
# Neither part crosses the next opening bracket: many of them would otherwise take quadratic time.
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^)\[]*\)")
_MARKS = re.compile(r"\*+|_+|~+|`+")
_EMPHASIS = frozenset(("*", "**", "***", "_", "__", "___", "~~"))
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def plain_text(markdown: str) -> str:
    """Return the text line by line; the cells of a table are separated by commas."""
    return "\n".join(_lines(markdown))


def _lines(markdown: str) -> Iterator[str]:
    in_code = False
    for line in markdown.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            in_code = not in_code
        elif in_code:
            yield line
        elif line.strip() and not (_ONLY_SIGNS.fullmatch(line) and _SIGNS.search(line)):
            yield _words(line)


def _words(line: str) -> str:
    line = _LINK.sub(r"\1", _START.sub("", line, count=1)).strip()
    if line.startswith("|"):
        line = ", ".join(cell.strip() for cell in line.strip("|").split("|"))
    return _ESCAPED.sub(r"\1", _without_marks(line))


def _without_marks(line: str) -> str:
    """Return the line without paired emphasis and code marks. Reads it once, from left to right."""
    opened: defaultdict[str, deque[tuple[int, int]]] = defaultdict(deque)
    removed: list[tuple[int, int]] = []
    for mark in _MARKS.finditer(line):
        if mark[0] not in _EMPHASIS and mark[0][0] != "`":
            continue
        before, after = line[max(mark.start() - 1, 0) : mark.start()], line[mark.end() : mark.end() + 1]
        if before and not before.isspace() and before != "\\" and opened[mark[0]]:
            removed += [opened[mark[0]].popleft(), mark.span()]
        elif after and not after.isspace() and not (before.isalnum() or before in ("\\", "_")):
            opened[mark[0]].append(mark.span())
    kept, end = list[str](), 0
    for start, stop in sorted(removed):
        kept.append(line[end:start])
        end = stop
    return "".join([*kept, line[end:]])
