"""Reads the order, single rows and counts of a long task list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy
from sqlalchemy import Integer, any_, cast, func, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.storage.number_ranges import task_numbers
from taskchat_app.domain.tasks.pagination import ordering
from taskchat_app.domain.tasks.queries import TaskQuery, conditions_of, listing_of, tasks_where
from taskchat_app.domain.tasks.views import TaskView, view_of

TAGS_MAX = 50
"""So many tags are counted, those of the most tasks."""


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A task's position in a list, with the facts that decide whether its row is still current."""

    number: int
    updated_at: datetime
    due_at: datetime | None
    done: bool


@dataclass(frozen=True, slots=True)
class ViewCounts:
    """How many tasks each view holds, today with what is overdue, and when the next open task falls due."""

    open: int = 0
    today: int = 0
    upcoming: int = 0
    overdue: int = 0
    done: int = 0
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class TagCount:
    tag: str
    count: int


async def order_of(session: AsyncSession, user_id: str, query: TaskQuery, length: int) -> list[ListedTask]:
    """The first tasks that the query finds, in its order; its own limit and cursor are left aside."""
    statement = select(Task.number, Task.updated_at, Task.due_at, col(Task.completed_at).is_not(None))
    statement = statement.where(Task.user_id == user_id, *conditions_of(query))
    found = await session.exec(statement.order_by(*ordering(*listing_of(query))).limit(length))
    return [ListedTask(*row) for row in found.all()]


async def read_tasks(session: AsyncSession, user_id: str, numbers: Sequence[int]) -> list[TaskView]:
    """Those of the person's tasks that are stored under these numbers, deleted ones too, by number."""
    if not numbers:
        return []
    named = col(Task.number) == any_(cast(task_numbers(numbers), ARRAY(Integer)))
    at = now()
    return [view_of(task, at) for task in (await session.exec(tasks_where(user_id, [named]))).all()]


async def count_views(session: AsyncSession, user_id: str, today_ends: datetime) -> ViewCounts:
    """How many tasks stand in each view, by the end of the person's day."""
    is_open, due, at = col(Task.completed_at).is_(None), col(Task.due_at), now()
    counts = sqlalchemy.select(
        func.count().filter(is_open),
        func.count().filter(is_open, due <= today_ends),
        func.count().filter(is_open, due > today_ends),
        func.count().filter(is_open, due < at),
        func.count().filter(~is_open),
        func.min(due).filter(is_open, due >= at),
    ).where(col(Task.user_id) == user_id, col(Task.deleted_at).is_(None))
    connection = await session.connection()
    return ViewCounts(*(await connection.execute(counts)).one())


async def count_tags(session: AsyncSession, user_id: str, query: TaskQuery) -> list[TagCount]:
    """The tags of the tasks that the query finds, and how many of these carry each: the most used first."""
    each = func.unnest(Task.tags).table_valued("tag").render_derived()
    tag = each.c.tag
    counts = select(func.min(tag), func.count()).select_from(Task).join(each, true())
    counts = counts.where(Task.user_id == user_id, *conditions_of(query)).group_by(func.lower(tag))
    counts = counts.order_by(func.count().desc(), func.lower(tag)).limit(TAGS_MAX)
    return [TagCount(*row) for row in (await session.exec(counts)).all()]


async def count_found(session: AsyncSession, user_id: str, query: TaskQuery) -> int:
    """How many tasks the query finds in all."""
    counted = select(func.count()).select_from(Task).where(Task.user_id == user_id, *conditions_of(query))
    return (await session.exec(counted)).one()
