"""Reads the lines of a text file in any encoding, without keeping them."""

import codecs
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import IO, BinaryIO, cast

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.i18n.messages import gettext

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PIECE_BYTES = 64 * 1024
BEGINNING_CHARACTERS = 100_000
LINE_MAX_CHARACTERS = 250_000
OLD_ENCODING = gettext("The file is not in UTF-8. It was read as Windows-1252: look whether its letters are right.")
UNREADABLE = gettext("The file is no text that can be read. Save it as CSV in UTF-8.")
LINE_TOO_LONG = gettext("Line {line} is longer than {most:#,##0} characters. Make it shorter, or leave it out.")


class TextFile:
    """A file whose lines can be read several times, one reading after the other."""

    def __init__(self, file: IO[bytes], report: ImportReport) -> None:
        """Find the encoding. Raises Invalid for a file that is no text."""
        self._file = file
        self._encoding = self._encoding_of(report)
        with self._text() as text:
            self.beginning = text.read(BEGINNING_CHARACTERS)

    def lines(self) -> Iterator[str]:
        """Yield the lines with their ends: \\n, \\r or \\r\\n, not those of str.splitlines, which a text may hold.

        Raises Invalid for one that is too long.
        """
        number = 0
        with self._text() as text:
            while line := text.readline(LINE_MAX_CHARACTERS + 1):
                number += 1
                if len(line) > LINE_MAX_CHARACTERS:
                    raise Invalid(LINE_TOO_LONG.with_values(line=number, most=LINE_MAX_CHARACTERS), line=number)
                yield line

    @contextmanager
    def _text(self) -> Generator[TextIOWrapper]:
        self._file.seek(0)
        text = TextIOWrapper(cast("BinaryIO", self._file), self._encoding, errors="replace", newline="")
        try:
            yield text
        finally:
            text.detach()  # closing the text would close the file

    def _encoding_of(self, report: ImportReport) -> str:
        self._file.seek(0)
        first = self._file.read(200)
        marked = next((encoding for mark, encoding in BOMS if first.startswith(mark)), None)
        if marked is None and first.count(0) * 3 > len(first):  # UTF-16 without a mark: every other byte of ASCII is 0
            marked = "utf-16-be" if first[:1] == b"\0" else "utf-16-le"
        decoder = codecs.getincrementaldecoder(marked or "utf-8")()
        self._file.seek(0)
        try:
            while piece := self._file.read(PIECE_BYTES):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            if marked is not None:
                raise Invalid(UNREADABLE) from error
            report.note(1, OLD_ENCODING)
            return "cp1252"
        return marked or "utf-8"
