"""Imports files of other programs: finds the reader of the format; task_writer.py creates what it has read.

A file's size is limited by api/routes/transfer.py, the open tasks of an account by domain/limits/open_tasks.py.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice
from typing import IO
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.transfer.calendar_import import read_calendar
from taskchat_app.domain.transfer.foreign_task import ForeignTask
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.domain.transfer.task_writer import import_tasks
from taskchat_app.domain.transfer.tasks_csv import read_csv
from taskchat_app.domain.transfer.ticktick import read_ticktick
from taskchat_app.domain.transfer.todoist import read_todoist
from taskchat_app.domain.transfer.vikunja import read_vikunja

Reader = Callable[[bytes, ImportReport, ZoneInfo], Iterator[ForeignTask]]

READERS: dict[str, Reader] = {
    "todoist": read_todoist,
    "ticktick": read_ticktick,
    "vikunja": read_vikunja,
    "csv": read_csv,
    "ics": read_calendar,
}
READ_AHEAD = 20_000
"""Tasks that are read before the first is created, to know how many come; more are imported without a count."""


async def import_foreign(
    session: AsyncSession, by: Cause, content: IO[bytes], file_format: str, report: ImportReport, zone: ZoneInfo
) -> None:
    """Import the tasks of a file of another program. Raises Invalid if it is none of this format."""
    tasks = READERS[file_format](await asyncio.to_thread(content.read), report, zone)

    async def read() -> list[ForeignTask]:
        # A reader that parses a whole file first must not stop the event loop.
        return await asyncio.to_thread(lambda: list(islice(tasks, READ_AHEAD)))

    async def with_others(piece: list[ForeignTask]) -> AsyncIterator[ForeignTask]:
        while piece:
            for task in piece:
                yield task
            piece = await read()

    if first := await read():  # before import_tasks locks the user
        report.whole = len(first) if len(first) < READ_AHEAD else 0
        report.begin("tasks", report.whole)
    await import_tasks(session, by, with_others(first), report, zone)
    await asyncio.to_thread(report.finish)
