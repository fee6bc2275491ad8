"""Reads the list as far as the browser shows it: the order of its rows, and the contents of those that changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.local_time import day_end
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.tasks import page_queries
from taskchat_app.domain.tasks.page_queries import NO_PARENT, ListedTask, TagCount, ViewCounts
from taskchat_app.domain.tasks.queries import TaskQuery
from taskchat_app.domain.tasks.task_view import NO_STEPS, StepCounts, count_steps
from taskchat_app.i18n.date_style import date_style
from taskchat_app.ui.i18n.language import current_language
from taskchat_app.ui.task_list_state.list_address import TaskFilters, query_of
from taskchat_app.ui.task_list_state.list_patches import Shown, fingerprint_of
from taskchat_app.ui.task_list_state.rows import Place, TaskRow, heading_in, is_grouped, row_of

PAGE = 50
"""How many rows one read adds to the list at most, unless it reveals one."""
REVEAL_MAX = 1000
"""How many rows the list has at most after a read that reveals a row."""


@dataclass(frozen=True)
class ListReading:
    """The result of reading the list."""

    shown: Shown
    rows: dict[int, TaskRow]
    """The rows to send, by number: new or changed ones, and those of `leaving`, which are no longer in the list."""
    leaving: Sequence[int]
    has_more: bool
    tags: list[TagCount]
    length: int
    """The number of shown rows, without unfolded steps."""
    found: int
    """The number of rows of the whole list, without unfolded steps."""
    views: ViewCounts
    wakes_at: datetime
    """When the passing of time next changes a count or a row."""


@dataclass(frozen=True)
class ListRequest:
    """What is asked of the list besides its filters; tasks are named by their numbers."""

    has: Shown
    """The browser's rows."""
    has_more: bool = False
    """Whether more rows follow those of the browser."""
    next_page: bool = False
    reveal: int = 0
    """The task up to which the list is extended; 0 for none."""
    ticked: frozenset[int] = frozenset()
    """The tasks that were just completed: their rows are shown as done before they leave the list."""
    glows: frozenset[int] = frozenset()
    """The tasks to mark as changed by the assistant or another client."""
    unfolded: frozenset[int] = frozenset()
    """The tasks whose steps are shown below them."""
    language: str = field(default_factory=current_language.get)


async def read_list(person: Person, filters: TaskFilters, wanted: ListRequest) -> ListReading:
    """Read the list as far as it is shown, at most a page more.

    The rows to send are those that leave it, that glow, or whose fingerprint differs from the browser's.
    """
    at = now()
    today_ends = _today_ends(person, at)
    query = query_of(filters, zone=person.zone, now=at)
    async with reading(person.id) as session:
        listed, has_more = await _read_page(session, person, query, wanted)
        rows, leaving = await _read_rows(session, person, listed, wanted)
        # A folded step has no row: its task glows instead.
        without_row = wanted.glows - rows.keys() - leaving.keys()
        folded_into = await page_queries.read_parents(session, person.id, list(without_row))
        glows = wanted.glows.union(parent.number for parent in folded_into.values())
        date_facts = (today_ends, str(person.zone), is_grouped(filters), date_style.get())
        shown = {number: _row_fingerprint(row, wanted.language, date_facts, at) for number, row in rows.items()}
        changed = [number for number in shown if number in glows or shown[number] != wanted.has.get(number)]
        tasks_to_send = await page_queries.read_tasks(session, person.id, [*changed, *leaving])
        tags = await page_queries.count_tags(session, person.id, query)
        views = await page_queries.count_views(session, person.id, today_ends)
        found = await _count_found(session, person, filters, query, views) if has_more else len(listed)
    rows_to_send: dict[int, TaskRow] = {}
    for task in tasks_to_send:
        place = leaving[task.number] if task.number in leaving else rows[task.number].place
        is_below_its_task = task.parent_number is not None and not place.parent_title
        if not is_below_its_task:  # which has the heading
            place = replace(place, group=heading_in(filters, task.due, person.zone, at))
        rows_to_send[task.number] = row_of(task, person.zone, at, place=place, glows=task.number in glows)
    return ListReading(
        shown=shown,
        rows=rows_to_send,
        leaving=[*leaving],
        has_more=has_more,
        tags=tags,
        length=len(listed),
        found=found,
        views=views,
        wakes_at=_wakes_at(views, person, at),
    )


async def read_counts(person: Person) -> tuple[ViewCounts, datetime]:
    """Read only the counts and when they next change, for a view without a list."""
    at = now()
    async with reading(person.id) as session:
        views = await page_queries.count_views(session, person.id, _today_ends(person, at))
    return views, _wakes_at(views, person, at)


@dataclass(frozen=True)
class _ShownRow:
    task: ListedTask
    place: Place
    steps: StepCounts = NO_STEPS


async def _read_page(
    session: AsyncSession, person: Person, query: TaskQuery, wanted: ListRequest
) -> tuple[Sequence[ListedTask], bool]:
    """Return the tasks to show, without the unfolded steps below them, and whether more tasks follow.

    Of a list that has more than the browser's 50 rows, 50 are shown, with the next page 100, to reveal the 70th 70.
    """
    length_max = len(wanted.has) + PAGE
    read_max = max(length_max, REVEAL_MAX) if wanted.reveal else length_max
    order = await page_queries.read_listed_tasks(session, person.id, query, read_max + 1)
    positions = {task.number: position for position, task in enumerate(order, 1)}
    length = length_max
    if wanted.has_more and not wanted.next_page:  # up to the last task that the browser has, but at least a page
        last_shown = max((positions[number] for number in wanted.has if number in positions), default=0)
        length = min(max(PAGE, last_shown), length_max)
    to_reveal = positions.get(wanted.reveal, 0)
    if to_reveal <= read_max:
        length = max(length, to_reveal)
    return order[:length], len(order) > length


async def _read_rows(
    session: AsyncSession, person: Person, tasks: Sequence[ListedTask], wanted: ListRequest
) -> tuple[dict[int, _ShownRow], dict[int, Place]]:
    """Return the list's rows in order, with unfolded steps below their tasks; and the places of rows that leave it.

    Ticked tasks leave it, with their unfolded steps.
    """
    numbers = {task.number for task in tasks}
    ticked = {number for number in wanted.ticked if number in wanted.has and number not in numbers}
    unfolded = wanted.unfolded & (numbers | ticked)
    steps = await page_queries.read_listed_steps(session, person.id, list(unfolded))
    counts = await count_steps(session, person.id, numbers)
    steps_with_own_row = [task.number for task in tasks if task.parent is not None]
    parents = await page_queries.read_parents(session, person.id, [*steps_with_own_row, *ticked])
    rows: dict[int, _ShownRow] = {}
    for task in tasks:
        place = Place(unfolded=task.number in steps, parent_title=parents.get(task.number, NO_PARENT).title)
        rows[task.number] = _ShownRow(task, place, counts.get(task.number, NO_STEPS))
        rows |= {step.number: _ShownRow(step, Place()) for step in steps.get(task.number, ())}
    steps_of_ticked = {step.number for number in ticked for step in steps.get(number, ())}
    leave = (ticked | steps_of_ticked) - rows.keys()
    leaving: dict[int, Place] = {}
    for number in wanted.has:  # in the order of the browser's rows
        if number in leave:
            parent = parents.get(number, NO_PARENT)
            title = "" if parent.number in wanted.has else parent.title  # none while the parent is shown above
            leaving[number] = Place(unfolded=number in steps, parent_title=title)
    return rows, leaving


async def _count_found(
    session: AsyncSession, person: Person, filters: TaskFilters, query: TaskQuery, views: ViewCounts
) -> int:
    """Return the number of tasks in the whole list: that of its view, if that is counted and no filter narrows it."""
    count_of_view: int | None = getattr(views, filters.view, None)
    if count_of_view is None or filters.narrows:
        return await page_queries.count_found(session, person.id, query)
    return count_of_view


def _row_fingerprint(row: _ShownRow, language: str, date_facts: tuple[object, ...], at: datetime) -> int:
    """Return a fingerprint of what a row shows; `date_facts` is what the words of a date depend on."""
    task = row.task
    facts = (task.updated_at.timestamp(), task.done, language, row.steps, row.place)
    if task.due_at is None:
        return fingerprint_of(*facts)
    is_overdue = not task.done and task.due_at < at
    return fingerprint_of(*facts, is_overdue, date_facts)


def _today_ends(person: Person, at: datetime) -> datetime:
    return day_end(at.astimezone(person.zone).date(), person.zone)


def _wakes_at(views: ViewCounts, person: Person, at: datetime) -> datetime:
    midnight = _today_ends(person, at) + timedelta(seconds=1)
    return min(midnight, views.next_due or midnight, views.next_start or midnight)
