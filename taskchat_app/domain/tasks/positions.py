"""Positions in the manual order: a unique decimal for each task of a user.

A new task stands first, at minus its number. One that is moved gets a short decimal halfway between its neighbours,
whose last digits name the task: so two tasks never meet at one position, whatever is moved, undone and restored in
whichever order, and putting a task back where it was needs no other row. Halving a gap takes about a third of a digit.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Context, Decimal

from sqlalchemy import ColumnElement, Integer, any_, cast, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task, User
from taskchat_app.domain.storage.number_ranges import task_numbers

EXACT = Context(prec=40_000)
"""More digits than Postgres keeps of a number (16,383 behind the point), so that nothing is ever rounded."""
LAST = Decimal(0)
"""Above every position."""
HALF = Decimal("0.5")


def position_of_new(number: int) -> Decimal:
    """Before all tasks with smaller numbers, wherever these were moved."""
    return Decimal(-number)


def position_between(low: Decimal, high: Decimal, number: int) -> Decimal:
    """A position of the task with this number strictly between two others, or between one and an end of the order.

    The number is written in the digits 1 to 9 alone, behind a 0 and a prefix, so that it can be read off the end again.
    """
    above, below = high.copy_negate(), low.copy_negate()
    halved = EXACT.multiply(EXACT.subtract(below, above), HALF)
    places = max(0, -halved.adjusted())
    middle = EXACT.multiply(EXACT.add(above, below), HALF)
    prefix = middle.quantize(Decimal(1).scaleb(-places), ROUND_FLOOR, EXACT)
    name = Decimal(f"0.0{_without_zeros(number)}").scaleb(-places)
    return EXACT.add(prefix, name).copy_negate()


async def position_beside(
    session: AsyncSession, task: Task, *, after: int | None = None, before: int | None = None
) -> Decimal:
    """The task's position right after or right before another one, or first of all; its own where it stands there.

    Call it under the person's lock. Tasks that are done keep their positions and count. Raises Invalid when there is
    no such other task.
    """
    if after is not None:
        low = await _position_of(session, task, after, "after")
        high = await _edge(session, task, func.min(Task.position), col(Task.position) > low) or LAST
    elif before is not None:
        high = await _position_of(session, task, before, "before")
        low = await _edge(session, task, func.max(Task.position), col(Task.position) < high)
        low = await _first(session, task.user_id) if low is None else low
    else:
        low = await _first(session, task.user_id)
        high = await _edge(session, task, func.min(Task.position), col(Task.position) > low) or LAST
    return task.position if low < task.position < high else position_between(low, high, task.number)


async def gaps_after(session: AsyncSession, user_id: str, numbers: Sequence[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """For each of these tasks, its own position and the next one; what stands between them is right after it."""
    other = aliased(Task)
    beyond = (col(other.user_id) == user_id, col(other.position) > col(Task.position))
    following = select(func.min(col(other.position))).where(*beyond).scalar_subquery()
    named = col(Task.number) == any_(cast(list(numbers), ARRAY(Integer)))
    gaps = select(col(Task.number), col(Task.position), following).where(Task.user_id == user_id, named)
    return {number: (low, high or LAST) for number, low, high in (await session.exec(gaps)).all()}


async def _position_of(session: AsyncSession, task: Task, number: int, field: str) -> Decimal:
    """Where the neighbour stands that the field names."""
    if number == task.number:
        raise Invalid(f"#{number} cannot stand {field} itself. Name another task.", field=field)
    mine = select(col(Task.position)).where(Task.user_id == task.user_id, col(Task.deleted_at).is_(None))
    known = task_numbers([number])
    found = (await session.exec(mine.where(Task.number == number))).one_or_none() if known else None
    if found is None:
        raise Invalid(f"There is no task #{number} to stand {field}. Name one that is there.", field=field)
    return found


async def _edge(
    session: AsyncSession, task: Task, outermost: ColumnElement[Decimal], side: ColumnElement[bool]
) -> Decimal | None:
    """The position next to a neighbour on that side, the task itself left out; None at an end of the order."""
    others = select(outermost).where(Task.user_id == task.user_id, col(Task.deleted_at).is_(None))
    return (await session.exec(others.where(Task.number != task.number, side))).one()


async def _first(session: AsyncSession, user_id: str) -> Decimal:
    """Where the next new task will stand: below every position."""
    query = select(User.last_task_number).where(User.id == user_id)
    return position_of_new((await session.exec(query)).one() + 1)


def _without_zeros(number: int) -> str:
    """The number to base nine in the digits 1 to 9, as columns of a spreadsheet are counted in letters."""
    digits = ""
    while number:
        number, digit = divmod(number - 1, 9)
        digits = f"{digit + 1}{digits}"
    return digits
