"""Splits a large JSON object into its lists, in bounded memory, in a process of its own (limits/file_reading.py).

The standard parser reads whole documents only. Each list's elements go to a file, one for each line.
"""

import codecs
import json
import re
import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from typing import IO, Any, cast

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.storable_values import refuse_constant
from taskchat_app.domain.transfer.refusals import refusal_of
from taskchat_app.i18n.messages import gettext

CHUNK_BYTES = 64 * 1024
RECORD_MAX = 4 * 1024 * 1024
"""Characters of one element."""
TOKEN_MAX = 16
"""No token but strings and numbers is longer: "-Infinity", an escape."""
NAME_SHOWN = 100
UNKNOWN_MAX = 1_000
"""Names that are no part of the format."""
ELEMENTS_MAX = 1_500_000
"""Of all lists; a file of 512 MB with records as taskchat exports them has less. 5,000,000 numbers took 49 s."""
NO_JSON = gettext("The file is no JSON that can be read (line {line}): it is damaged, or of another kind.")
PARTS_MAX = 50_000
"""Values within one element. Checking 350,000 held the event loop for more than a second."""
TOO_MANY = gettext("The file has more than {most:#,##0} records. Split its lists into several files.")
TOO_LONG = gettext("A record of the file is too long (line {line}).")
SPACES = re.compile(r"[ \t\n\r]*+")


def main(arguments: Sequence[str]) -> int:
    """Split stdin; the arguments are the descriptors of the lists' files by name, and the names of other members."""
    descriptors, names = map(json.loads, arguments)
    try:
        with ExitStack() as files:
            lists = {name: files.enter_context(open(number, "w")) for name, number in descriptors.items()}
            split = SplitObject(lists, frozenset(names))
            _Parser(sys.stdin.buffer, split).read()
        written = {"values": split.values, "unknown": split.unknown, "counts": split.counts}
    except Invalid as error:
        written = refusal_of(error)
    json.dump(written, sys.stdout)
    return 0


class SplitObject:
    """Takes the members of an object: writes elements of lists to their files, and keeps other values."""

    def __init__(self, files: Mapping[str, IO[str]], values: frozenset[str]) -> None:
        self.values: dict[str, Any] = {}
        self.unknown: dict[str, int] = {}
        """The lines of members with other names."""
        self.counts: Counter[str] = Counter()
        """The lengths of the lists."""
        self._seen = 0
        self._files = files
        self._value_names = values

    def add(self, name: str, line: int, element: Any) -> None:
        self._seen += 1
        if self._seen > ELEMENTS_MAX:
            raise Invalid(TOO_MANY.with_values(most=ELEMENTS_MAX), line=line)
        if name not in self._files:
            self._note_unknown(name, line)
            return
        self.counts[name] += 1
        # Escaped to ASCII: a lone surrogate could not be encoded.
        text = json.dumps(element, allow_nan=False)
        if len(text) > 2 * PARTS_MAX and _has_more_parts(element):  # each part takes two characters
            raise Invalid(TOO_LONG.with_values(line=line), line=line)
        self._files[name].write(f"{line} {text}\n")

    def set(self, name: str, line: int, value: Any) -> None:
        if name not in self._value_names:
            self._note_unknown(name, line)
        elif len(json.dumps(value)) > 100_000:
            raise Invalid(TOO_LONG.with_values(line=line), line=line)
        else:
            self.values[name] = value

    def _note_unknown(self, name: str, line: int) -> None:
        self.unknown.setdefault(name[:NAME_SHOWN], line)
        if len(self.unknown) > UNKNOWN_MAX:
            raise ValueError("a file of another kind")


class _Parser:
    """Parses the object in pieces: a value is decoded as soon as the buffer has all of it."""

    def __init__(self, source: IO[bytes], members: SplitObject) -> None:
        self._source, self._members = source, members
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder(parse_constant=refuse_constant)
        self._buffer = ""
        self._at = 0
        """How far the buffer is parsed; `_line` is the line of the source there."""
        self._line = 1
        self._ended = False
        """Whether the source is read to its end."""

    def read(self) -> None:
        try:
            self._object()
        except (ValueError, RecursionError) as error:  # RecursionError: nested too deep for Python
            raise Invalid(NO_JSON.with_values(line=self._line), line=self._line) from error

    def _object(self) -> None:
        self._expect("{")
        while self._peek() != "}":
            name = self._value()
            if not isinstance(name, str):
                raise ValueError(name)
            self._expect(":")
            if self._peek() == "[":
                self._list(name)
            else:
                self._members.set(name, self._line, self._value())
            if self._peek() != "}":
                self._expect(",")
        self._expect("}")
        if self._peek():
            raise ValueError("more than one value")

    def _list(self, name: str) -> None:
        self._expect("[")
        while self._peek() != "]":
            self._members.add(name, self._line, self._value())
            if self._peek() != "]":
                self._expect(",")
        self._expect("]")

    def _peek(self) -> str:
        """Go to the next character that is no space, and return it; "" at the end."""
        while True:
            if spaces := SPACES.match(self._buffer, self._at):
                self._go_to(spaces.end())
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._fill(CHUNK_BYTES):
                return ""

    def _go_to(self, place: int) -> None:
        self._line += self._buffer.count("\n", self._at, place)
        self._at = place

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise ValueError(character)
        self._at += 1

    def _value(self) -> Any:
        """Parse the next value, reading as much of the source as it needs."""
        self._peek()
        # Ends: at the end of the source `_fill` sets `_ended`, after which the value is whole or an error.
        while (decoded := self._decode_value()) is None:
            # The buffer doubles with each try, so that a long value takes linear time.
            self._fill(max(CHUNK_BYTES, len(self._buffer) - self._at))
        value, end = decoded
        self._go_to(end)
        return value

    def _decode_value(self) -> tuple[Any, int] | None:
        """Return the value at this place, and its end; None if the buffer may have only its beginning."""
        if self._ended:
            return self._json.raw_decode(self._buffer, self._at)
        try:
            value, end = self._json.raw_decode(self._buffer, self._at)
        except json.JSONDecodeError as error:
            is_cut_token = error.pos + TOKEN_MAX >= len(self._buffer)
            is_cut_string = error.msg.startswith("Unterminated string")  # `pos` is its start, which may be far away
            if is_cut_token or is_cut_string:
                return None
            raise
        # A number may go on after two more characters: "1e-" is decoded to 1, of which "1e-5" may be the whole.
        return (value, end) if end + 2 < len(self._buffer) else None

    def _fill(self, size: int) -> bool:
        """Drop what is parsed, and read on; return False if an earlier call has found the end of the source."""
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
        parts = parts_of(left.pop())
        count += len(parts)
        left.extend(parts)
    return count > PARTS_MAX


def parts_of(value: Any) -> Collection[Any]:
    """Return the elements of a JSON list, or the values of an object; nothing for other values."""
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).values()
    return cast("list[Any]", value) if isinstance(value, list) else ()
