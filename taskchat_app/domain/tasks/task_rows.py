"""Creates tasks: rows with the user's next numbers and positions; writes rows with their change-log entries.

A new task is first in the manual order, with a key computed from its number (see positions.py for other keys).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fractional_indexing import (  # pyright: ignore[reportMissingTypeStubs]  # annotated, without py.typed
    BASE_62_DIGITS,
    generate_key_between,
)
from sqlalchemy import func, not_, or_, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import lock_in_zone
from taskchat_app.domain.log.changes import Cause, Entry, check_writes, record
from taskchat_app.domain.storage.database import execute, now
from taskchat_app.domain.storage.errors import Invalid, ListFull
from taskchat_app.domain.storage.models import Task, is_any
from taskchat_app.domain.tasks.fields import TaskDraft, checked_draft
from taskchat_app.domain.tasks.search_words import search_vector
from taskchat_app.domain.tasks.task_dates import announce_soon
from taskchat_app.domain.tasks.task_view import (
    Families,
    TaskView,
    WriteResult,
    check_parent,
    read_families,
    snapshot,
    view_of,
)
from taskchat_app.i18n.messages import gettext
from taskchat_app.runtime.event_loop import in_pieces

OPEN_MAX = 10_000
"""Open tasks of one user."""
FULL = gettext("A list holds {most:#,##0} open tasks at most. Complete or delete some, then try again.", most=OPEN_MAX)
POSITION_MAX = 1_000
"""Characters of a key, far below the 2,700 bytes that an index of Postgres can hold. Repeated moves into the same gap
add one character per five or six moves."""
_NEVER_ZERO = BASE_62_DIGITS[1:]
# Counting open tasks takes long, so a count stores up to which task number there is room: with 9,990 open tasks and
# #12000 as the last one, up to #12010, whatever is completed or deleted meanwhile. What opens tasks again counts again.
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


async def create_task(session: AsyncSession, by: Cause, draft: TaskDraft, *, zone: ZoneInfo) -> TaskView:
    """Create a task; dates are parsed in `zone`. Raises Invalid with the name of the invalid field."""
    return (await create_tasks(session, by, [draft], zone=zone)).tasks[0]


async def create_tasks(
    session: AsyncSession,
    by: Cause,
    drafts: Sequence[TaskDraft],
    *,
    zone: ZoneInfo,
    above: Mapping[int, int] | None = None,
) -> WriteResult:
    """Create all of these tasks, or none. Raises Invalid with the invalid field, and names the line of several.

    `above` makes drafts steps of earlier ones: by the index of a step, that of its parent. As steps have no steps, the
    parent of a step of a step is the task above both.
    """
    zone = await lock_in_zone(session, by.user_id, zone)
    at = now_in_milliseconds()
    parents = await read_families(session, by.user_id, {draft.parent_number or 0 for draft in drafts})
    await check_writes(session, by, len(drafts))
    is_list = len(drafts) > 1
    rows: list[Task] = []
    entries: list[Entry] = []
    async for piece in in_pieces(drafts):
        begin = len(rows)
        lines = enumerate(piece, begin + 1)
        columns = [_checked_line(draft, line if is_list else None, parents, zone, at) for line, draft in lines]
        added = await add_rows(session, by.user_id, columns, at)
        rows += added
        for index, task in enumerate(added, begin):
            if above and index in above:
                parent = rows[above[index]]
                task.parent_number = parent.parent_number or parent.number
        await place_last(session, added)
        entries += [Entry("task", "created", task.number, after=snapshot(task)) for task in added]
        await session.flush()
    changes = await flush_and_record(session, by, entries)
    return WriteResult([view_of(task, at) for task in rows], [task.number for task in rows], changes=changes)


def _checked_line(
    draft: TaskDraft, line: int | None, parents: Families, zone: ZoneInfo, at: datetime
) -> dict[str, Any]:
    """Return the columns of the draft; the line, if there is one, is named by the error."""
    try:
        check_parent(parents, draft.parent_number)
        return checked_draft(draft, zone=zone, now=at)
    except Invalid as error:
        if line is None:
            raise
        refusal = gettext("Line {number}: {refusal}", number=line, refusal=error.detail)
        raise Invalid(refusal, **error.facts | {"line": line}) from error


async def add_rows(
    session: AsyncSession, user_id: str, columns_of_tasks: Sequence[Mapping[str, Any]], at: datetime
) -> list[Task]:
    """Insert tasks with these columns under the user's next numbers, in order; the caller must hold the user's lock."""
    if not columns_of_tasks:
        return []
    # An UPDATE, since the session may have read the user's row before it was locked.
    values = {"user_id": user_id, "count": len(columns_of_tasks)}
    last, has_room = (await execute(session, TAKE_NUMBERS, values)).one()
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


async def check_room(session: AsyncSession, user_id: str, *, more: int = 0) -> None:
    """Count the open tasks and store the room; raise ListFull if there are, with so many `more`, more than OPEN_MAX.

    The caller holds the user's lock and has flushed the tasks.
    """
    room = (await execute(session, COUNT_OPEN, {"user_id": user_id, "most": OPEN_MAX})).scalar_one()
    if room < more:
        raise ListFull(FULL, most=OPEN_MAX)


async def update_all(session: AsyncSession, user_id: str, tasks: Sequence[Task], columns: Mapping[str, Any]) -> None:
    """Set the columns of all these plain tasks (see queries.plain_tasks), in one statement."""
    which = (col(Task.user_id) == user_id, is_any(col(Task.number), [task.number for task in tasks]))
    await session.exec(update(Task).where(*which).values(columns).execution_options(synchronize_session=False))
    for task in tasks:
        for name, value in columns.items():
            setattr(task, name, value)


async def flush_and_record(session: AsyncSession, by: Cause, entries: Sequence[Entry]) -> list[int]:
    """Flush the changed rows, record the entries and return their change ids.

    Reflex's sessions do not flush automatically before a query.
    """
    await session.flush()
    ids = await record(session, by, entries)
    await announce_soon(session, entries, now())
    return ids


def now_in_milliseconds() -> datetime:
    """Return the current time rounded to milliseconds, as JSON and the change log store it."""
    at = now()
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def position_of_new(number: int) -> str:
    """Return a position before all tasks with smaller numbers, wherever they were moved: Q9999999998 for task 1."""
    return f"Q{10**10 - 1 - number:010d}"


def position_between(low: str, high: str | None, number: int) -> str:
    """Return a position for the task with this number strictly between two others, or after the last one (`high` None).

    It ends in a 0 and the number, encoded without zeros: no other task can have the same key.
    """
    return f"{prefix_between(low, high)}0{without_zeros(number)}"


def prefix_between(low: str, high: str | None) -> str:
    """Return a key between the two that stays between them whatever is appended."""
    key = generate_key_between(low, high)
    while high is not None and high.startswith(key):
        key = generate_key_between(low, key)
    return key


def without_zeros(number: int) -> str:
    """Return the number in bijective base 61, without the digit 0, like the column names of a spreadsheet."""
    digits = ""
    while number:
        number, digit = divmod(number - 1, len(_NEVER_ZERO))
        digits = f"{_NEVER_ZERO[digit]}{digits}"
    return digits


async def gaps_after(session: AsyncSession, user_id: str, numbers: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """Return the position of each task and the next position, None for the last task, by number.

    A position between the two is right after the task.
    """
    other = aliased(Task)
    beyond = (col(other.user_id) == user_id, col(other.position) > col(Task.position))
    following = select(func.min(col(other.position))).where(*beyond).scalar_subquery()
    has_number = is_any(col(Task.number), numbers)
    gaps = select(col(Task.number), col(Task.position), following).where(Task.user_id == user_id, has_number)
    return {number: (low, high) for number, low, high in (await session.exec(gaps)).all()}


async def place_last(session: AsyncSession, added: Sequence[Task]) -> None:
    """Put the steps among new tasks behind the other steps of their parents, or right behind the parents.

    A step for which there is no room stays first, like any new task. The caller must hold the user's lock.
    """
    steps = [task for task in added if task.parent_number is not None]
    if not steps:
        return
    await session.flush()
    last_of = await _last_of_families(session, steps)
    gaps = await gaps_after(session, steps[0].user_id, list(last_of.values()))
    ends = {parent: gaps[number] for parent, number in last_of.items()}
    for step in steps:
        parent = step.parent_number or 0
        low, high = ends[parent]
        position = position_between(low, high, step.number)
        if len(position) <= POSITION_MAX:
            step.position = position
            ends[parent] = (position, high)


async def _last_of_families(session: AsyncSession, steps: Sequence[Task]) -> dict[int, int]:
    """Return, by the number of each parent of these steps, its last other step, or its own number without one."""
    parents = {step.parent_number or 0 for step in steps}
    family = func.coalesce(col(Task.parent_number), col(Task.number))
    in_families = or_(is_any(col(Task.parent_number), parents), is_any(col(Task.number), parents))
    is_other = not_(is_any(col(Task.number), [step.number for step in steps]))
    last = select(family, Task.number).where(Task.user_id == steps[0].user_id, col(Task.deleted_at).is_(None))
    last = last.where(in_families, is_other).ext(distinct_on(family))
    return dict((await session.exec(last.order_by(family, col(Task.position).desc()))).all())
