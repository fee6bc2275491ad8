"""Reads tables as spreadsheets and other programs write them: any separator and line end."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer.readers.text_file import TextFile
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.i18n.messages import gettext

SEPARATORS = (",", ";", "\t", "|")
ROWS_MAX = 200_000
ROW_MAX_CHARACTERS = 250_000
TOO_MANY_ROWS = gettext("The file has more than {most:#,##0} rows. Split it into several files.")
ROW_TOO_LONG = gettext("The row at line {line} is longer than {most:#,##0} characters. Shorten it, or leave it out.")
BROKEN = gettext("Line {line} cannot be read as CSV: its quotes do not match, or a cell is too long.")
LOST_COLUMN = gettext("What the column “{name}” holds has no place here, so it does not come.")
LOST_CELL = gettext("“{cell}” does not come, since another column for “{name}” is filled in.")
SURPLUS = gettext("“{cells}” stands beyond the last column, so it does not come.")
SHORT = 200
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?(?:\n|\Z)", re.IGNORECASE)
"""Excel's own first line, as in "sep=;"."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the line of the file on which it begins; `cells` by the lower-case name of their columns.

    Several columns can have the same name.
    """

    line: int
    cells: Mapping[str, Sequence[str]]
    surplus: Sequence[str]
    """The cells beyond the last column."""

    def first(self, name: str) -> str:
        """Return the first cell of this name that is filled in, as it is; else the first one, "" if there is none."""
        cells = self.cells.get(name) or ("",)
        return next((cell for cell in cells if cell.strip()), cells[0])

    def __getitem__(self, name: str) -> str:
        return self.first(name).strip()


def rows_of(file: TextFile, separator: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with its first line. Raises Invalid for broken quotes and long rows."""
    lines_read, row_characters = 0, 0  # of the file, and of the current row

    def counted_lines() -> Iterator[str]:
        nonlocal lines_read, row_characters
        for text in file.lines():
            lines_read += 1
            row_characters += len(text)
            if row_characters > ROW_MAX_CHARACTERS:
                raise Invalid(ROW_TOO_LONG.with_values(line=lines_read, most=ROW_MAX_CHARACTERS), line=lines_read)
            yield text

    lines = counted_lines()
    if named := _SEPARATOR_LINE.match(file.beginning):
        separator = named[1]
        next(lines)  # no row
    reader = csv.reader(lines, delimiter=separator or separator_of(file.beginning), strict=True)
    count, line = 0, lines_read + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                count += 1
                if count > ROWS_MAX:
                    raise Invalid(TOO_MANY_ROWS.with_values(most=ROWS_MAX), line=line)
                yield line, cells
            line, row_characters = lines_read + 1, 0
    except csv.Error as error:
        raise Invalid(BROKEN.with_values(line=line), line=line) from error


def named_rows(rows: Iterator[tuple[int, list[str]]], header: Sequence[str]) -> Iterator[Row]:
    """Yield the rows with their cells by the column's name, in lower case."""
    names = [name.strip().lower() for name in header]
    for line, cells in rows:
        named: dict[str, list[str]] = {}
        for name, cell in zip(names, cells, strict=False):
            named.setdefault(name, []).append(cell)
        yield Row(line, named, cells[len(names) :])


def whole_lines(rows: Iterator[tuple[int, list[str]]], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row of a list of one column as one cell: there the separator belongs to the text."""
    for line, cells in rows:
        while len(cells) > 1 and not cells[-1].strip():
            cells.pop()
        yield line, [separator.join(cells)]


class LostColumns:
    """Reports the cells that an import leaves out.

    `known` are the columns that the reader takes the first cell of; of those in `read_whole` it takes all cells.
    """

    def __init__(self, report: ImportReport, known: Iterable[str], read_whole: Sequence[str] = ()) -> None:
        self._report, self._known, self._read_whole = report, frozenset(known), frozenset(read_whole)
        self._reported = set[str]()

    def report(self, row: Row) -> None:
        """Report the lost cells of a row; an unknown column is reported once, where it first has a value."""
        if surplus := [cell.strip() for cell in row.surplus if cell.strip()]:
            self._report.skip(row.line, SURPLUS.with_values(cells=", ".join(surplus)[:SHORT]))
        for name, cells in row.cells.items():
            first = row[name]
            if name not in self._known:
                if first and name not in self._reported:
                    self._reported.add(name)
                    self._report.skip(row.line, LOST_COLUMN.with_values(name=name[:SHORT]))
            elif name not in self._read_whole:
                for cell in map(str.strip, cells):
                    if cell not in ("", first):
                        self._report.skip(row.line, LOST_CELL.with_values(cell=cell[:60], name=name))


def separator_of(text: str) -> str:
    """Return the separator that the text names; else the most frequent one in its first line, outside quotes."""
    if named := _SEPARATOR_LINE.match(text):
        return named[1]
    line = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(line.split('"')[::2])
    return max(SEPARATORS, key=outside.count)
