"""Reads tasks, deleted ones too: by number, by words, by page with filters, or all of a bulk operation (bounded)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import cast

import sqlalchemy
from sqlalchemy import ColumnElement, false, inspect, not_, or_, text, true
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from taskchat_app.domain.restore_period import RESTORABLE_FOR
from taskchat_app.domain.storage.database import execute, now
from taskchat_app.domain.storage.errors import Invalid, NotFound, TooManyAtOnce
from taskchat_app.domain.storage.models import Task, has_begun, is_any
from taskchat_app.domain.storage.storable_values import error_field, field_name, task_numbers
from taskchat_app.domain.tasks import sorted_pages
from taskchat_app.domain.tasks.fields import PRIORITIES, checked_search, checked_tags
from taskchat_app.domain.tasks.search_words import has_tags, has_words, search_words_of, tag_key
from taskchat_app.domain.tasks.task_view import TaskView, views_of
from taskchat_app.i18n.messages import gettext
from taskchat_app.runtime.event_loop import in_pieces

STATUSES = ("open", "done", "all")
LISTED_STATUSES = (*STATUSES, "deleted")
"""Statuses that can be listed; deleted tasks can only be restored."""
ORDERS = ("asc", "desc")
LIMIT_MAX = 200
AT_ONCE_MAX = 1_000
"""Maximum number of tasks that one call changes, proposes to delete or restores."""
TOO_MANY = gettext(
    "One call is about {most:#,##0} tasks at most. Name fewer, for example by a tag or a date, and repeat it.",
    most=AT_ONCE_MAX,
)
READ_AT_ONCE = 100
NOT_DELETED = col(Task.deleted_at).is_(None)
WITHOUT_SEARCH = defer(Task.search)  # pyright: ignore[reportArgumentType]  # SQLModel types a column as its value
"""Query option: do not load the column `search`, which is only used in conditions."""


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """Filters of tasks, all ANDed, with sort order and page; a task must have all of `tags`.

    The bounds are inclusive instants (see checked_bound). Bulk writes use only the filters. By default tasks are sorted
    by creation, deleted tasks by deletion, newest first. A cursor by a date ends when the user's `timezone` changes,
    since whole days end at other instants then.
    """

    status: str = "open"
    priority: str | None = None
    tags: Sequence[str] = ()
    due_before: datetime | None = None
    due_after: datetime | None = None
    q: str | None = None
    sort: str | None = None
    order: str | None = None
    limit: int = 50
    cursor: str | None = None
    timezone: str = ""
    begun: bool | None = None
    """Only tasks that have begun, or only those that have not; None: both."""
    newest_done: bool = False
    """Done tasks, the last one done first, instead of `sort` and `order`."""


@dataclass(frozen=True, slots=True)
class TaskCounts:
    open: int
    done: int
    overdue: int


@dataclass(frozen=True, slots=True)
class TaskPage:
    """`next` is the cursor of the next page, None on the last page; the counts ignore the filters."""

    tasks: list[TaskView]
    next: str | None
    counts: TaskCounts


async def list_tasks(session: AsyncSession, user_id: str, query: TaskQuery) -> TaskPage:
    """Return one page of the user's tasks; raise Invalid with the name of the invalid field of the query."""
    conditions = conditions_of(query)
    sort, order = listing_of(query)
    bound_to = [  # the order and the filters that a cursor is valid for
        order,
        query.timezone if query.sort in sorted_pages.DATES else "",
        query.status,
        query.priority,
        sorted(tag_key(tag) for tag in query.tags),
        search_words_of(query.q or ""),
        query.begun,
        # Only whether there are bounds: the instant of "in 2 hours" differs between two pages.
        query.due_before is not None,
        query.due_after is not None,
    ]
    if query.cursor:
        last_key, last_number = sorted_pages.decode_position(query.cursor, sort, bound_to)
        conditions.append(sorted_pages.after_position(last_key, last_number, sort, order))
    page = select(Task, sorted_pages.SORT_KEYS[sort]).where(Task.user_id == user_id, *conditions)
    page = page.order_by(*sorted_pages.ordering(sort, order)).limit(query.limit + 1)
    rows = (await session.exec(page.options(WITHOUT_SEARCH).execution_options(populate_existing=True))).all()
    cursor = None
    if len(rows) > query.limit:
        last, last_key = rows[query.limit - 1]
        cursor = sorted_pages.encode_position(last_key, last.number, sort, bound_to)
    tasks = [task for task, _ in rows[: query.limit]]
    return TaskPage(await views_of(session, user_id, tasks), cursor, await count_tasks(session))


async def count_tasks(session: AsyncSession) -> TaskCounts:
    """Count the open, done and overdue tasks of the transaction's user."""
    counts = text("SELECT open_tasks, done_tasks, overdue FROM counted_tasks(:now, NULL)")
    return TaskCounts(*(await execute(session, counts, {"now": now()})).one())


async def get_task(session: AsyncSession, user_id: str, number: int) -> TaskView:
    """Return the user's task with this number; raise NotFound if there is none."""
    return (await select_tasks(session, user_id, [number]))[0]


async def find_tasks(
    session: AsyncSession, user_id: str, words: str, limit: int, *conditions: ColumnElement[bool]
) -> list[TaskView]:
    """Return tasks that have each word as a prefix of one in title, description or tags: open tasks first, by number.

    Raises Invalid if the text is too long; a text without any word, such as "!!!", finds nothing.
    """
    prefixes = search_words_of(checked_search(words))
    if not prefixes:
        return []
    query = tasks_where(user_id, [NOT_DELETED, has_words(prefixes), *conditions]).order_by(None)
    query = query.order_by(col(Task.completed_at).is_not(None), col(Task.number)).limit(limit)
    return await views_of(session, user_id, (await session.exec(query)).all())


async def soonest_tasks(session: AsyncSession, user_id: str, limit: int) -> list[TaskView]:
    """Return open tasks by due date, then those without a due date by number."""
    query = tasks_where(user_id, conditions_of(TaskQuery())).order_by(None)
    query = query.order_by(col(Task.due_at).nulls_last(), col(Task.number)).limit(limit)
    return await views_of(session, user_id, (await session.exec(query)).all())


async def select_tasks(session: AsyncSession, user_id: str, which: Sequence[int] | TaskQuery) -> list[TaskView]:
    """Return all tasks with these numbers or that the filters find, without deleted ones. Raises NotFound."""
    return await views_of(session, user_id, await stored_tasks(session, user_id, which))


async def stored_tasks(session: AsyncSession, user_id: str, which: Sequence[int] | TaskQuery) -> list[Task]:
    """Return the rows of select_tasks, for writes under the user's lock. Raises TooManyAtOnce beyond AT_ONCE_MAX."""
    _check_which(which)
    if isinstance(which, TaskQuery):
        return await _filtered(session, user_id, conditions_of(which))
    return await _numbered(session, user_id, set(which), NOT_DELETED)


async def plain_tasks(session: AsyncSession, user_id: str, which: Sequence[int] | TaskQuery) -> list[Task]:
    """Return stored_tasks, read in one statement as plain objects: changing them stores nothing.

    The ORM takes several times as long to build them. Whoever needs a stored task later reads it again (tasks_where).
    """
    _check_which(which)
    if isinstance(which, TaskQuery):
        return await _plain(session, user_id, conditions_of(which))
    has_number = is_any(col(Task.number), sorted(task_numbers(set(which))))
    tasks = await _plain(session, user_id, [NOT_DELETED, has_number])
    _check_found(set(which), tasks)
    return tasks


async def plain_steps(
    session: AsyncSession, user_id: str, parents: Sequence[int], *conditions: ColumnElement[bool]
) -> list[Task]:
    """Return the steps of these tasks that meet the conditions, as plain_tasks does; deleted ones are not excluded."""
    if not parents:
        return []
    return await _plain(session, user_id, [is_any(col(Task.parent_number), parents), *conditions])


async def restorable_task(session: AsyncSession, user_id: str, number: int) -> Task:
    """Return the row of a task that exists or was deleted in the last 30 days; raise NotFound for others."""
    return (await _numbered(session, user_id, {number}, or_(NOT_DELETED, _is_restorable())))[0]


async def check_known(session: AsyncSession, user_id: str, number: int) -> None:
    """Raise NotFound unless the user has or had a task with this number."""
    await _numbered(session, user_id, {number}, true())


def tasks_where(user_id: str, conditions: Sequence[ColumnElement[bool]]) -> SelectOfScalar[Task]:
    """Return a query for the user's tasks by number; it refreshes tasks that the session read before the lock."""
    query = select(Task).where(Task.user_id == user_id, *conditions)
    query = query.order_by(col(Task.number)).options(WITHOUT_SEARCH)
    return query.execution_options(populate_existing=True)


def conditions_of(query: TaskQuery) -> list[ColumnElement[bool]]:
    """Validate the filters and return them as conditions; sort, order, limit and cursor are not included."""
    _check_choice(query.status, LISTED_STATUSES, "status")
    conditions = [_is_restorable() if query.status == "deleted" else NOT_DELETED]
    if query.status in ("open", "done"):
        completed = col(Task.completed_at)
        conditions.append(completed.is_(None) if query.status == "open" else completed.is_not(None))
    if query.priority is not None:
        _check_choice(query.priority, tuple(PRIORITIES), "priority")
        conditions.append(col(Task.priority) == PRIORITIES[query.priority])
    if query.tags:
        with error_field("tag"):
            conditions.append(has_tags(checked_tags(query.tags)))
    if query.begun is not None:
        begun = has_begun(now())
        conditions.append(begun if query.begun else not_(begun))
    if query.due_before is not None:
        conditions.append(col(Task.due_at) <= query.due_before)
    if query.due_after is not None:
        conditions.append(col(Task.due_at) >= query.due_after)
    if sought := checked_search(query.q or ""):
        words = search_words_of(sought)
        conditions.append(has_words(words) if words else false())  # "!!!" has no word, and finds nothing
    return conditions


def listing_of(query: TaskQuery) -> tuple[str, str]:
    """Validate sort, order and limit; return sort and order."""
    if query.sort is not None:
        _check_choice(query.sort, sorted_pages.SORTS, "sort")
    if query.order is not None:
        _check_choice(query.order, ORDERS, "order")
    if not 1 <= query.limit <= LIMIT_MAX:
        raise Invalid(gettext("The limit is a number from 1 to {most}.", most=LIMIT_MAX), field="limit")
    if query.newest_done:
        return sorted_pages.BY_COMPLETION, "desc"
    if query.status == "deleted" and query.sort is None:
        return sorted_pages.BY_DELETION, query.order or "desc"
    return query.sort or "created", query.order or "asc"


def _check_which(which: Sequence[int] | TaskQuery) -> None:
    if isinstance(which, TaskQuery):
        _check_choice(which.status, STATUSES, "status")
    elif len(set(which)) > AT_ONCE_MAX:
        raise TooManyAtOnce(TOO_MANY, field="numbers", most=AT_ONCE_MAX)


async def _filtered(session: AsyncSession, user_id: str, conditions: Sequence[ColumnElement[bool]]) -> list[Task]:
    """Return all tasks that meet the conditions, read in pieces."""
    tasks: list[Task] = []
    last = 0
    while True:
        page = tasks_where(user_id, [*conditions, col(Task.number) > last]).limit(READ_AT_ONCE)
        rows = (await session.exec(page)).all()
        tasks += rows
        _check_count(tasks)
        if len(rows) < READ_AT_ONCE:
            return tasks
        last = rows[-1].number


async def _numbered(
    session: AsyncSession, user_id: str, numbers: set[int], condition: ColumnElement[bool]
) -> list[Task]:
    tasks: list[Task] = []
    async for piece in in_pieces(sorted(task_numbers(numbers)), READ_AT_ONCE):
        has_number = is_any(col(Task.number), piece)
        tasks += (await session.exec(tasks_where(user_id, [condition, has_number]))).all()
    _check_found(numbers, tasks)
    return tasks


async def _plain(session: AsyncSession, user_id: str, conditions: Sequence[ColumnElement[bool]]) -> list[Task]:
    await session.flush()
    columns = [column for column in inspect(Task).columns if column.name != "search"]
    query = sqlalchemy.select(*columns).where(col(Task.user_id) == user_id, *conditions).order_by(col(Task.number))
    rows = (await execute(session, query.limit(AT_ONCE_MAX + 1))).all()
    _check_count(rows)
    return [cast(Task, SimpleNamespace(**row._mapping)) for row in rows]  # pyright: ignore[reportPrivateUsage]  # public, see SQLAlchemy's Row


def _check_count(found: Sequence[object]) -> None:
    if len(found) > AT_ONCE_MAX:
        raise TooManyAtOnce(TOO_MANY, field="filter", most=AT_ONCE_MAX)


def _check_found(numbers: set[int], tasks: Sequence[Task]) -> None:
    """Raise NotFound, which names up to 10 of the missing numbers."""
    missing = sorted(numbers - {task.number for task in tasks})
    if not missing:
        return
    named = ", ".join(f"#{number}" for number in missing[:10])
    if len(missing) == 1:
        sentence = gettext("There is no task {number}.", number=named)
    elif len(missing) <= 10:
        sentence = gettext("There are no tasks {numbers}.", numbers=named)
    else:
        more = len(missing) - 10
        sentence = gettext("There are no tasks {numbers} and {count} more.", numbers=named, count=more)
    raise NotFound(sentence, numbers=missing)


def _is_restorable() -> ColumnElement[bool]:
    return col(Task.deleted_at) > now() - RESTORABLE_FOR


def _check_choice(value: str, choices: tuple[str, ...], field: str) -> None:
    if value not in choices:
        sentence = gettext("The {what} is {choices} or {last}. Choose one of them.")
        values = {"what": field_name(field), "choices": ", ".join(choices[:-1]), "last": choices[-1]}
        raise Invalid(sentence.with_values(**values), field=field)
