"""Writes tasks as CSV, safe in spreadsheets; csv_list.py reads it back exactly."""

import csv
from collections.abc import AsyncGenerator, Sequence
from io import StringIO

from sqlmodel import select

from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.fields import PLAIN_FIELDS
from taskchat_app.domain.tasks.queries import WITHOUT_SEARCH, TaskQuery, conditions_of, listing_of
from taskchat_app.domain.tasks.sorted_pages import ordering
from taskchat_app.domain.tasks.task_view import as_json, view_of
from taskchat_app.domain.transfer.readers.csv_list import is_formula

COLUMNS = (
    "number", "parent_number", *(field.name for field in PLAIN_FIELDS), "due_at", "all_day", "due_day", "start_at",
    "recurrence", "completed_at", "created_at", "updated_at",
)  # fmt: skip
ROWS_AT_ONCE = 200


async def csv_of_tasks(user_id: str, query: TaskQuery, most: int | None) -> AsyncGenerator[bytes]:
    """Yield the tasks that the filters find as CSV (RFC 4180, UTF-8); at most `most` of them. Raises Invalid."""
    conditions = conditions_of(query)
    sort, order = listing_of(query)
    tasks = select(Task).where(Task.user_id == user_id, *conditions).order_by(*ordering(sort, order)).limit(most)
    yield _line(COLUMNS)
    async with reading(user_id) as session:
        rows = await session.stream_scalars(tasks.options(WITHOUT_SEARCH).execution_options(yield_per=ROWS_AT_ONCE))
        async for piece in rows.partitions(ROWS_AT_ONCE):
            yield b"".join(_line(_cells(task)) for task in piece)
            for task in piece:  # the session would keep all of them
                session.expunge(task)


def _cells(task: Task) -> list[str]:
    fields = as_json(view_of(task, now())) | {"due_day": task.due_day and task.due_day.isoformat()}
    # A line of CSV; in quotes if one tag holds a ;, which separates tags in other programs' files.
    tags = _line(task.tags, quoted=any(";" in tag for tag in task.tags)).decode().removesuffix("\r\n")
    fields |= {"tags": tags, "all_day": str(fields["all_day"]).lower()}
    return ["" if fields[name] is None else str(fields[name]) for name in COLUMNS]


def _line(cells: Sequence[str], *, quoted: bool = False) -> bytes:
    """Return the cells as a line of CSV, each in quotes if `quoted`, else those that need them.

    A spreadsheet would calculate what begins with one of = + - @, so a ' comes before it, and before a ' that is there.
    """
    written = StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(written, quoting=quoting).writerow([f"'{cell}" if is_formula(cell) else cell for cell in cells])
    return written.getvalue().encode()
