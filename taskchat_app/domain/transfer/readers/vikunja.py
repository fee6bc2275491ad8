"""Reads an export of Vikunja: a ZIP with VERSION, data.json, filters.json and files/.

data.json is a list of projects with their tasks. 0001-01-01T00:00:00Z means no date. `repeat_after` is in seconds;
`repeat_mode` 0 repeats from the due date, 1 monthly, 2 from the day when it was done. Priority is 0 (none) to 5.
"""

import html
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer.foreign_task import ForeignTask, moment_of
from taskchat_app.domain.transfer.report import AFTER_COMPLETION, DATE_WORDS, LOST_PART, START_LOST, ImportReport
from taskchat_app.i18n.messages import gettext

DATA = "data.json"
DATA_MAX_BYTES = 20 * 1024 * 1024
"""Of data.json, unpacked; whatever the ZIP says of its size, no more is read."""
MEMBERS_MAX = 10_000
VALUES_MAX = 700_000
"""Of data.json: 20,000 tasks. A value may take ten times the memory of its text."""
VALUE_MARKS = (b",", b"{", b"[")
PRIORITIES = {0: "medium", 1: "low", 2: "medium", 3: "high", 4: "high", 5: "high"}
DAY = 86_400
NO_DATE = "0001-01-01T00:00:00"
LOST_PARTS = ("attachments", "comments", "assignees", "reactions")
UNREADABLE = (zipfile.BadZipFile, RuntimeError, ValueError, EOFError, OSError, zlib.error, lzma.LZMAError)
"""What a ZIP that is damaged, encrypted or packed in an unknown way raises, and JSON that is none."""
BLOCKS = ("p", "br", "div", "ul", "ol", "li", "h1", "h2", "h3", "h4", "blockquote", "pre")
_TAG = re.compile(r"<(/?)([a-zA-Z0-9]{1,20})[^<>]*>")
NO_EXPORT = gettext(
    "This is no export of Vikunja: a ZIP file with data.json in it. Choose its format, or another file."
)
TOO_LARGE = gettext("The file's data.json has more than {most} MB when it is unpacked. Export fewer projects at once.")
FILTERS = gettext("Saved filters and files of the export have no place here, so they do not come.")
NO_RULE = gettext("“{title}” comes without its recurrence every {seconds} seconds: it is no number of days.")
TOO_MANY_VALUES = gettext("The file's data.json has too many parts. Export fewer projects at once.")
NO_TASK = gettext("Something that is no task stands among the tasks of “{project}”.")


def read_tasks(source: IO[bytes], report: ImportReport, zone: ZoneInfo, at: datetime) -> Iterator[ForeignTask]:
    """Yield the tasks of a Vikunja export; their line is their place in it. Raises Invalid for another file."""
    projects = _projects(source, report)
    parents = _parents(projects)
    line = 0
    for project in projects:
        name = _text(project, "title")
        for task in _list(project, "tasks"):
            line += 1
            if not isinstance(task, dict):
                report.skip(line, NO_TASK.with_values(project=name[:60]))
                continue
            read = _task(line, cast("dict[str, Any]", task), name, report, zone)
            yield replace(read, parent=parents.get(read.id, ""))


def _parents(projects: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return the id of each subtask's parent; subtask and parent name each other, or one names the other."""
    parents: dict[str, str] = {}
    tasks: list[Any] = [task for project in projects for task in _list(project, "tasks")]
    for task in tasks:
        related, own = _part(task, "related_tasks"), _id(task)
        for parent in _list(related, "parenttask"):
            parents.setdefault(own, _id(parent))
        for subtask in _list(related, "subtask"):
            parents.setdefault(_id(subtask), own)
    return parents


def _id(task: Any) -> str:
    found = _part(task, "id")
    return str(found) if isinstance(found, int) and found else ""


def _projects(source: IO[bytes], report: ImportReport) -> list[dict[str, Any]]:
    try:
        with zipfile.ZipFile(source) as packed:
            names = packed.namelist()
            if len(names) > MEMBERS_MAX or DATA not in names:
                raise Invalid(NO_EXPORT)
            with packed.open(DATA) as file:
                data = file.read(DATA_MAX_BYTES + 1)
            has_files = any(name.startswith("files/") and not name.endswith("/") for name in names)
            if has_files or ("filters.json" in names and packed.getinfo("filters.json").file_size > len("null\n")):
                report.skip(1, FILTERS)
        if len(data) > DATA_MAX_BYTES:
            raise Invalid(TOO_LARGE.with_values(most=DATA_MAX_BYTES // 1024 // 1024))
        if sum(map(data.count, VALUE_MARKS)) > VALUES_MAX:
            raise Invalid(TOO_MANY_VALUES)
        found = json.loads(data)
    except UNREADABLE as error:
        raise Invalid(NO_EXPORT) from error
    if not isinstance(found, list):
        raise Invalid(NO_EXPORT)
    return list(_flat(cast("list[Any]", found)))


def _flat(projects: list[Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the projects, also those within others, as older versions wrote them."""
    for project in projects:
        if isinstance(project, dict):
            fields = cast("dict[str, Any]", project)
            yield fields
            if depth < 10:
                for name in ("child_projects", "lists"):
                    yield from _flat(_list(fields, name), depth + 1)


def _task(line: int, task: dict[str, Any], project: str, report: ImportReport, zone: ZoneInfo) -> ForeignTask:
    title = _text(task, "title")
    shown = title[:60]
    due = _moment(task, "due_date", zone) or _moment(task, "end_date", zone) or _moment(task, "start_date", zone)
    _note_lost(line, task, due, report, zone)
    labels = [_text(label, "title") for label in _list(task, "labels") if isinstance(label, dict)]
    is_inbox = project.lower() in ("", "inbox")
    priority = task.get("priority")
    return ForeignTask(
        line=line,
        title=title,
        description=_plain(_text(task, "description")),
        priority=PRIORITIES.get(priority if isinstance(priority, int) else 0, "medium"),
        tags=tuple(labels) if is_inbox else (*labels, project),
        due_at=Due.of_instant(due, zone) if due else None,
        recurrence=_rule(line, task, shown, report),
        remind_before=_remind_before(line, task, due, shown, report),
        completed_at=_moment(task, "done_at", zone),
        is_done=task.get("done") is True,
        created_at=_moment(task, "created", zone),
        key=f"vikunja {task['created']} {task['id']}" if task.get("id") and task.get("created") else "",
        id=_id(task),
    )


def _note_lost(line: int, task: dict[str, Any], due: datetime | None, report: ImportReport, zone: ZoneInfo) -> None:
    """Report the dates besides the due date, and the parts that no task has here."""
    shown = _text(task, "title")[:60]
    for name in ("due_date", "start_date", "end_date"):
        moment, written = _moment(task, name, zone), _text(task, name)
        if moment is None and written and not written.startswith(NO_DATE):
            report.note(line, DATE_WORDS.with_values(title=shown, date=written[:60]))
        if moment not in (None, due):
            report.note(line, START_LOST.with_values(title=shown, start=written))
    for name in LOST_PARTS:
        if task.get(name):
            report.note(line, LOST_PART.with_values(title=shown, part=name))


def _rule(line: int, task: dict[str, Any], title: str, report: ImportReport) -> str | None:
    """Return the recurrence: every 1,209,600 seconds is FREQ=WEEKLY;INTERVAL=2."""
    seconds, mode = task.get("repeat_after") or 0, task.get("repeat_mode") or 0
    if mode == 1:
        return "FREQ=MONTHLY"
    if not isinstance(seconds, int) or seconds <= 0:
        return None
    if seconds % DAY:
        report.note(line, NO_RULE.with_values(title=title, seconds=str(seconds)[:40]))
        return None
    if mode == 2:
        report.note(line, AFTER_COMPLETION.with_values(title=title))
    days = seconds // DAY
    freq, interval = ("WEEKLY", days // 7) if days % 7 == 0 else ("DAILY", days)
    return f"FREQ={freq}" if interval == 1 else f"FREQ={freq};INTERVAL={interval}"


def _remind_before(
    line: int, task: dict[str, Any], due: datetime | None, title: str, report: ImportReport
) -> int | None:
    """Return how many minutes before the due date the first reminder rings."""
    times: list[int] = []
    reminders = _list(task, "reminders")
    for reminder in reminders:
        fields = cast("dict[str, Any]", reminder) if isinstance(reminder, dict) else {"reminder": reminder}
        at = moment_of(str(fields.get("reminder") or ""), ZoneInfo("UTC"))
        if due is not None and at is not None:
            times.append((due - at) // timedelta(minutes=1))
    if len(reminders) > 1 or len(times) < len(reminders):
        report.note(line, LOST_PART.with_values(title=title, part="reminders"))
    return times[0] if times else None


def _moment(task: dict[str, Any], name: str, zone: ZoneInfo) -> datetime | None:
    return moment_of(_text(task, name), zone)


def _text(fields: Any, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _part(fields: Any, name: str) -> Any:
    return cast("dict[str, Any]", fields).get(name) if isinstance(fields, dict) else None


def _list(fields: Any, name: str) -> list[Any]:
    value = _part(fields, name)
    return cast("list[Any]", value) if isinstance(value, list) else []


def _plain(description: str) -> str:
    """Return the text of a description, which Vikunja keeps as HTML."""
    if "<" not in description:
        return description
    lines = [line.strip() for line in html.unescape(_TAG.sub(_break, description)).splitlines()]
    return "\n".join(line for line in lines if line and line != "-")


def _break(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    if name == "li" and not tag[1]:
        return "\n- "
    return "\n" if name in BLOCKS else ""
