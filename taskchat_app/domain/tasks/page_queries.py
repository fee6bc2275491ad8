"""Reads what the page shows of a long list: numbers in order, single rows, counts; the filters are in queries.py.

A step is folded under its parent where the list has both: it is no row of its own, and not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy
from sqlalchemy import ColumnElement, Integer, and_, cast, func, not_, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.database import execute, now
from taskchat_app.domain.storage.models import Task, is_any
from taskchat_app.domain.storage.storable_values import task_numbers
from taskchat_app.domain.tasks.fields import checked_search, checked_tags
from taskchat_app.domain.tasks.queries import TaskQuery, conditions_of, listing_of, tasks_where
from taskchat_app.domain.tasks.search_words import numbers_with_tags, numbers_with_words, search_words_of, tag_key
from taskchat_app.domain.tasks.sorted_pages import ordering
from taskchat_app.domain.tasks.task_view import TaskView, views_of


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A task of a list, with the values that show whether its displayed row is up to date."""

    number: int
    updated_at: datetime
    due_at: datetime | None
    done: bool
    parent: int | None = None


_IS_DONE = col(Task.completed_at).is_not(None)
_LISTED = (col(Task.number), col(Task.updated_at), col(Task.due_at), _IS_DONE, col(Task.parent_number))
"""The columns of a ListedTask."""


async def read_listed_tasks(session: AsyncSession, user_id: str, query: TaskQuery, length: int) -> list[ListedTask]:
    """Return the query's first `length` rows in its order, without regard to its limit and cursor."""
    statement = sqlalchemy.select(*_LISTED).where(col(Task.user_id) == user_id, *_row_conditions(user_id, query))
    statement = statement.order_by(*ordering(*listing_of(query))).limit(length)
    return [ListedTask(*row) for row in await execute(session, statement)]


async def read_listed_steps(session: AsyncSession, user_id: str, parents: Sequence[int]) -> dict[int, list[ListedTask]]:
    """Return the steps of these tasks in the order by hand, by the number of their parent."""
    steps: dict[int, list[ListedTask]] = {}
    if parents:
        of_parents = (col(Task.deleted_at).is_(None), is_any(col(Task.parent_number), parents))
        query = sqlalchemy.select(*_LISTED).where(col(Task.user_id) == user_id, *of_parents)
        for row in await execute(session, query.order_by(col(Task.position))):
            steps.setdefault(row.parent_number, []).append(ListedTask(*row))
    return steps


class Parent(NamedTuple):
    number: int
    title: str


NO_PARENT = Parent(0, "")


async def read_parents(session: AsyncSession, user_id: str, steps: Sequence[int]) -> dict[int, Parent]:
    """Return the parent of each of these tasks that is a step, deleted ones included."""
    if not steps:
        return {}
    parent = aliased(Task)
    query = sqlalchemy.select(col(Task.number), col(parent.number), col(parent.title)).join(parent, _is_parent(parent))
    query = query.where(col(Task.user_id) == user_id, is_any(col(Task.number), task_numbers(steps)))
    rows = await execute(session, query)
    return {number: Parent(parent_number, title) for number, parent_number, title in rows}


def _row_conditions(user_id: str, query: TaskQuery) -> list[ColumnElement[bool]]:
    """Return the conditions of tasks that are rows of the list: without steps whose parents it has too.

    Deleted tasks are restored one by one, so each is a row.
    """
    conditions = conditions_of(query)
    if query.status == "deleted":
        return conditions
    return [*conditions, or_(col(Task.parent_number).is_(None), not_(_is_folded(user_id, query)))]


def _is_folded(user_id: str, query: TaskQuery) -> ColumnElement[bool]:
    """Condition: the query's list has the task's parent.

    The numbers that have the words are an IN (SELECT …) of their own, which Postgres hashes. In an array (= ANY) it
    would look for each task from the start.
    """
    plain, numbers_with = _without_words(query)
    listed = sqlalchemy.select(col(Task.number)).where(col(Task.user_id) == user_id, *conditions_of(plain))
    listed = listed.correlate(None)  # its `tasks` are all tasks, not the row of the query that has this condition
    parent = col(Task.parent_number)
    return and_(parent.in_(listed), *(parent.in_(numbers) for numbers in numbers_with))


def _without_words(query: TaskQuery) -> tuple[TaskQuery, list[Any]]:
    """Return the query without words and tags, and selects of the numbers of the tasks that have these."""
    words, tags = search_words_of(checked_search(query.q or "")), checked_tags(query.tags)
    numbers_with: list[Any] = []
    if words:
        numbers_with.append(numbers_with_words(words))
    if tags:
        numbers_with.append(numbers_with_tags(tags))
    return replace(query, q=None, tags=()), numbers_with


def _is_parent(parent: type[Task]) -> ColumnElement[bool]:
    return and_(col(parent.user_id) == col(Task.user_id), col(parent.number) == col(Task.parent_number))


async def read_tasks(session: AsyncSession, user_id: str, numbers: Sequence[int]) -> list[TaskView]:
    """Return the user's tasks with these numbers, deleted ones included, ordered by number."""
    if not numbers:
        return []
    has_number = is_any(col(Task.number), task_numbers(numbers))
    return await views_of(session, user_id, (await session.exec(tasks_where(user_id, [has_number]))).all())


@dataclass(frozen=True, slots=True)
class ViewCounts:
    """The number of rows of each view ("today" includes overdue tasks).

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


COUNT_VIEWS = sqlalchemy.text("""
    -- Rows of a view: all its tasks, less those that begin later (they have a view of their own), less folded steps.
    WITH later AS ( -- open tasks that begin later, folded steps among them
        SELECT count(*) AS of_open, count(*) FILTER (WHERE due_at <= :today_ends) AS of_today,
            min(start_at) AS next_start
        FROM tasks WHERE user_id = :user_id AND completed_at IS NULL AND deleted_at IS NULL AND start_at > :now
    ), folded AS ( -- steps under a task of the same view: its condition holds for the step and for its parent
        SELECT count(*) FILTER (WHERE are_open AND have_begun) AS of_open,
            count(*) FILTER (WHERE are_open AND have_begun AND step.due_at <= :today_ends
                AND parent.due_at <= :today_ends) AS of_today,
            count(*) FILTER (WHERE are_open AND step.due_at > :today_ends AND parent.due_at > :today_ends)
                AS of_upcoming,
            count(*) FILTER (WHERE are_open AND step.due_at < :now AND parent.due_at < :now) AS of_overdue,
            count(*) FILTER (WHERE step.completed_at IS NOT NULL AND parent.completed_at IS NOT NULL) AS of_done,
            count(*) FILTER (WHERE are_open AND step.start_at > :now AND parent.start_at > :now) AS of_later
        -- OFFSET 0: each parent is read by its key; as a join, old statistics compare each step with each task.
        FROM tasks AS step CROSS JOIN LATERAL (
            SELECT deleted_at, completed_at, start_at, due_at,
                step.completed_at IS NULL AND completed_at IS NULL AS are_open,
                (step.start_at > :now) IS NOT TRUE AND (start_at > :now) IS NOT TRUE AS have_begun
            FROM tasks WHERE user_id = step.user_id AND number = step.parent_number OFFSET 0
        ) AS parent
        WHERE step.user_id = :user_id AND step.parent_number IS NOT NULL AND step.deleted_at IS NULL
            AND parent.deleted_at IS NULL
    )
    SELECT counted.open_tasks - later.of_open - folded.of_open AS open,
        counted.today - later.of_today - folded.of_today AS today,
        counted.upcoming - folded.of_upcoming AS upcoming, counted.overdue - folded.of_overdue AS overdue,
        counted.done_tasks - folded.of_done AS done, later.of_open - folded.of_later AS later,
        counted.next_due, later.next_start,
        (SELECT last_task_number FROM users WHERE id = :user_id) AS last_number
    -- All tasks by status and due date alone: the function is in alembic/versions/*counted_tasks.py.
    FROM counted_tasks(:now, :today_ends) AS counted, later, folded
""")
"""Counts the rows of each view, with the conditions of list_views.py.

Of the open tasks #1, #2, a step of #1, and #3, which begins tomorrow, "open" has one row, #1, and "later" one, #3.
"""


async def count_views(session: AsyncSession, user_id: str, today_ends: datetime) -> ViewCounts:
    """Count the tasks of each view of the transaction's user; `today_ends` is the end of the user's local day."""
    values = {"now": now(), "today_ends": today_ends, "user_id": user_id}
    return ViewCounts(**(await execute(session, COUNT_VIEWS, values)).mappings().one())


TAGS_MAX = 50
"""Number of tags counted: those with the most tasks."""


@dataclass(frozen=True, slots=True)
class TagCount:
    tag: str
    count: int


async def count_tags(session: AsyncSession, user_id: str, query: TaskQuery) -> list[TagCount]:
    """Return the TAGS_MAX tags that most of the query's tasks have, with the numbers of their rows, most rows first."""
    if query.q and query.q.strip() and not search_words_of(query.q):  # a text without any word, as "!!!", finds nothing
        return []
    of_tasks = await _count_all_tags(session, user_id, query)
    of_folded = await _count_folded_tags(session, user_id, query) if of_tasks else {}
    of_rows = [TagCount(name, number - of_folded.get(tag_key(name), 0)) for name, number in of_tasks.items()]
    return sorted(of_rows, key=lambda tag: tag.count, reverse=True)


async def _count_all_tags(session: AsyncSession, user_id: str, query: TaskQuery) -> dict[str, int]:
    """Count the query's tasks by tag, folded steps included: the TAGS_MAX tags with the most tasks."""
    plain, numbers_with = _without_words(query)
    # Postgres makes IN a join, planned by statistics; IN (...) IS TRUE is a test in a hashed set, whatever they say.
    has_words = [col(Task.number).in_(numbers).is_(True) for numbers in numbers_with]
    found = (col(Task.user_id) == user_id, *conditions_of(plain), *has_words)
    # First by the whole list, which many tasks share: to unnest 20,000 lists takes twice as long as to read them.
    lists = (
        sqlalchemy.select(col(Task.tags), func.count().label("tasks")).where(*found).group_by(col(Task.tags)).subquery()
    )
    each = func.unnest(lists.c.tags).table_valued("tag").render_derived()
    tag, count = each.c.tag, cast(func.sum(lists.c.tasks), Integer)  # "work" and "Work" are one tag
    counts = select(func.min(tag), count).select_from(lists).join(each, true()).group_by(func.lower(tag))
    counts = counts.order_by(count.desc(), func.lower(tag)).limit(TAGS_MAX)
    return dict((await session.exec(counts)).all())


async def _count_folded_tags(session: AsyncSession, user_id: str, query: TaskQuery) -> dict[str, int]:
    """Count, by tag, the steps that are folded also in the list of the tag: those whose parents have it too."""
    if query.status == "deleted":
        return {}
    parent = aliased(Task)
    own = func.unnest(col(Task.tags)).table_valued("tag").render_derived("own")
    of_parent = func.unnest(col(parent.tags)).table_valued("tag").render_derived("of_parent")
    counts = (
        sqlalchemy.select(func.min(own.c.tag), func.count())
        .select_from(Task)
        .join(parent, _is_parent(parent))
        .join(own, true())
        .join(of_parent, func.lower(own.c.tag) == func.lower(of_parent.c.tag))
        .where(col(Task.user_id) == user_id, _is_folded(user_id, query), *conditions_of(query))
        .group_by(func.lower(own.c.tag))
    )
    return {tag_key(name): count for name, count in await execute(session, counts)}


async def count_found(session: AsyncSession, user_id: str, query: TaskQuery) -> int:
    """Return the number of rows that the query finds."""
    count = select(func.count()).select_from(Task).where(Task.user_id == user_id, *_row_conditions(user_id, query))
    return (await session.exec(count)).one()
