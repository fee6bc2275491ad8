"""Reads the list, and computes patches of what the browser has, so that only changed rows are sent.

Reflex sends a whole state var whenever it changes, and a list of 1,000 rows is 400 KB. So the browser keeps the rows
(`assets/page/task_list/task_rows.js`), and the var holds only the newest patches. If the var changes several times at
once, the browser may see only its last value: so each patch stays in the var for a moment, and names its predecessor.
"""

import time
import zlib
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.due_dates import day_end
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.tasks import page_queries
from taskchat_app.domain.tasks.page_queries import ListedTask, TagCount, ViewCounts
from taskchat_app.domain.tasks.steps import count_steps
from taskchat_app.domain.tasks.task_view import NO_STEPS, StepCounts, TaskView
from taskchat_app.i18n.date_style import date_style
from taskchat_app.ui.i18n.language import current_language
from taskchat_app.ui.task_list_state.day_headings import heading_in, is_grouped
from taskchat_app.ui.task_list_state.list_address import TaskFilters, query_of
from taskchat_app.ui.task_list_state.rows import Place, TaskRow, row_of

KEPT_MS = 1500
"""How long a patch stays in the var."""

Shown = dict[int, int]
"""The browser's rows in order: the fingerprint of each row by its task number."""
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
    """The result of reading the list: `rows` are new or changed, `leaving` those of them no longer in the list.

    `found` is the number of rows of the whole list, `length` of those that are shown, both without unfolded steps.
    """

    shown: Shown
    rows: dict[int, TaskRow]
    leaving: Sequence[int]
    has_more: bool
    tags: list[TagCount]
    length: int
    found: int
    counted: ListCounts


@dataclass(frozen=True)
class ListRequest:
    """A request for a page of the list, besides its filters.

    `has` are the browser's rows, `has_more` whether more rows follow them.
    `reveal` is the number of a task up to which the list is extended, 0 for none.
    `ticked` rows are shown as done before they leave; `glows` are rows to mark as changed by the assistant or another
    client; `unfolded` are tasks whose steps are shown below them; `language` is the language of the rows.
    """

    has: Shown
    has_more: bool = False
    next_page: bool = False
    reveal: int = 0
    ticked: frozenset[int] = frozenset()
    glows: frozenset[int] = frozenset()
    unfolded: frozenset[int] = frozenset()
    language: str = field(default_factory=current_language.get)


async def read_list(person: Person, filters: TaskFilters, wanted: ListRequest) -> ListReading:
    """Read the list as far as it is shown, and at most one page more."""
    at = now()
    query = query_of(filters, zone=person.zone, now=at)
    extent_max = max(len(wanted.has) + PAGE, REVEAL_MAX if wanted.reveal else 0)
    async with reading(person.id) as session:
        order = await page_queries.read_listed_tasks(session, person.id, query, extent_max + 1)
        extent = max(_extent(order, wanted), _extent_to(wanted.reveal, order[:extent_max]))
        places = await _read_places(session, person, order[:extent], wanted)
        when = (_today_ends(person, at), str(person.zone), is_grouped(filters), date_style.get())
        shown = {
            number: _row_fingerprint(place, wanted.language, when, at)
            for number, place in places.items()
            if place.listed
        }
        leaving = [number for number in places if number not in shown]
        # A change of a folded step shows on its task.
        folded = await page_queries.read_parents(session, person.id, list(wanted.glows - places.keys()))
        glows = {*wanted.glows, *(parent for parent, _ in folded.values())}
        missing = {*changed_rows(wanted.has, shown), *leaving, *(glows & shown.keys())}
        tasks = {task.number: task for task in await page_queries.read_tasks(session, person.id, list(missing))}
        tags = await page_queries.count_tags(session, person.id, query)
        has_more = len(order) > extent
        views = await page_queries.count_views(session, person.id, _today_ends(person, at))
        counted: int | None = None if filters.narrows else getattr(views, filters.view, None)
        if not has_more:
            found = len(order)
        else:
            found = await page_queries.count_found(session, person.id, query) if counted is None else counted
    rows = {
        number: row_of(
            tasks[number],
            person.zone,
            at,
            place=_under_heading(place.of_row, tasks[number], filters, person, at),
            glows=number in glows,
        )
        for number, place in places.items()
        if number in tasks
    }
    length = min(extent, len(order))
    return ListReading(shown, rows, leaving, has_more, tags, length, found, _counted(views, person, at))


@dataclass(frozen=True)
class RowPlace:
    """A row that is shown, or one that leaves (`listed` is None), with what it shows besides its task."""

    of_row: Place
    listed: ListedTask | None = None
    steps: StepCounts = NO_STEPS


async def _read_places(
    session: AsyncSession, person: Person, heads: Sequence[ListedTask], wanted: ListRequest
) -> dict[int, RowPlace]:
    """Return the rows in order, those of unfolded steps below their tasks, and at last the rows that leave."""
    numbers = {head.number for head in heads}
    gone = wanted.ticked & wanted.has.keys() - numbers
    steps = await page_queries.read_listed_steps(session, person.id, list(wanted.unfolded & (numbers | gone)))
    counts = await count_steps(session, person.id, numbers)
    below = {step.number for number in gone for step in steps.get(number, ())}
    alone = [head.number for head in heads if head.parent is not None]
    parents = await page_queries.read_parents(session, person.id, [*alone, *gone])
    places: dict[int, RowPlace] = {}
    for head in heads:
        title = parents.get(head.number, (0, ""))[1]
        of_row = Place(unfolded=head.number in steps, parent_title=title)
        places[head.number] = RowPlace(of_row, head, counts.get(head.number, NO_STEPS))
        places |= {step.number: RowPlace(Place(), step) for step in steps.get(head.number, ())}
    for number in wanted.has:
        if number in gone | below and number not in places:
            parent, title = parents.get(number, (0, ""))
            places[number] = RowPlace(
                Place(unfolded=number in steps, parent_title="" if parent in wanted.has else title)
            )
    return places


def _under_heading(place: Place, task: TaskView, filters: TaskFilters, person: Person, at: datetime) -> Place:
    """Return the place with its heading; a step below its task has none of its own."""
    if task.parent_number is not None and not place.parent_title:
        return place
    return replace(place, group=heading_in(filters, task.due, person.zone, at))


async def read_counts(person: Person) -> ListCounts:
    """Read only the counts, for a view without a list."""
    at = now()
    async with reading(person.id) as session:
        return _counted(await page_queries.count_views(session, person.id, _today_ends(person, at)), person, at)


def _extent(order: Sequence[ListedTask], wanted: ListRequest) -> int:
    """Return how many tasks to show: all up to the last one that the browser has, or a page more."""
    if wanted.next_page or not wanted.has_more:
        return len(wanted.has) + PAGE
    last = max((place for place, task in enumerate(order) if task.number in wanted.has), default=-1)
    return min(max(PAGE, last + 1), len(wanted.has) + PAGE)


def _extent_to(number: int, order: Sequence[ListedTask]) -> int:
    """Return how many tasks to show so that this one is the last; 0 if it is not among them."""
    return next((place for place, task in enumerate(order, start=1) if task.number == number), 0)


def _row_fingerprint(place: RowPlace, language: str, when: tuple[object, ...], at: datetime) -> int:
    """Return a fingerprint of what a row shows; `when` is what its date text depends on, such as the day."""
    task = place.listed
    assert task is not None
    facts = (task.updated_at.timestamp(), task.done, language, place.steps, place.of_row)
    return (
        fingerprint_of(*facts)
        if task.due_at is None
        else fingerprint_of(*facts, not task.done and task.due_at < at, when)
    )


def _today_ends(person: Person, at: datetime) -> datetime:
    return day_end(at.astimezone(person.zone).date(), person.zone)


def _counted(views: ViewCounts, person: Person, at: datetime) -> ListCounts:
    midnight = _today_ends(person, at) + timedelta(seconds=1)
    return ListCounts(views, min(midnight, views.next_due or midnight, views.next_start or midnight))


@dataclass(frozen=True)
class ListPatch:
    """A change of the list. `after` is the id of the previous patch, 0 if this one contains the whole list.

    `places` has a pair (number, number of the next row or 0) for each new or moved row, from the end of the list.
    `leaving` are rows that are shown for a moment before they disappear.
    """

    id: int
    after: int
    rows: tuple[TaskRow, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    gone: tuple[int, ...] = ()
    leaving: tuple[int, ...] = ()


def fingerprint_of(*facts: object) -> int:
    """Return a checksum of the facts, the same on every instance."""
    return zlib.crc32(repr(facts).encode())


def changed_rows(before: Shown, after: Shown) -> list[int]:
    """Return the numbers of rows that are new or different."""
    return [number for number, fingerprint in after.items() if before.get(number) != fingerprint]


def patch_of(
    previous: int,
    before: Shown,
    after: Shown,
    rows: Mapping[int, TaskRow],
    leaving: Sequence[int] = (),
) -> ListPatch:
    """Return the patch that follows `previous` and turns `before` into `after`; `rows` are the changed rows."""
    gone = [number for number in before if number not in after and number not in leaving]
    return ListPatch(
        id=_id_after(previous),
        after=previous,
        rows=tuple(rows.values()),
        places=tuple(_places(before, after)),
        gone=tuple(gone),
        leaving=tuple(leaving),
    )


def first_patch(rows: Sequence[TaskRow], previous: int) -> ListPatch:
    """Return a patch with the whole list; `previous` is the id of the last patch of the list before."""
    return ListPatch(_id_after(previous), 0, tuple(rows), tuple((row.number, 0) for row in rows))


def with_patch(patches: Sequence[ListPatch], patch: ListPatch, *, seen: int = 0) -> list[ListPatch]:
    """Return the patches to keep in the var; `seen` is the id of the last patch that the browser has applied."""
    if patch.after == 0:
        return [patch]
    return [*(old for old in patches if old.id > max(seen, patch.id - KEPT_MS)), patch]


def _id_after(previous: int) -> int:
    """Return the next id: the time in milliseconds, so that ids grow across restarts of the server."""
    return max(previous + 1, time.time_ns() // 1_000_000)


def _places(before: Shown, after: Shown) -> list[tuple[int, int]]:
    """Return a pair (number, number of the next row or 0) for each new or moved row, from the end of the list."""
    stay = _unmoved([number for number in before if number in after], after)
    following, places = 0, list[tuple[int, int]]()
    for number in reversed(after):
        if number not in stay:
            places.append((number, following))
        following = number
    return places


def _unmoved(numbers: Sequence[int], after: Shown) -> set[int]:
    """Return the largest subset of the numbers that keeps its order: the longest increasing subsequence of new ranks.

    https://en.wikipedia.org/wiki/Longest_increasing_subsequence
    """
    rank = {number: place for place, number in enumerate(after)}
    ranks: list[int] = []
    ends: list[int] = []
    previous: dict[int, int] = {}
    for number in numbers:
        place = bisect(ranks, rank[number])
        ranks[place : place + 1], ends[place : place + 1] = [rank[number]], [number]
        if place:
            previous[number] = ends[place - 1]
    stay: set[int] = set()
    number = ends[-1] if ends else None
    while number is not None:
        stay.add(number)
        number = previous.get(number)
    return stay
