"""Gives new tasks their numbers and positions; inserts and updates task rows together with their change-log entries.

Counting the open tasks of an account takes longer the more there are. So a count notes up to which task number there
is room: a list with C of at most M open tasks has room for M - C new ones, whatever else is completed or deleted. What
opens tasks again counts anew.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import ListFull
from taskchat_app.domain.storage.models import Task, is_any
from taskchat_app.domain.tasks.search_words import search_vector
from taskchat_app.domain.tasks.task_dates import announce_soon
from taskchat_app.i18n.messages import gettext

OPEN_MAX = 10_000
"""Open tasks of one user."""
FULL = gettext("A list holds {most:#,##0} open tasks at most. Complete or delete some, then try again.", most=OPEN_MAX)
COUNT_OPEN = text("""
    UPDATE users SET room_until_number = last_task_number + :most - (
        SELECT count(*) FROM tasks WHERE user_id = :user_id AND completed_at IS NULL AND deleted_at IS NULL
    )
    WHERE id = :user_id RETURNING room_until_number - last_task_number
""")
TAKE_NUMBERS = text("""
    UPDATE users SET last_task_number = last_task_number + :count WHERE id = :user_id
    RETURNING last_task_number, last_task_number <= room_until_number
""")


async def add_rows(
    session: AsyncSession, user_id: str, columns_of_tasks: Sequence[Mapping[str, Any]], at: datetime
) -> list[Task]:
    """Insert tasks with these columns under the user's next numbers, in order; the caller must hold the user's lock."""
    if not columns_of_tasks:
        return []
    last, has_room = await _take_numbers(session, user_id, len(columns_of_tasks))
    rows = [
        Task(
            user_id=user_id,
            number=number,
            position=position_of_new(number),
            created_at=at,
            updated_at=at,
            search=search_vector(columns["title"], columns["description"], columns["tags"]),
            **columns,
        )
        for number, columns in enumerate(columns_of_tasks, last - len(columns_of_tasks) + 1)
    ]
    session.add_all(rows)
    if not has_room:
        await session.flush()
        await check_room(session, user_id)
    return rows


def position_of_new(number: int) -> str:
    """Return a position before all tasks with smaller numbers, wherever they were moved: Q9999999998 for task 1."""
    return f"Q{10**10 - 1 - number:010d}"


async def check_room(session: AsyncSession, user_id: str, *, more: int = 0) -> None:
    """Count the open tasks and note the room; raise ListFull if there are, with so many `more`, more than OPEN_MAX.

    The caller holds the user's lock and has flushed the tasks.
    """
    room = (await (await session.connection()).execute(COUNT_OPEN, {"user_id": user_id, "most": OPEN_MAX})).scalar_one()
    if room < more:
        raise ListFull(FULL, most=OPEN_MAX)


async def update_all(session: AsyncSession, user_id: str, tasks: Sequence[Task], columns: Mapping[str, Any]) -> None:
    """Set the columns of all these plain tasks (see queries.plain_tasks), in one statement."""
    which = (col(Task.user_id) == user_id, is_any(col(Task.number), [task.number for task in tasks]))
    await session.exec(update(Task).where(*which).values(columns).execution_options(synchronize_session=False))
    for task in tasks:
        for name, value in columns.items():
            setattr(task, name, value)


async def flush_and_record(
    session: AsyncSession, by: Cause, entries: Sequence[Entry], changed: Mapping[str, Any] | None = None
) -> list[int]:
    """Flush the changed rows, record the entries and return their change ids; `changed` is as for `record`.

    Reflex's sessions do not flush automatically before a query.
    """
    await session.flush()
    ids = await record(session, by, entries, changed)
    await announce_soon(session, entries, now())
    return ids


def now_in_milliseconds() -> datetime:
    """Return the current time rounded to milliseconds, as JSON and the change log store it."""
    at = now()
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


async def _take_numbers(session: AsyncSession, user_id: str, count: int) -> tuple[int, bool]:
    """Reserve `count` task numbers; return the last, and whether the list is known to have room for them.

    An UPDATE, since the session may have read the user's row before it was locked.
    """
    connection = await session.connection()
    last, has_room = (await connection.execute(TAKE_NUMBERS, {"user_id": user_id, "count": count})).one()
    return last, has_room
