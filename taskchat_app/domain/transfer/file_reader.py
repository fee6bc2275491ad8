"""Reads a file of another program in a process of its own (limits/file_reading.py), and writes what is in it as JSON.

Each line of the output is a remark, [kind, line, message], or a task as `_fields_of` writes it. A refusal comes last.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import DateSettings, Due, user_zone
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer.foreign_task import TAGS_READ, TEXT_READ, ForeignTask
from taskchat_app.domain.transfer.refusals import refusal_of
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.i18n.messages import Message, encode

READERS = {
    "todoist": "todoist.read_todoist",
    "ticktick": "ticktick.read_ticktick",
    "vikunja": "vikunja.read_vikunja",
    "csv": "csv_list.read_csv",
    "ics": "calendar_import.read_calendar",
}
"""The function that reads each format. Its module is imported by itself: one takes 0.04 s."""
Reader = Callable[[IO[bytes], ImportReport, ZoneInfo, datetime], Iterator[ForeignTask]]
IDS = ("id", "parent")
TEXTS = ("title", "description", "priority", "start_at", "recurrence", "key", "former_description", "written")
NUMBERS = ("line", "remind_before")
MOMENTS = ("completed_at", "created_at")
ID_MAX_CHARACTERS = 64


@dataclass(slots=True)
class _WrittenReport(ImportReport):
    """Writes the remarks instead of keeping them."""

    def add(self, kind: str, line: int, reason: Message) -> None:
        _write([kind, line, encode(reason)])


def main(arguments: Sequence[str]) -> int:
    """Read stdin; the arguments: the format, the user's zone and first day of the week, the time of the import."""
    file_format, timezone, week_start, at = arguments
    module, _, name = READERS[file_format].partition(".")
    read: Reader = getattr(import_module(f"taskchat_app.domain.transfer.readers.{module}"), name)
    zone = user_zone(timezone, DateSettings(int(week_start)))
    try:
        for task in read(sys.stdin.buffer, _WrittenReport(), zone, datetime.fromisoformat(at)):
            _write(_fields_of(task))
    except Invalid as error:
        _write(refusal_of(error))
    return 0


def _write(value: Any) -> None:
    sys.stdout.buffer.write(json.dumps(value).encode() + b"\n")


def _fields_of(task: ForeignTask) -> dict[str, Any]:
    due = task.due_at
    if isinstance(due, Due):
        written = [due.at.isoformat(), due.day.isoformat() if due.day else None]
    else:  # words that are not read yet, or None
        written = due and due[:TEXT_READ]
    texts = {name: text[:TEXT_READ] for name in TEXTS if (text := getattr(task, name))}
    ids = {name: _short_id(text) for name in IDS if (text := getattr(task, name))}
    numbers = {name: number for name in NUMBERS if (number := getattr(task, name)) is not None}
    moments = {name: moment.isoformat() for name in MOMENTS if (moment := getattr(task, name))}
    return {
        **texts,
        **ids,
        **numbers,
        **moments,
        "tags": [tag[:TEXT_READ] for tag in task.tags[:TAGS_READ]],
        "due_at": written,
        "is_done": task.is_done,
        "zone": task.zone and task.zone.key,
    }


def _short_id(text: str) -> str:
    """Return the id, or a hash of a long one: the server keeps those of all tasks of a file to find their parents."""
    return text if len(text) <= ID_MAX_CHARACTERS else hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def task_of(fields: dict[str, Any]) -> ForeignTask:
    """Return the task that _fields_of wrote as this JSON. Raises one of messages.UNREADABLE for anything else."""
    due = fields["due_at"]
    if isinstance(due, list):
        at, day = cast("list[Any]", due)
        due = Due(_moment(at), date.fromisoformat(day) if day else None)
    else:
        due = str(due) if due else None
    values: dict[str, Any] = {"title": ""}
    for names, read in ((TEXTS, str), (IDS, str), (NUMBERS, int), (MOMENTS, _moment)):
        values |= {name: read(fields[name]) for name in names if name in fields}
    return ForeignTask(
        **values,
        tags=tuple(map(str, fields["tags"])),
        due_at=due,
        is_done=fields["is_done"] is True,
        zone=ZoneInfo(fields["zone"]) if fields["zone"] else None,
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
