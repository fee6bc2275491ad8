"""Reads what the page shows of a long list: numbers in order, single rows, counts; the filters are in queries.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy
from sqlalchemy import Integer, cast, func, true
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import OPEN, Task, is_any
from taskchat_app.domain.storage.storable_values import task_numbers
from taskchat_app.domain.tasks.queries import TaskQuery, conditions_of, listing_of, tasks_where
from taskchat_app.domain.tasks.sorted_pages import ordering
from taskchat_app.domain.tasks.steps import with_steps
from taskchat_app.domain.tasks.task_view import TaskView, view_of

TAGS_MAX = 50
"""Number of tags counted: those with the most tasks."""
VIEWS = sqlalchemy.text(f"""
    SELECT open_tasks - later, today - later_today, upcoming, overdue, done_tasks, next_due,
        (SELECT last_task_number FROM users WHERE id = :user_id), later, next_start
    FROM counted_tasks(:now, :today_ends), (
        SELECT count(*) AS later, count(*) FILTER (WHERE due_at <= :today_ends) AS later_today,
            min(start_at) AS next_start
        FROM tasks WHERE user_id = :user_id AND {OPEN} AND start_at > :now
    ) AS starting
""")  # noqa: S608  # OPEN is a constant


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A task of a list, with the values that show whether its displayed row is up to date."""

    number: int
    updated_at: datetime
    due_at: datetime | None
    done: bool


@dataclass(frozen=True, slots=True)
class ViewCounts:
    """The number of tasks in each view ("today" includes overdue tasks).

    Open and today are without those that have not begun, `later`; `next_start` is when the first of these begins.
    `next_due` is the due date of the next open task, `last_number` the highest number that any task had.
    """

    open: int = 0
    today: int = 0
    upcoming: int = 0
    overdue: int = 0
    done: int = 0
    next_due: datetime | None = None
    last_number: int = 0
    later: int = 0
    next_start: datetime | None = None


@dataclass(frozen=True, slots=True)
class TagCount:
    tag: str
    count: int


async def read_listed_tasks(session: AsyncSession, user_id: str, query: TaskQuery, length: int) -> list[ListedTask]:
    """Return the query's first `length` tasks in its order, without regard to its limit and cursor."""
    statement = select(Task.number, Task.updated_at, Task.due_at, col(Task.completed_at).is_not(None))
    statement = statement.where(Task.user_id == user_id, *conditions_of(query))
    rows = await session.exec(statement.order_by(*ordering(*listing_of(query))).limit(length))
    return [ListedTask(*row) for row in rows.all()]


async def read_tasks(session: AsyncSession, user_id: str, numbers: Sequence[int]) -> list[TaskView]:
    """Return the user's tasks with these numbers, deleted ones included, ordered by number."""
    if not numbers:
        return []
    has_number = is_any(col(Task.number), task_numbers(numbers))
    at = now()
    views = [view_of(task, at) for task in (await session.exec(tasks_where(user_id, [has_number]))).all()]
    return await with_steps(session, user_id, views)


async def count_views(session: AsyncSession, user_id: str, today_ends: datetime) -> ViewCounts:
    """Count the tasks of each view of the transaction's user; `today_ends` is the end of the user's local day."""
    values = {"now": now(), "today_ends": today_ends, "user_id": user_id}
    return ViewCounts(*(await (await session.connection()).execute(VIEWS, values)).one())


async def count_tags(session: AsyncSession, user_id: str, query: TaskQuery) -> list[TagCount]:
    """Return the TAGS_MAX most used tags of the query's tasks with their counts, the most used first."""
    # First by the whole list, which many tasks share: to unnest 20,000 lists takes twice as long as to read them.
    whose = (col(Task.user_id) == user_id, *conditions_of(query))
    lists = (
        sqlalchemy.select(col(Task.tags), func.count().label("tasks")).where(*whose).group_by(col(Task.tags)).subquery()
    )
    each = func.unnest(lists.c.tags).table_valued("tag").render_derived()
    tag, count = each.c.tag, cast(func.sum(lists.c.tasks), Integer)
    counts = select(func.min(tag), count).select_from(lists).join(each, true()).group_by(func.lower(tag))
    counts = counts.order_by(count.desc(), func.lower(tag)).limit(TAGS_MAX)
    return [TagCount(*row) for row in (await session.exec(counts)).all()]


async def count_found(session: AsyncSession, user_id: str, query: TaskQuery) -> int:
    """Return the number of tasks that the query finds."""
    count = select(func.count()).select_from(Task).where(Task.user_id == user_id, *conditions_of(query))
    return (await session.exec(count)).one()
