"""Reads lists of tasks as CSV: our own exactly as tasks_csv.py writes them, and lists of other programs."""

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from io import StringIO
from itertools import chain, islice
from typing import IO, NamedTuple
from zoneinfo import ZoneInfo

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_WORDS, priority_of
from taskchat_app.domain.transfer.foreign_task import ForeignTask, moment_of, own_key
from taskchat_app.domain.transfer.readers import tables
from taskchat_app.domain.transfer.readers.text_file import TextFile
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.i18n.messages import gettext

NAMES = {
    "title": "title task name content subject summary todo titel aufgabe betreff",
    "description": "description notes note details body beschreibung notiz notizen",
    "priority": "priority prio priorität",
    "tags": "tags tag labels label categories category kategorien kategorie schlagwörter",
    "due": "due_at due due_date date deadline fällig fälligkeit fälligkeitsdatum datum termin",
    "due_day": "due_day",
    "start": "start_at start start_date begin beginn startdatum",
    "recurrence": "recurrence repeat repeats rrule recurring wiederholung",
    "completed": "completed_at completed done status erledigt abgeschlossen completion_date date_completed",
    "created": "created_at created creation_date date_created erstellt",
}
"""The columns of a list, and the names under which programs write them; blanks as in "Due date" count as _."""
FIELD_OF = {name: field for field, names in NAMES.items() for name in names.split()}
IGNORED = ("number", "parent_number", "all_day", "updated_at", "overdue")
"""Columns of our own files that become no field: numbers of tasks, and what follows from other columns."""
FIELDS = frozenset((*NAMES, *IGNORED))
DONE = frozenset("x 1 true yes y done completed closed finished ja wahr erledigt fertig abgeschlossen ✓ ✔ ☑".split())
OPEN = frozenset(
    ("0", "false", "no", "n", "open", "todo", "to do", "pending", "active", "needs-action", "nein", "falsch")
)
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet calculates a cell that begins with one of these, or skips the blanks before one."""
_QUOTED = re.compile(r'(?:^|(?<=[,;\s]))(?:"[^"]*")+')
"""A tag in quotes, also with quotes in it: "a, b" or "a ""b"" c"."""
_RANK = re.compile(r"!?p?([1-4])", re.IGNORECASE)
UNKNOWN_WORD = gettext("“{word}” in the column “{name}” means nothing here, so it does not come.")
NO_TITLES = gettext("No column is named title. Name the columns in the first line: title, due_at, priority, tags …")
ROWS_AHEAD = 20
"""Rows among which one without separators shows that a file has one column."""


def read_tasks(source: IO[bytes], report: ImportReport, zone: ZoneInfo, at: datetime) -> Iterator[ForeignTask]:
    """Yield the tasks of a list: of our own CSV, of one with similar columns, or of titles alone. Raises Invalid."""
    file = TextFile(source, report)
    fields, rows = _table(tables.rows_of(file))
    if len(fields) == 1:
        rows = tables.whole_lines(rows, tables.separator_of(file.beginning))
    lost = tables.LostColumns(report, FIELDS, read_whole=("tags", "completed"))
    for row in tables.named_rows(rows, fields):
        lost.report(row)
        yield _task(row, report, zone)


class ListedTitles(NamedTuple):
    """The titles of a list; `has_other_columns` if it says more of its tasks."""

    titles: list[str]
    has_other_columns: bool


def read_titles(source: IO[bytes]) -> ListedTitles:
    """Return the titles of a list, up to a row that is broken. Raises Invalid without a column of titles."""
    file = TextFile(source, ImportReport())
    fields, rows = _table(tables.rows_of(file))
    if len(fields) == 1:
        rows = tables.whole_lines(rows, tables.separator_of(file.beginning))
    titles: list[str] = []
    with suppress(Invalid):
        titles.extend(_unescaped(row["title"]) for row in tables.named_rows(rows, fields))
    return ListedTitles(titles, has_other_columns=len(fields) > 1)


def _table(rows: Iterator[tuple[int, list[str]]]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Return the columns of a list, and its rows without the header; without one, each row is a title.

    Raises Invalid for a table without a column of titles.
    """
    line, header = next(rows, (1, list[str]()))
    fields = [FIELD_OF.get(_plain_name(name), _plain_name(name)) for name in header]
    if "title" in fields:
        return fields, rows
    next_rows = list(islice(rows, ROWS_AHEAD))
    names_fields = not FIELDS.isdisjoint(fields)
    has_separators_throughout = all(len(cells) > 1 for _, cells in next_rows)
    if len(header) > 1 and (names_fields or has_separators_throughout):
        raise Invalid(NO_TITLES, line=line)
    return ["title"], chain([(line, header)], next_rows, rows)


class _Completion(NamedTuple):
    """What a cell says: the time of completion, or a word such as "yes" or "no"."""

    cell: str
    at: datetime | None
    is_done: bool


def _task(row: tables.Row, report: ImportReport, zone: ZoneInfo) -> ForeignTask:
    cells = {name: _unescaped(row.first(name)) for name in NAMES}
    completion = _completion(row, report, zone)
    created = cells["created"].strip()
    created_at = moment_of(created, zone)
    if created and created_at is None:
        report.skip(row.line, UNKNOWN_WORD.with_values(word=created[:60], name="created_at"))
    number = row["number"]
    return ForeignTask(
        line=row.line,
        title=cells["title"],
        description=cells["description"],
        priority=_priority(cells["priority"].strip(), row.line, report),
        tags=tuple(tag for cell in row.cells.get("tags", ()) for tag in _tags(_unescaped(cell))),
        due_at=(cells["due_day"] or cells["due"]).strip() or None,
        recurrence=_rule(cells["recurrence"].strip()),
        completed_at=completion.at,
        is_done=completion.is_done,
        created_at=created_at,
        start_at=cells["start"].strip() or None,
        key=own_key(created, number) if number and created_at else "",
        id=number,
        parent=row["parent_number"],
    )


def _completion(row: tables.Row, report: ImportReport, zone: ZoneInfo) -> _Completion:
    """Return whether the task is done, and when it was completed if a cell says so; report cells that contradict."""
    found: list[_Completion] = []
    for cell in row.cells.get("completed", ()):
        text = _unescaped(cell).strip()
        if not text:
            continue
        at, word = moment_of(text, zone), text.casefold()
        if at is None and word not in DONE and word not in OPEN:
            report.skip(row.line, UNKNOWN_WORD.with_values(word=text[:60], name="completed_at"))
        else:
            found.append(_Completion(text, at, is_done=at is not None or word in DONE))
    if not found:
        return _Completion("", None, is_done=False)
    taken = next((completion for completion in found if completion.at is not None), found[0])
    for other in found:
        if other.is_done != taken.is_done or other.at not in (None, taken.at):
            report.skip(row.line, tables.LOST_CELL.with_values(cell=other.cell[:60], name="completed_at"))
    return taken


def _rule(text: str) -> str | None:
    """Return the recurrence, as an RRULE if the text is none and can be understood."""
    if not text or "=" in text:
        return text or None
    from taskchat_app.domain.transfer.readers.date_words import read_rule_words  # here, since the import takes 0.4 s

    return read_rule_words(text) or text


def _plain_name(name: str) -> str:
    return "_".join(name.strip().lower().split())


def _priority(text: str, line: int, report: ImportReport) -> str:
    rank = _RANK.fullmatch(text)
    found = priority_of(word=None, rank=rank[1]) if rank else PRIORITY_WORDS.get(text.casefold())
    if text and found is None:
        report.skip(line, UNKNOWN_WORD.with_values(word=text[:60], name="priority"))
    return found or "medium"


def _tags(cell: str) -> Iterator[str]:
    """Yield the tags of a cell, which is a line of CSV itself: 'work,"a, b"' or, without commas, "work;home"."""
    unquoted = _QUOTED.sub("", cell)
    separator = ";" if ";" in unquoted and "," not in unquoted else ","
    for tags in csv.reader(StringIO(cell, newline=""), delimiter=separator, skipinitialspace=True):
        yield from map(_unescaped, tags)


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and is_formula(cell) else cell


def is_formula(cell: str) -> bool:
    return cell.lstrip("'").startswith(FORMULA_MARKS)
