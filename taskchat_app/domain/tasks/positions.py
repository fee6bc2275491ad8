"""Positions in the manual order: text keys, compared byte by byte (fractional indexing).

A new task is first, with a key computed from its number (numbered_rows.position_of_new). A moved task gets a key
between its neighbours that ends in its own number: so two tasks never have the same key after any sequence of moves,
undos and restores, and restoring a task changes no other row.
"""

import re
from collections.abc import Collection, Sequence

from fractional_indexing import (  # pyright: ignore[reportMissingTypeStubs]  # annotated, without py.typed
    BASE_62_DIGITS,
    FIError,
    generate_key_between,
    validate_order_key,
)
from sqlalchemy import ColumnElement, func, not_, or_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task, User, is_any
from taskchat_app.domain.storage.storable_values import task_numbers
from taskchat_app.domain.tasks.numbered_rows import position_of_new
from taskchat_app.i18n.messages import gettext

POSITION_MAX = 1_000
"""Characters of a key, far below the 2,700 bytes that an index of Postgres can hold. Repeated moves into the same gap
add one character per five or six moves."""
NO_ROOM = gettext(
    "Too many tasks were moved into this gap. Move a task beside it somewhere else first, then try again."
)
_KEY = re.compile(r"[A-Za-z][0-9A-Za-z]{1,999}", re.ASCII)
_DECIMAL = re.compile(r"-(\d{1,9})(?:\.(\d{1,16383}))?", re.ASCII)
_NEVER_ZERO = BASE_62_DIGITS[1:]
_DECIMAL_DIGITS = "ABCDEFGHIJ"


def position_between(low: str, high: str | None, number: int) -> str:
    """Return a position for the task with this number strictly between two others, or after the last one (`high` None).

    It ends in a 0 and the number, encoded without zeros: no other task can have the same key.
    """
    return f"{_prefix_between(low, high)}0{_without_zeros(number)}"


def position_within(prefix: str, place: str, number: int) -> str:
    """Return a position for the task with this number that begins with `prefix` (see prefix_of_imported).

    Positions with the same prefix sort by `place`, a text of digits and letters; it may be a position of another list.
    """
    # Each 0 of the place becomes 01, and 00 ends it: so a place sorts before longer ones that begin with it.
    position = f"{prefix}{place.replace('0', '01')}00{_without_zeros(number)}"
    return position if len(position) <= POSITION_MAX else position_of_new(number)


def position_among(position: str, number: int, taken: Collection[str]) -> str:
    """Return the position that a task had in another list, or one right after it if that is taken here."""
    if position not in taken:
        return position
    beside = f"{position}0{_without_zeros(number)}"
    return beside if beside not in taken and len(beside) <= POSITION_MAX else position_of_new(number)


def parse_position(text: str) -> str:
    """Return the position in a cursor or snapshot: a key unchanged, a decimal of an earlier version converted.

    Raises ValueError for any other text, also for a key that no other can be computed from.
    """
    if _KEY.fullmatch(text):
        try:
            validate_order_key(text)
        except FIError as error:
            raise ValueError(str(error)) from error
        return text
    if match := _DECIMAL.fullmatch(text):
        return _position_of_decimal(int(match[1]), (match[2] or "").rstrip("0"))
    raise ValueError("no position")


def _position_of_decimal(whole: int, digits: str) -> str:
    """Return the key of -whole.digits. Keys sort like the decimals, and none equals a key of position_between."""
    if not digits:
        return position_of_new(whole)
    complement = [9 - int(digit) for digit in digits[:-1]] + [10 - int(digits[-1])]
    key = position_of_new(whole + 1) + "".join(_DECIMAL_DIGITS[digit] for digit in complement)
    return key[:POSITION_MAX]


async def position_beside(
    session: AsyncSession, task: Task, *, after: int | None = None, before: int | None = None
) -> str:
    """Return the task's position right after or before another one, or first; its current one if it is there already.

    The caller must hold the user's lock. Completed tasks keep their positions and count as neighbours. Raises Invalid
    if there is no such other task, or no key of at most POSITION_MAX characters.
    """
    if after is not None:
        low = await _position_of(session, task, after, "after")
        high = await _edge(session, task, func.min(Task.position), col(Task.position) > low)
    elif before is not None:
        high = await _position_of(session, task, before, "before")
        low = await _edge(session, task, func.max(Task.position), col(Task.position) < high)
        low = await _first(session, task.user_id) if low is None else low
    else:
        low = await _first(session, task.user_id)
        high = await _edge(session, task, func.min(Task.position), col(Task.position) > low)
    if low < task.position and (high is None or task.position < high):
        return task.position
    position = position_between(low, high, task.number)
    if len(position) > POSITION_MAX:
        raise Invalid(NO_ROOM)
    return position


async def prefix_of_imported(session: AsyncSession, user_id: str) -> str:
    """Return a prefix of positions before all tasks that the user has, and after all that are new from now on.

    The caller must hold the user's lock. Deleted tasks count, since they may be restored.
    """
    low = await _first(session, user_id)
    query = select(func.min(Task.position)).where(Task.user_id == user_id, col(Task.position) > low)
    return _prefix_between(low, (await session.exec(query)).one())


async def gaps_after(session: AsyncSession, user_id: str, numbers: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """Return each task's position and the next position, by number; a position between the two is right after it."""
    other = aliased(Task)
    beyond = (col(other.user_id) == user_id, col(other.position) > col(Task.position))
    following = select(func.min(col(other.position))).where(*beyond).scalar_subquery()
    has_number = is_any(col(Task.number), numbers)
    gaps = select(col(Task.number), col(Task.position), following).where(Task.user_id == user_id, has_number)
    return {number: (low, high) for number, low, high in (await session.exec(gaps)).all()}


async def place_last(session: AsyncSession, steps: Sequence[Task]) -> None:
    """Put new steps behind the other steps of their tasks, or right behind the tasks; the user's lock must be held.

    One for which the gap has no room stays first, like any new task.
    """
    if not steps:
        return
    await session.flush()
    last_of = await _last_of_families(session, steps)
    gaps = await gaps_after(session, steps[0].user_id, list(last_of.values()))
    ends = {parent: gaps[number] for parent, number in last_of.items()}
    for step in steps:
        low, high = ends[step.parent_number or 0]
        position = position_between(low, high, step.number)
        if len(position) <= POSITION_MAX:
            step.position, ends[step.parent_number or 0] = position, (position, high)


async def _last_of_families(session: AsyncSession, steps: Sequence[Task]) -> dict[int, int]:
    """Return the number of the last other step of each task that the steps belong to, or the task's own number."""
    parents = {step.parent_number or 0 for step in steps}
    family = func.coalesce(col(Task.parent_number), col(Task.number))
    in_families = or_(is_any(col(Task.parent_number), parents), is_any(col(Task.number), parents))
    is_other = not_(is_any(col(Task.number), [step.number for step in steps]))
    last = select(family, Task.number).where(Task.user_id == steps[0].user_id, col(Task.deleted_at).is_(None))
    last = last.where(in_families, is_other).ext(distinct_on(family))
    return dict((await session.exec(last.order_by(family, col(Task.position).desc()))).all())


async def _position_of(session: AsyncSession, task: Task, number: int, field: str) -> str:
    """Return the position of the neighbour `number`, given in `field`; raise Invalid if it cannot be one."""
    if number == task.number:
        raise Invalid(
            gettext("#{number} cannot stand {place} itself. Name another task.", number=number, place=field),
            field=field,
        )
    positions = select(col(Task.position)).where(Task.user_id == task.user_id, col(Task.deleted_at).is_(None))
    in_range = task_numbers([number])
    position = (await session.exec(positions.where(Task.number == number))).one_or_none() if in_range else None
    if position is None:
        raise Invalid(
            gettext("There is no task #{number} to stand {place}. Name one that is there.", number=number, place=field),
            field=field,
        )
    return position


async def _edge(
    session: AsyncSession, task: Task, outermost: ColumnElement[str], side: ColumnElement[bool]
) -> str | None:
    """Return the outermost position on that side, without the task itself; None at an end of the order."""
    others = select(outermost).where(Task.user_id == task.user_id, col(Task.deleted_at).is_(None))
    return (await session.exec(others.where(Task.number != task.number, side))).one()


async def _first(session: AsyncSession, user_id: str) -> str:
    """Return the position of the next new task, which is before all others."""
    query = select(User.last_task_number).where(User.id == user_id)
    return position_of_new((await session.exec(query)).one() + 1)


def _prefix_between(low: str, high: str | None) -> str:
    """Return a key between the two that stays between them whatever is appended."""
    key = generate_key_between(low, high)
    while high is not None and high.startswith(key):
        key = generate_key_between(low, key)
    return key


def _without_zeros(number: int) -> str:
    """Return the number in bijective base 61, without the digit 0, like the column names of a spreadsheet."""
    digits = ""
    while number:
        number, digit = divmod(number - 1, len(_NEVER_ZERO))
        digits = f"{_NEVER_ZERO[digit]}{digits}"
    return digits
