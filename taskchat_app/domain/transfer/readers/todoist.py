"""Reads a project of Todoist as CSV (todoist.com/help: "Format a CSV file to import into Todoist").

Rows are tasks, sections and notes (comments on the task above). PRIORITY 1 is the highest, INDENT 2 a task within the
one above. DATE is in words, in the language DATE_LANG and in TIMEZONE.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import timezones
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer.foreign_task import TEXT_READ, ForeignTask
from taskchat_app.domain.transfer.readers.tables import LostColumns, Row, named_rows, rows_of
from taskchat_app.domain.transfer.readers.text_file import TextFile
from taskchat_app.domain.transfer.report import AFTER_COMPLETION, DATE_WORDS, NO_SUCH_COLUMNS, SECTION, ImportReport
from taskchat_app.i18n.messages import gettext

PRIORITIES = {"": "high", "1": "high", "2": "medium", "3": "low", "4": "low"}
"""Todoist gives priority 1 to a task whose cell is empty."""
KNOWN = (
    "type", "content", "description", "priority", "indent", "author", "date", "date_lang", "timezone",
    "duration_unit",
)  # fmt: skip
_LABEL = re.compile(r"(?<!\S)@([^\s@,]+)")  # as in "Call Ada @phone"
UNKNOWN_ROW = gettext("A row of the type “{type}” is neither task, section nor note, so it does not come.")
LOOSE_NOTE = gettext("This note stands below no task, so it does not come.")
UNKNOWN_PRIORITY = gettext("“{priority}” is no priority from 1 to 4.")


def read_tasks(source: IO[bytes], report: ImportReport, zone: ZoneInfo, at: datetime) -> Iterator[ForeignTask]:
    """Yield the tasks of a Todoist CSV, with dates as they are meant at this time. Raises Invalid for another file."""
    rows = rows_of(TextFile(source, report))
    header = [name.strip().lower() for name in next(rows, (1, list[str]()))[1]]
    if not {"type", "content"} <= set(header):
        raise Invalid(NO_SUCH_COLUMNS.with_values(names="TYPE, CONTENT"), line=1)
    yield from _Project(report, zone, at).tasks(named_rows(rows, header))


class _Project:
    """Makes tasks of the rows, by the section and the tasks above them."""

    def __init__(self, report: ImportReport, zone: ZoneInfo, at: datetime) -> None:
        self._report, self._zone, self._at = report, zone, at
        self._notes: list[str] = []
        """Those of the last task."""
        self._notes_length = 0
        self._section = ""
        self._above: list[ForeignTask] = []
        """The last task, after the tasks that it is within, outermost first."""
        self._lost = LostColumns(report, KNOWN)

    def tasks(self, rows: Iterator[Row]) -> Iterator[ForeignTask]:
        waiting: ForeignTask | None = None  # the last task, whose notes follow
        for row in rows:
            kind = row["type"].lower()
            if kind == "note":
                self._take_note(waiting, row)
                continue
            if waiting is not None:
                yield self._with_notes(waiting)
                waiting = None
            if kind == "task":
                waiting = self._task(row)
            elif kind == "section":
                self._section, self._above = row["content"], []
                self._report.note(row.line, SECTION.with_values(name=self._section[:100]))
            elif kind != "meta":  # how Todoist displays the project
                self._report.skip(row.line, UNKNOWN_ROW.with_values(type=row["type"][:60]))
        if waiting is not None:
            yield self._with_notes(waiting)

    def _take_note(self, task: ForeignTask | None, row: Row) -> None:
        if task is None:
            self._report.skip(row.line, LOOSE_NOTE)
        elif self._notes_length <= TEXT_READ:  # a description holds less
            self._notes.append(row["content"])
            self._notes_length += len(row["content"])

    def _with_notes(self, task: ForeignTask) -> ForeignTask:
        notes, self._notes, self._notes_length = self._notes, [], 0
        if not notes:
            return task
        # Earlier versions stored this description: by it a task that they imported is recognized.
        former = task.former_description and "\n\n".join([task.former_description, *notes])
        return replace(task, description="\n\n".join([task.description, *notes]).strip(), former_description=former)

    def _task(self, row: Row) -> ForeignTask:
        self._lost.report(row)
        title, labels = _without_labels(row["content"])
        indent = int(row["indent"]) if row["indent"] in ("1", "2", "3", "4", "5") else 1
        within = self._above[: indent - 1]
        parent = within[-1] if within else None
        description = row["description"]
        priority = row["priority"].lower().removeprefix("p")
        if priority not in PRIORITIES:
            self._report.note(row.line, UNKNOWN_PRIORITY.with_values(priority=priority[:20]))
        task = ForeignTask(
            line=row.line,
            title=title,
            description=description,
            priority=PRIORITIES.get(priority, "medium"),
            tags=(*labels, self._section) if self._section else tuple(labels),
            id=str(row.line),
            parent=parent.id if parent else "",
            # Also of earlier versions, which had no steps, and named the task above in the description.
            former_description=f"↳ {parent.title}\n{description}".strip() if parent else "",
        )
        self._above = [*within, task]
        return self._dated(task, row) if row["date"] else task

    def _dated(self, task: ForeignTask, row: Row) -> ForeignTask:
        from taskchat_app.domain.transfer.readers.date_words import read_date_words  # here: its import takes 0.4 s

        zone = ZoneInfo(row["timezone"]) if row["timezone"] in timezones() else self._zone
        words = read_date_words(row["date"], zone, self._at)
        if words is None:
            self._report.note(row.line, DATE_WORDS.with_values(title=task.title[:60], date=row["date"][:100]))
            return task
        if words.after_completion:
            self._report.note(row.line, AFTER_COMPLETION.with_values(title=task.title[:60]))
        return replace(task, due_at=words.due, recurrence=words.rule, written=f"{row['date']} {row['timezone']}")


def _without_labels(content: str) -> tuple[str, list[str]]:
    """Return the title without its @labels, and the labels; "* " before a title means that it cannot be ticked."""
    labels = _LABEL.findall(content)
    title = " ".join(_LABEL.sub(" ", content).split()) if labels else content
    return title.removeprefix("* ") or content, labels
