"""Imports files of other programs: file_reader.py reads them, task_writer.py creates the tasks."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, TypeAlias, cast
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.dates.local_time import settings_in
from taskchat_app.domain.limits.file_reading import FileReader
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.storable_values import storable_text
from taskchat_app.domain.transfer import file_reader
from taskchat_app.domain.transfer.file_reader import task_of
from taskchat_app.domain.transfer.foreign_task import ForeignTask
from taskchat_app.domain.transfer.refusals import TOO_COSTLY, check_status, invalid_of
from taskchat_app.domain.transfer.report import FLATTENED, NO_PARENT, ImportReport
from taskchat_app.domain.transfer.task_writer import import_tasks
from taskchat_app.i18n.messages import UNREADABLE, Message, decode
from taskchat_app.runtime.limited_process import Limits

MB = 1024 * 1024
LIMITS = Limits(memory_bytes=150 * MB, cpu_seconds=12, seconds=17, output_bytes=128 * MB)
"""A file of 20 MB with 50,000 tasks takes 10 s and 60 MB."""
RECORDS_AT_ONCE = 100
RECORD_MAX_BYTES = 2 * MB
"""A longer record is cut, so that it is no JSON, and is refused."""
FOREIGN_FILES = FileReader(file_reader.__name__, LIMITS, at_once=2)
FileRemark: TypeAlias = tuple[str, int, Message]
"""A remark of file_reader.py: its kind (see report.py), line and reason."""


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What is known of a file before its tasks are imported; `open_count` is how many different open ones it has."""

    count: int
    open_count: int
    parents: dict[str, str]
    """The topmost task above each step, by their ids in the file; of tasks in a circle, the first is no step."""
    late: frozenset[str]
    """The ids of steps that precede their task in the file."""


@asynccontextmanager
async def read_foreign(user_id: str, content: IO[bytes], file_format: str, zone: ZoneInfo) -> AsyncGenerator[IO[bytes]]:
    """Read a file of another program, and yield what file_reader.py wrote. Raises Invalid for one that is too costly.

    Call it outside of transactions.
    """
    with TemporaryFile() as records:
        week_start = str(settings_in(zone).week_start)
        arguments = (file_format, zone.key, week_start, now().isoformat())
        check_status(await FOREIGN_FILES.read(user_id, arguments, content, records))
        yield records


async def import_foreign(
    session: AsyncSession, by: Cause, records: IO[bytes], report: ImportReport, zone: ZoneInfo
) -> None:
    """Import the tasks that read_foreign yielded. Raises Invalid if the file is none of its format."""
    summary = await asyncio.to_thread(_summary_of, records)
    report.begin("tasks", summary.count)
    report.whole = report.total  # such a file has tasks only
    await import_tasks(session, by, _tasks_in_order(records, summary, report), summary.open_count, report, zone)
    await asyncio.to_thread(report.finish)


async def _tasks_in_order(records: IO[bytes], file: FileSummary, report: ImportReport) -> AsyncIterator[ForeignTask]:
    """Yield the tasks of the file, the late steps last; add its remarks to the report."""
    async for record in _in_pieces(records):
        if not isinstance(record, ForeignTask):
            report.add(*record)
        elif record.id not in file.late:
            yield _with_parent_here(record, file, report)
    if file.late:
        async for record in _in_pieces(records):
            if isinstance(record, ForeignTask) and record.id in file.late:
                yield _with_parent_here(record, file, report)


async def _in_pieces(records: IO[bytes]) -> AsyncIterator[ForeignTask | FileRemark]:
    """Yield the records, of which a thread reads RECORDS_AT_ONCE at a time."""
    read = _records(records)
    while piece := await asyncio.to_thread(list, islice(read, RECORDS_AT_ONCE)):
        for record in piece:
            yield record


def _summary_of(records: IO[bytes]) -> FileSummary:
    """Read all records, and return what is known of them together."""
    count, open_count = 0, 0
    parents: dict[str, str] = {}
    """The id of each task's parent ("" without one) by the task's id, in the order of the file."""
    keys = set[int]()  # their hashes: a key may be as long as a record
    for task in _records(records):
        if not isinstance(task, ForeignTask):
            continue
        count += 1
        if task.id:
            parents.setdefault(task.id, task.parent)
        is_repeated = task.key != "" and hash(task.key) in keys
        has_title = storable_text(task.title).strip() != ""
        if has_title and not task.is_done and not is_repeated:
            open_count += 1
        keys.add(hash(task.key))
    parents_here = {task_id: top for task_id, top in _tops(parents).items() if top != task_id}
    places = {task_id: place for place, task_id in enumerate(parents)}
    late = frozenset(step for step, parent in parents_here.items() if places[step] < places[parent])
    return FileSummary(count, open_count, parents_here, late)


def _with_parent_here(task: ForeignTask, file: FileSummary, report: ImportReport) -> ForeignTask:
    """Return the task with the parent that it gets here; report it if the file names another one."""
    parent = file.parents.get(task.id, "")
    if task.parent != parent:
        changed = FLATTENED if parent else NO_PARENT
        report.note(task.line, changed.with_values(title=task.title[:60]))
    return replace(task, parent=parent)


def _records(records: IO[bytes]) -> Iterator[ForeignTask | FileRemark]:
    """Yield the tasks and the remarks. Raises Invalid at a refusal, and for anything else."""
    records.seek(0)
    while text := records.readline(RECORD_MAX_BYTES):
        try:
            record = json.loads(text)
            if isinstance(record, list):
                kind, line, reason = cast("list[Any]", record)
                yield str(kind), int(line), decode(reason)
            elif "refused" in record:
                raise invalid_of(record)
            else:
                yield task_of(record)
        except UNREADABLE as error:
            raise Invalid(TOO_COSTLY) from error


def _tops(parents: Mapping[str, str]) -> dict[str, str]:
    """Return the topmost task above each task: where "b" is a step of "a", and "c" one of "b", "a" for all three.

    The way up from a task ends at one whose top is known, at one without a parent in the file, or where a circle
    closes: the task there is the top of the circle.
    """
    tops: dict[str, str] = {}
    for task_id in parents:
        path = set[str]()
        above = task_id
        while above not in tops and above not in path and parents[above] in parents:
            path.add(above)
            above = parents[above]
        top = tops.get(above, above)
        tops.update(dict.fromkeys((*path, above), top))
    return tops
