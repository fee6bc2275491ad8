"""Reads a backup of TickTick: CSV after a preamble ("Date: …", "Version: 7.1", a legend of Status).

Times are in UTC. A whole day is its midnight in the row's Timezone. Priority is 0, 1, 3 or 5; Status 0 is open, 1
completed, 2 archived after it was completed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from icalendar.prop import vDuration

from taskchat_app.domain.dates.local_time import WHOLE_DAY_OFFSET, Due, timezones
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer.foreign_task import ForeignTask, moment_of
from taskchat_app.domain.transfer.readers.tables import LostColumns, Row, named_rows, rows_of
from taskchat_app.domain.transfer.readers.text_file import TextFile
from taskchat_app.domain.transfer.report import DATE_WORDS, LOST_PART, NO_SUCH_COLUMNS, START_LOST, ImportReport
from taskchat_app.i18n.messages import gettext

PRIORITIES = {"": "medium", "0": "medium", "1": "low", "3": "medium", "5": "high"}
DONE = ("1", "2")
HEADER_WITHIN = 50
"""Rows in which the names of the columns must come."""
KNOWN = (
    "folder name", "list name", "title", "kind", "tags", "content", "is check list", "start date", "due date",
    "reminder", "repeat", "priority", "status", "created time", "completed time", "order", "timezone", "is all day",
    "is floating", "column order", "view mode", "taskid", "parentid",
)  # fmt: skip
NOTE = gettext("“{title}” is a note there. It comes as a task.")
ABANDONED = gettext("“{title}” was given up (status {status}), so it does not come.")
UNKNOWN_PRIORITY = gettext("“{priority}” is no priority of TickTick (0, 1, 3 or 5).")


def read_tasks(source: IO[bytes], report: ImportReport, zone: ZoneInfo, at: datetime) -> Iterator[ForeignTask]:
    """Yield the tasks of a TickTick backup. Raises Invalid for another file."""
    file = TextFile(source, report)
    lost = LostColumns(report, KNOWN)
    for row in _rows(file):
        lost.report(row)
        task = _task(row, report, zone)
        if task is not None:
            yield task


def _rows(file: TextFile) -> Iterator[Row]:
    rows = rows_of(file, ",")
    for _, cells in islice(rows, HEADER_WITHIN):
        header = [cell.strip().lower().lstrip("\ufeff") for cell in cells]
        if {"title", "status"} <= set(header):
            return named_rows(rows, header)
    raise Invalid(NO_SUCH_COLUMNS.with_values(names="List Name, Title, Status"), line=1)


def _task(row: Row, report: ImportReport, zone: ZoneInfo) -> ForeignTask | None:
    title, shown, status = row["title"], row["title"][:60], row["status"] or "0"
    if status not in ("0", *DONE):
        report.skip(row.line, ABANDONED.with_values(title=shown, status=status[:20]))
        return None
    if row["kind"].upper() == "NOTE":
        report.note(row.line, NOTE.with_values(title=shown))
    if row["priority"] not in PRIORITIES:
        report.note(row.line, UNKNOWN_PRIORITY.with_values(priority=row["priority"][:20]))
    lists = [name for name in (row["list name"], row["folder name"]) if name and name.lower() != "inbox"]
    task = ForeignTask(
        line=row.line,
        title=title,
        description=row["content"],
        priority=PRIORITIES.get(row["priority"], "medium"),
        tags=(*(tag.strip() for tag in row["tags"].split(",")), *lists),
        due_at=_due(row, report, zone),
        recurrence=row["repeat"] or None,
        completed_at=moment_of(row["completed time"], zone),
        is_done=status in DONE,
        created_at=moment_of(row["created time"], zone),
        key=f"ticktick {row['created time']} {row['taskid']}" if row["taskid"] and row["created time"] else "",
        id=row["taskid"],
        parent=row["parentid"],
    )
    return _with_reminder(task, row, report) if row["reminder"] and task.due_at else task


def _due(row: Row, report: ImportReport, zone: ZoneInfo) -> Due | None:
    """Return the due date, or the start of a task that has only a start."""
    own_zone = ZoneInfo(row["timezone"]) if row["timezone"] in timezones() else zone
    written = row["due date"] or row["start date"]
    moment = moment_of(written, own_zone)
    if moment is None:
        if written:
            report.note(row.line, DATE_WORDS.with_values(title=row["title"][:60], date=written[:60]))
        return None
    if row["due date"] and row["start date"] not in ("", row["due date"]):
        report.note(row.line, START_LOST.with_values(title=row["title"][:60], start=row["start date"][:60]))
    if row["is all day"].lower() == "true":
        return Due.of_day(moment.astimezone(own_zone).date(), zone)
    return Due(moment)


def _with_reminder(task: ForeignTask, row: Row, report: ImportReport) -> ForeignTask:
    """Return the task with its first reminder.

    "-PT30M" is 30 minutes before. Of a whole day "P0DT9H0M0S" is 9:00 on that day; here reminders of a whole day count
    from the time when it rings by default (WHOLE_DAY_OFFSET).
    """
    reminders = row["reminder"].replace("\n", ",").split(",")
    try:
        offset = cast(Any, vDuration).from_ical(reminders[0].strip())
    except ValueError:
        offset = None
    lost = reminders if offset is None else reminders[1:]
    if lost:
        report.note(row.line, LOST_PART.with_values(title=task.title[:60], part=f"Reminder {', '.join(lost)[:60]}"))
    if offset is None:
        return task
    whole_day = isinstance(task.due_at, Due) and task.due_at.day is not None
    minutes = (offset - WHOLE_DAY_OFFSET if whole_day else offset) // timedelta(minutes=1)
    return replace(task, remind_before=-minutes)
