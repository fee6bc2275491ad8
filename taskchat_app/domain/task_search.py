"""Tasks read: one by its number, by words, or listed page by page through filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, any_, cast, false, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from taskchat_app.domain.database import now
from taskchat_app.domain.errors import Invalid, NotFound
from taskchat_app.domain.models import Task
from taskchat_app.domain.task_fields import checked_tag, checked_text, naming
from taskchat_app.domain.task_pages import LAST_NUMBER, SORTS, Place, beyond, cursor_of, ordering, place_of
from taskchat_app.domain.task_views import PRIORITIES, TaskView, view_of
from taskchat_app.domain.task_words import has_tags, has_words, tag_key, words_of

STATUSES = ("open", "done", "all")
ORDERS = ("asc", "desc")
LIMIT_MOST = 200
Q_LONGEST = 255


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """Which tasks, all filters ANDed, and how they are listed; a task carries all of `tags`.

    The bounds are instants (see checked_bound) and inclusive. The bulk verbs read the filters only.
    """

    status: str = "open"
    priority: str | None = None
    tags: Sequence[str] = ()
    due_before: datetime | None = None
    due_after: datetime | None = None
    q: str | None = None
    sort: str = "created"
    order: str = "asc"
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class TaskCounts:
    open: int
    done: int
    overdue: int


@dataclass(frozen=True, slots=True)
class TaskPage:
    """`next` is the cursor of the following page, None on the last one; the counts leave the filters aside."""

    tasks: list[TaskView]
    next: str | None
    counts: TaskCounts


async def list_tasks(session: AsyncSession, user_id: str, query: TaskQuery) -> TaskPage:
    """One page of the person's tasks; Invalid names the part of the query that will not do."""
    conditions = _conditions(query)
    _check_listing(query)
    question = _question(query)
    if query.cursor:
        conditions.append(beyond(place_of(query.cursor, query.sort, question), query.sort, query.order))
    key = SORTS[query.sort]
    page = select(Task, key).where(Task.user_id == user_id, col(Task.deleted_at).is_(None), *conditions)
    page = page.order_by(*ordering(query.sort, query.order)).limit(query.limit + 1)
    found = (await session.exec(page.options(_without_words()).execution_options(populate_existing=True))).all()
    cursor = None
    if len(found) > query.limit:
        last, last_key = found[query.limit - 1]
        cursor = cursor_of(Place(last_key, last.number), query.sort, question)
    at = now()
    tasks = [view_of(task, at) for task, _ in found[: query.limit]]
    return TaskPage(tasks, cursor, await count_tasks(session, user_id))


async def count_tasks(session: AsyncSession, user_id: str) -> TaskCounts:
    """How many of the person's tasks are open, done and overdue."""
    is_open = col(Task.completed_at).is_(None)
    counts = select(
        func.count().filter(is_open),
        func.count().filter(~is_open),
        func.count().filter(is_open, col(Task.due_at) < now()),
    ).where(Task.user_id == user_id, col(Task.deleted_at).is_(None))
    return TaskCounts(*(await session.exec(counts)).one())


async def get_task(session: AsyncSession, user_id: str, number: int) -> TaskView:
    """The person's task of that number, or NotFound."""
    return (await select_tasks(session, user_id, [number]))[0]


async def find_tasks(session: AsyncSession, user_id: str, words: str, limit: int = LIMIT_MOST) -> list[TaskView]:
    """Tasks in whose title, description and tags each of the words begins a word: open ones first, then by number."""
    wanted = words_of(_checked_words(words))
    if not wanted:
        return []
    statement = _tasks(user_id, [has_words(wanted)]).order_by(None)
    statement = statement.order_by(col(Task.completed_at).is_not(None), col(Task.number)).limit(limit)
    at = now()
    return [view_of(task, at) for task in (await session.exec(statement)).all()]


async def select_tasks(session: AsyncSession, user_id: str, which: Sequence[int] | TaskQuery) -> list[TaskView]:
    """All tasks that the numbers or the filters name, in the order of their numbers; NotFound names unknown numbers."""
    at = now()
    return [view_of(task, at) for task in await stored_tasks(session, user_id, which)]


async def stored_tasks(session: AsyncSession, user_id: str, which: Sequence[int] | TaskQuery) -> list[Task]:
    """The rows of select_tasks, for the verbs of domain/tasks.py, which change them under the person's lock."""
    if isinstance(which, TaskQuery):
        return list((await session.exec(_tasks(user_id, _conditions(which)))).all())
    wanted = set(which)
    storable = [number for number in wanted if 0 < number <= LAST_NUMBER]
    named = col(Task.number) == any_(cast(storable, ARRAY(Integer)))
    found = list((await session.exec(_tasks(user_id, [named]))).all())
    if missing := wanted - {task.number for task in found}:
        raise _absent(sorted(missing))
    return found


def _tasks(user_id: str, conditions: Sequence[ColumnElement[bool]]) -> SelectOfScalar[Task]:
    """The person's tasks by number, read anew even where the session has seen them before the lock."""
    statement = select(Task).where(Task.user_id == user_id, col(Task.deleted_at).is_(None), *conditions)
    statement = statement.order_by(col(Task.number)).options(_without_words())
    return statement.execution_options(populate_existing=True)


def _without_words() -> Any:
    """Leaves the column `search` in the database: it is there to find by, not to read."""
    return defer(Task.search)  # pyright: ignore[reportArgumentType]: SQLModel types a column as its value


def _absent(numbers: list[int]) -> NotFound:
    named = ", ".join(f"#{number}" for number in numbers[:10])
    if len(numbers) == 1:
        return NotFound(f"There is no task {named}.", numbers=numbers)
    more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
    return NotFound(f"There are no tasks {named}{more}.", numbers=numbers)


def _conditions(query: TaskQuery) -> list[ColumnElement[bool]]:
    """The filters, checked; of the listing's own parts (sort, order, limit, cursor) nothing."""
    _one_of(query.status, STATUSES, "status")
    conditions: list[ColumnElement[bool]] = []
    if query.status != "all":
        completed = col(Task.completed_at)
        conditions.append(completed.is_(None) if query.status == "open" else completed.is_not(None))
    if query.priority is not None:
        _one_of(query.priority, tuple(PRIORITIES), "priority")
        conditions.append(col(Task.priority) == PRIORITIES[query.priority])
    if query.tags:
        with naming("tag"):
            conditions.append(has_tags([checked_tag(tag) for tag in query.tags]))
    if query.due_before is not None:
        conditions.append(col(Task.due_at) <= query.due_before)
    if query.due_after is not None:
        conditions.append(col(Task.due_at) >= query.due_after)
    if query.q is not None and (text := _checked_words(query.q)):
        # What holds no word at all, such as "!!!", is found nowhere.
        words = words_of(text)
        conditions.append(has_words(words) if words else false())
    return conditions


def _checked_words(text: str) -> str:
    with naming("q"):
        if len(text) > Q_LONGEST:
            raise Invalid(f"The search has {len(text)} characters. Shorten it to {Q_LONGEST} or fewer.")
        return checked_text(text, "search").strip()


def _check_listing(query: TaskQuery) -> None:
    _one_of(query.sort, tuple(SORTS), "sort")
    _one_of(query.order, ORDERS, "order")
    if not 1 <= query.limit <= LIMIT_MOST:
        raise Invalid(f"The limit is a number from 1 to {LIMIT_MOST}.", field="limit")


def _one_of(value: str, choices: tuple[str, ...], field: str) -> None:
    if value not in choices:
        raise Invalid(f"The {field} is {', '.join(choices[:-1])} or {choices[-1]}. Choose one of them.", field=field)


def _question(query: TaskQuery) -> list[Any]:
    """What a cursor is tied to; of the bounds only whether there are any, since "in 2 hours" moves on between pages."""
    return [
        query.order,
        query.status,
        query.priority,
        sorted(tag_key(tag) for tag in query.tags),
        words_of(query.q or ""),
        query.due_before is not None,
        query.due_after is not None,
    ]
