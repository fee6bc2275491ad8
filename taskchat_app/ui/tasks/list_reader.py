"""Reads the list: order, changed rows and counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.due_dates import day_end
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.tasks import list_index
from taskchat_app.domain.tasks.list_index import ListedTask, TagCount, ViewCounts
from taskchat_app.domain.tasks.views import TaskView
from taskchat_app.ui.i18n.due_dates import day_heading
from taskchat_app.ui.i18n.language import current_language
from taskchat_app.ui.tasks.filters import OPEN, TaskFilters, is_grouped, query_of
from taskchat_app.ui.tasks.patches import Shown, changed_rows, fingerprint_of
from taskchat_app.ui.tasks.rows import TaskRow, row_of

PAGE = 50
"""How many rows one read adds to the list at most, unless it reveals one."""
REVEAL_MAX = 1000
"""The list is extended by a read that reveals a row to at most so many rows."""


@dataclass(frozen=True)
class ListCounts:
    """The counts of the views; `wakes_at` is when the passing of time next changes a count or a row."""

    views: ViewCounts
    wakes_at: datetime


@dataclass(frozen=True)
class ListReading:
    """The result of reading the list: `rows` are new or changed, `leaving` those of them no longer in the list."""

    shown: Shown
    rows: dict[int, TaskRow]
    leaving: Sequence[int]
    has_more: bool
    tags: list[TagCount]
    found: int
    counted: ListCounts


@dataclass(frozen=True)
class ListRequest:
    """A request for a page of the list, besides its filters.

    `has` are the browser's rows, `has_more` whether more rows follow them.
    `reveal` is the number of a task up to which the list is extended, 0 for none.
    `ticked` rows are shown as done before they leave; `glows` are rows to mark as changed by the assistant or another
    client; `language` is the language of the rows.
    """

    has: Shown
    has_more: bool = False
    next_page: bool = False
    reveal: int = 0
    ticked: frozenset[int] = frozenset()
    glows: frozenset[int] = frozenset()
    language: str = field(default_factory=current_language.get)


async def read_list(person: Person, filters: TaskFilters, wanted: ListRequest) -> ListReading:
    """Read the list as far as it is shown, and at most one page more."""
    at = now()
    query = query_of(filters, zone=person.zone, now=at)
    extent_max = max(len(wanted.has) + PAGE, REVEAL_MAX if wanted.reveal else 0)
    async with reading(person.id) as session:
        order = await list_index.order_of(session, person.id, query, extent_max + 1)
        extent = max(_extent(order, wanted), _extent_to(wanted.reveal, order[:extent_max]))
        when = (_today_ends(person, at), str(person.zone), is_grouped(filters))
        shown = {task.number: _row_fingerprint(task, wanted.language, when, at) for task in order[:extent]}
        leaving = [number for number in wanted.has if number in wanted.ticked and number not in shown]
        missing = {*changed_rows(wanted.has, shown), *leaving, *(wanted.glows & shown.keys())}
        tasks = {task.number: task for task in await list_index.read_tasks(session, person.id, list(missing))}
        tags = await list_index.count_tags(session, person.id, query)
        found = await list_index.count_found(session, person.id, query) if filters.narrows else 0
        views = await list_index.count_views(session, person.id, _today_ends(person, at))
    rows = {
        number: row_of(
            tasks[number],
            person.zone,
            at,
            group=_heading(tasks[number], filters, person.zone, at),
            glows=number in wanted.glows,
        )
        for number in (*shown, *leaving)
        if number in tasks
    }
    return ListReading(shown, rows, leaving, len(order) > extent, tags, found, _counted(views, person, at))


def _heading(task: TaskView, filters: TaskFilters, zone: ZoneInfo, at: datetime) -> str:
    """Return the heading above the task, "" without groups; the open tasks after a week are one group."""
    if not is_grouped(filters):
        return ""
    return day_heading(task.due, zone, at, is_week=filters.view == OPEN)


async def read_counts(person: Person) -> ListCounts:
    """Read only the counts, for a view without a list."""
    at = now()
    async with reading(person.id) as session:
        return _counted(await list_index.count_views(session, person.id, _today_ends(person, at)), person, at)


def _extent(order: Sequence[ListedTask], wanted: ListRequest) -> int:
    """Return how many tasks to show: all up to the last one that the browser has, or a page more."""
    if wanted.next_page or not wanted.has_more:
        return len(wanted.has) + PAGE
    last = max((place for place, task in enumerate(order) if task.number in wanted.has), default=-1)
    return min(max(PAGE, last + 1), len(wanted.has) + PAGE)


def _extent_to(number: int, order: Sequence[ListedTask]) -> int:
    """Return how many tasks to show so that this one is the last; 0 if it is not among them."""
    return next((place for place, task in enumerate(order, start=1) if task.number == number), 0)


def _row_fingerprint(task: ListedTask, language: str, when: tuple[object, ...], at: datetime) -> int:
    """Return a fingerprint of what a row shows; `when` is what its date text depends on, such as the day."""
    facts = (task.updated_at.timestamp(), task.done, language)
    return (
        fingerprint_of(*facts)
        if task.due_at is None
        else fingerprint_of(*facts, not task.done and task.due_at < at, when)
    )


def _today_ends(person: Person, at: datetime) -> datetime:
    return day_end(at.astimezone(person.zone).date(), person.zone)


def _counted(views: ViewCounts, person: Person, at: datetime) -> ListCounts:
    midnight = _today_ends(person, at) + timedelta(seconds=1)
    return ListCounts(views, min(midnight, views.next_due or midnight))
