"""Writes tasks as CSV, safe in spreadsheets, and reads it back exactly; reads lists of other programs too."""

import csv
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import datetime
from io import StringIO
from itertools import chain, islice
from zoneinfo import ZoneInfo

from sqlalchemy.orm import defer
from sqlmodel import select

from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.priority_words import PRIORITY_WORDS, priority_of
from taskchat_app.domain.tasks.queries import TaskQuery, conditions_of, listing_of
from taskchat_app.domain.tasks.sorted_pages import ordering
from taskchat_app.domain.tasks.task_view import as_json, view_of
from taskchat_app.domain.transfer.date_words import read_rule_words
from taskchat_app.domain.transfer.duplicates import own_key
from taskchat_app.domain.transfer.foreign_task import ForeignTask
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.domain.transfer.tables import (
    LOST_CELL,
    LostColumns,
    Row,
    decoded,
    named_rows,
    rows_of,
    separator_of,
    whole_lines,
)
from taskchat_app.i18n.messages import gettext

COLUMNS = (
    "number",
    "title",
    "description",
    "priority",
    "tags",
    "due_at",
    "all_day",
    "due_day",
    "recurrence",
    "completed_at",
    "created_at",
    "updated_at",
)
NAMES = {
    "title": "title task name content subject summary todo titel aufgabe betreff",
    "description": "description notes note details body beschreibung notiz notizen",
    "priority": "priority prio priorität",
    "tags": "tags tag labels label categories category kategorien kategorie schlagwörter",
    "due": "due_at due due_date date deadline fällig fälligkeit fälligkeitsdatum datum termin",
    "due_day": "due_day",
    "recurrence": "recurrence repeat repeats rrule recurring wiederholung",
    "completed": "completed_at completed done status erledigt abgeschlossen completion_date date_completed",
    "created": "created_at created creation_date date_created erstellt",
}
"""The columns of a list, and the names under which programs write them; blanks as in "Due date" count as _."""
FIELD_OF = {name: field for field, names in NAMES.items() for name in names.split()}
IGNORED = ("number", "all_day", "updated_at", "overdue")
"""Of our own files: they follow from others, or would mean nothing in another account."""
FIELDS = frozenset((*NAMES, *IGNORED))
DONE = frozenset("x 1 true yes y done completed closed finished ja wahr erledigt fertig abgeschlossen ✓ ✔ ☑".split())
OPEN = frozenset(
    ("0", "false", "no", "n", "open", "todo", "to do", "pending", "active", "needs-action", "nein", "falsch")
)
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet calculates a cell that begins with one of these, or skips the blanks before one."""
_QUOTED = re.compile(r'(?:^|(?<=[,;\s]))(?:"[^"]*")+')
_RANK = re.compile(r"!?p?([1-4])", re.IGNORECASE)
UNKNOWN_WORD = gettext("“{word}” in the column “{name}” means nothing here, so it does not come.")
NO_TITLES = gettext("No column is named title. Name the columns in the first line: title, due_at, priority, tags …")
ROWS_AT_ONCE = 200
ROWS_AHEAD = 20
"""Rows among which one without separators shows that a file has one column."""


async def csv_of_tasks(user_id: str, query: TaskQuery, most: int | None) -> AsyncGenerator[bytes]:
    """Yield the tasks that the filters find as CSV (RFC 4180, UTF-8); at most `most` of them. Raises Invalid."""
    conditions = conditions_of(query)
    sort, order = listing_of(query)
    tasks = select(Task).where(Task.user_id == user_id, *conditions).order_by(*ordering(sort, order)).limit(most)
    tasks = tasks.options(defer(Task.search))  # pyright: ignore[reportArgumentType]  # SQLModel types a column as its value
    yield _line(COLUMNS)
    async with reading(user_id) as session:
        rows = await session.stream_scalars(tasks.execution_options(yield_per=ROWS_AT_ONCE))
        async for piece in rows.partitions(ROWS_AT_ONCE):
            yield b"".join(_line(_cells(task)) for task in piece)
            session.expunge_all()


def _cells(task: Task) -> list[str]:
    fields = as_json(view_of(task, now())) | {"due_day": task.due_day and task.due_day.isoformat()}
    fields |= {"tags": _tags_cell(task.tags), "all_day": str(fields["all_day"]).lower()}
    return ["" if fields[name] is None else str(fields[name]) for name in COLUMNS]


def _tags_cell(tags: Sequence[str]) -> str:
    """Return the tags as a line of CSV; in quotes if one holds a ;, which separates tags in other programs' files."""
    return _line(tags, quoted=any(";" in tag for tag in tags)).decode().removesuffix("\r\n")


def _line(cells: Sequence[str], *, quoted: bool = False) -> bytes:
    """Return the cells as a line of CSV, each in quotes if `quoted`, else those that need them.

    A spreadsheet would calculate what begins with one of = + - @, so a ' comes before it, and before a ' that is there.
    """
    written = StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(written, quoting=quoting).writerow([f"'{cell}" if _is_formula(cell) else cell for cell in cells])
    return written.getvalue().encode()


def read_csv(content: bytes, report: ImportReport, zone: ZoneInfo) -> Iterator[ForeignTask]:
    """Yield the tasks of a list, of our own CSV or of one with similar columns. Raises Invalid.

    A list of one column needs no names. If its first line holds separators, one of the next lines must hold none.
    """
    text = decoded(content, report)
    rows = rows_of(text)
    first_line, header = next(rows, (1, list[str]()))
    fields = [FIELD_OF.get(_plain_name(name), _plain_name(name)) for name in header]
    if "title" not in fields:
        ahead = list(islice(rows, ROWS_AHEAD))
        is_named = not FIELDS.isdisjoint(fields)
        if len(header) != 1 and (is_named or all(len(cells) > 1 for _, cells in ahead)):
            raise Invalid(NO_TITLES, line=first_line)
        fields, rows = ["title"], chain([(first_line, header)], ahead, rows)
    if len(fields) == 1:
        rows = whole_lines(rows, separator_of(text))
    lost = LostColumns(report, FIELDS, read_whole=("tags", "completed"))
    for row in named_rows(rows, fields):
        lost.see(row)
        yield _task(row, report, zone)


def _task(row: Row, report: ImportReport, zone: ZoneInfo) -> ForeignTask:
    cells = {name: _unescaped(row.first(name)) for name in NAMES}
    completed_at, is_done = _completion(row, report, zone)
    created = cells["created"].strip()
    created_at = moment_of(created, zone)
    if created and created_at is None:
        report.skip(row.line, UNKNOWN_WORD.with_values(word=created[:60], name="created_at"))
    number = row["number"]
    return ForeignTask(
        row.line,
        cells["title"],
        cells["description"],
        _priority(cells["priority"].strip(), row.line, report),
        tuple(tag for cell in row.cells.get("tags", ()) for tag in _tags(_unescaped(cell))),
        (cells["due_day"] or cells["due"]).strip() or None,
        read_rule_words(rule) or rule if (rule := cells["recurrence"].strip()) else None,
        completed_at=completed_at,
        is_done=is_done,
        created_at=created_at,
        key=own_key(created, number) if number and created_at else "",
    )


def _completion(row: Row, report: ImportReport, zone: ZoneInfo) -> tuple[datetime | None, bool]:
    """Return when the task was completed, if a column says it, and whether it is done; name what contradicts that."""
    found: list[tuple[str, datetime | None, bool]] = []
    for cell in row.cells.get("completed", ()):
        text = _unescaped(cell).strip()
        if not text:
            continue
        at, word = moment_of(text, zone), text.casefold()
        if at is None and word not in DONE and word not in OPEN:
            report.skip(row.line, UNKNOWN_WORD.with_values(word=text[:60], name="completed_at"))
        else:
            found.append((text, at, at is not None or word in DONE))
    _, completed_at, is_done = next((one for one in found if one[1]), found[0] if found else ("", None, False))
    for text, at, done in found:
        if done != is_done or (at or completed_at) != completed_at:
            report.skip(row.line, LOST_CELL.with_values(cell=text[:60], name="completed_at"))
    return completed_at, is_done


def moment_of(text: str, zone: ZoneInfo) -> datetime | None:
    """Return the time of an ISO text, local if it names no zone; None for other text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return moment if 1970 <= moment.year < 3000 else None


def _plain_name(name: str) -> str:
    return "_".join(name.strip().lower().split())


def _priority(text: str, line: int, report: ImportReport) -> str:
    rank = _RANK.fullmatch(text)
    found = priority_of(word=None, rank=rank[1]) if rank else PRIORITY_WORDS.get(text.casefold())
    if text and found is None:
        report.skip(line, UNKNOWN_WORD.with_values(word=text[:60], name="priority"))
    return found or "medium"


def _tags(cell: str) -> Iterator[str]:
    """Yield the tags of a cell, which is a line of CSV itself; ";" separates them too where there is no comma.

    What is in quotes does not count.
    """
    outside = _QUOTED.sub("", cell)
    separator = "," if "," in outside or ";" not in outside else ";"
    for tags in csv.reader(StringIO(cell, newline=""), delimiter=separator, skipinitialspace=True):
        yield from map(_unescaped, tags)


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    return cell.lstrip("'").startswith(FORMULA_MARKS)
