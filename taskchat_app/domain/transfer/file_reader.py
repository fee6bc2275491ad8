"""Reads a file of another program, in a process of its own (limits/file_reading.py), and writes its tasks as JSON.

Each line of the output is a remark, [kind, line, message], or the fields of a ForeignTask. A refusal comes last.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from importlib import import_module
from typing import IO, Any
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import DateSettings, Due, user_zone
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer.foreign_task import TAGS_READ, TEXT_READ, ForeignTask
from taskchat_app.domain.transfer.refusals import refusal_of
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.i18n.messages import Message, encode

READERS = {
    "todoist": "todoist",
    "ticktick": "ticktick",
    "vikunja": "vikunja",
    "csv": "csv_list",
    "ics": "calendar_import",
}
"""The module of each format. Only the one that is needed is imported: each takes 0.04 s."""
Reader = Callable[[IO[bytes], ImportReport, ZoneInfo, datetime], Iterator[ForeignTask]]
ID_MAX_CHARACTERS = 64


@dataclass(slots=True)
class _WrittenReport(ImportReport):
    """Writes the remarks instead of keeping them."""

    def add(self, kind: str, line: int, reason: Message) -> None:
        _write([kind, line, encode(reason)])


def main(arguments: Sequence[str]) -> int:
    """Read stdin; the arguments: the format, the user's zone and first day of the week, the time of the import."""
    file_format, timezone, week_start, at = arguments
    read_tasks: Reader = import_module(f"taskchat_app.domain.transfer.readers.{READERS[file_format]}").read_tasks
    zone = user_zone(timezone, DateSettings(int(week_start)))
    try:
        for task in read_tasks(sys.stdin.buffer, _WrittenReport(), zone, datetime.fromisoformat(at)):
            _write(_fields_of(task))
    except Invalid as error:
        _write(refusal_of(error))
    return 0


def _write(value: Any) -> None:
    sys.stdout.buffer.write(json.dumps(value, default=_plain).encode() + b"\n")


def _plain(value: date | ZoneInfo | Due) -> Any:
    """Return as JSON what json does not know."""
    match value:
        case Due():
            return {"at": value.at, "day": value.day}
        case ZoneInfo():
            return value.key
        case _:
            return value.isoformat()


def _fields_of(task: ForeignTask) -> dict[str, Any]:
    """Return the fields, with only the beginnings of long texts."""
    values = {field.name: getattr(task, field.name) for field in fields(task)}
    texts = {name: value[:TEXT_READ] for name, value in values.items() if isinstance(value, str)}
    ids = {"id": _short_id(task.id), "parent": _short_id(task.parent)}
    return values | texts | ids | {"tags": [tag[:TEXT_READ] for tag in task.tags[:TAGS_READ]]}


def _short_id(text: str) -> str:
    """Return the id, or a hash of a long one: the server keeps the ids of all tasks of a file to find their parents."""
    return text if len(text) <= ID_MAX_CHARACTERS else hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def task_of(written: dict[str, Any]) -> ForeignTask:
    """Return the task that _fields_of wrote as this JSON. Raises one of messages.UNREADABLE for anything else."""
    values: dict[str, Any] = {**written, "tags": tuple(written["tags"])}
    for name in ("completed_at", "created_at"):
        if values[name]:
            values[name] = datetime.fromisoformat(values[name])
    if isinstance(values["due_at"], dict):
        at, day = written["due_at"]["at"], written["due_at"]["day"]
        values["due_at"] = Due(datetime.fromisoformat(at), date.fromisoformat(day) if day else None)
    if values["zone"]:
        values["zone"] = ZoneInfo(values["zone"])
    return ForeignTask(**values)
