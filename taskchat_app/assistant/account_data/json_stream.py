"""Splits a large JSON object into its lists, in bounded memory.

The standard parser reads whole documents only. Each list's elements go to a temporary file, one for each line.
"""

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any, cast

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.storable_values import refuse_constant
from taskchat_app.i18n.messages import gettext

CHUNK_BYTES = 64 * 1024
RECORD_MAX = 4 * 1024 * 1024
"""Characters of one element."""
NAME_SHOWN = 100
UNKNOWN_MAX = 1_000
"""Names that are no part of the format."""
NO_JSON = gettext("The file is no JSON that can be read (line {line}): it is damaged, or of another kind.")
PARTS_MAX = 50_000
"""Values within one element. Checking 350,000 held the event loop for more than a second."""
TOO_LONG = gettext("A record of the file is too long (line {line}).")
SPACE = " \t\n\r"


class JsonLists:
    """The top level of a JSON object: `values` that are no list, and the elements of each list with their lines.

    `counts` are the lengths of the lists. Members with other names are only noted in `unknown`, with their lines.
    """

    def __init__(self, source: IO[bytes], lists: frozenset[str], values: frozenset[str]) -> None:
        """Read the source, of which the members with these names are kept. Raises Invalid."""
        self.values: dict[str, Any] = {}
        self.unknown: dict[str, int] = {}
        self.counts: Counter[str] = Counter()
        self._names = lists
        self._value_names = values
        self._lists: dict[str, IO[str]] = {}
        try:
            _Parser(source, self).read()
        except BaseException:
            self.close()
            raise

    def add(self, name: str, line: int, element: Any) -> None:
        if name not in self._names:
            self._note_unknown(name, line)
            return
        if name not in self._lists:
            self._lists[name] = TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 -- closed with this
        self.counts[name] += 1
        # Escaped to ASCII: a lone surrogate could not be encoded.
        text = json.dumps(element, allow_nan=False)
        if len(text) > 2 * PARTS_MAX and _has_more_parts(element):  # each part takes two characters
            raise Invalid(TOO_LONG.with_values(line=line), line=line)
        self._lists[name].write(f"{line} {text}\n")

    def set(self, name: str, line: int, value: Any) -> None:
        if name in self._value_names:
            self.values[name] = value
        else:
            self._note_unknown(name, line)

    def _note_unknown(self, name: str, line: int) -> None:
        self.unknown.setdefault(name[:NAME_SHOWN], line)
        if len(self.unknown) > UNKNOWN_MAX:
            raise ValueError("a file of another kind")

    def elements(self, name: str) -> Iterator[tuple[int, str]]:
        """Yield the list's elements as JSON, each with its line in the source."""
        if name not in self._lists:
            return
        lines = self._lists[name]
        lines.seek(0)
        for numbered in lines:
            line, _, element = numbered.partition(" ")
            yield int(line), element

    def close(self) -> None:
        for file in self._lists.values():
            file.close()


class _Parser:
    def __init__(self, source: IO[bytes], lists: JsonLists) -> None:
        self._source, self._lists = source, lists
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder(parse_constant=refuse_constant)
        self._buffer, self._at, self._line, self._ended = "", 0, 1, False

    def read(self) -> None:
        try:
            self._object()
        except (ValueError, RecursionError) as error:  # RecursionError: nested too deep for Python
            raise Invalid(NO_JSON.with_values(line=self._line), line=self._line) from error

    def _object(self) -> None:
        self._expect("{")
        while self._next() != "}":
            name = self._value()
            if not isinstance(name, str):
                raise ValueError(name)
            self._expect(":")
            if self._next() == "[":
                self._list(name)
            else:
                self._lists.set(name, self._line, self._value())
            if self._next() != "}":
                self._expect(",")
        self._expect("}")
        if self._next():
            raise ValueError("more than one value")

    def _list(self, name: str) -> None:
        self._expect("[")
        while self._next() != "]":
            self._lists.add(name, self._line, self._value())
            if self._next() != "]":
                self._expect(",")
        self._expect("]")

    def _next(self) -> str:
        """Return the next character that is no space, without taking it; "" at the end."""
        while True:
            start, length = self._at, len(self._buffer)
            while self._at < length and self._buffer[self._at] in SPACE:
                self._at += 1
            self._line += self._buffer.count("\n", start, self._at)
            if self._at < length:
                return self._buffer[self._at]
            if not self._fill(CHUNK_BYTES):
                return ""

    def _expect(self, character: str) -> None:
        if self._next() != character:
            raise ValueError(character)
        self._at += 1

    def _value(self) -> Any:
        self._next()
        while True:
            # Reading as much again as there is keeps this linear.
            more = max(CHUNK_BYTES, len(self._buffer) - self._at)
            try:
                value, end = self._json.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError:
                if not self._fill(more):
                    raise
                continue
            if end < len(self._buffer) or not self._fill(more):  # a number at the end of the buffer may go on
                break
        self._line += self._buffer.count("\n", self._at, end)
        self._at = end
        return value

    def _fill(self, size: int) -> bool:
        """Read on; return False at the end of the file."""
        if self._ended:
            return False
        self._buffer, self._at = self._buffer[self._at :], 0
        if len(self._buffer) > RECORD_MAX:
            raise Invalid(TOO_LONG.with_values(line=self._line), line=self._line)
        chunk = self._source.read(size)
        self._ended = not chunk
        self._buffer += self._decode.decode(chunk, final=not chunk)
        return True


def _has_more_parts(element: Any) -> bool:
    """Return whether the element has more than PARTS_MAX values."""
    count, left = 0, [element]
    while left and count <= PARTS_MAX:
        value = left.pop()
        if isinstance(value, list | dict):
            parts = cast("dict[str, Any]", value).values() if isinstance(value, dict) else cast("list[Any]", value)
            count += len(parts)
            left.extend(parts)
    return count > PARTS_MAX
