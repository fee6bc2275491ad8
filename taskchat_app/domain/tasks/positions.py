"""Positions of tasks that are moved or come from other lists: text keys, compared byte by byte (fractional indexing).

A moved task gets a key between its neighbours that ends in its own number, as task_rows.py gives one to a step: so two
tasks never have the same key after any sequence of moves, undos and restores. Restoring a task changes no other row.
"""

import re
from collections.abc import Collection

from fractional_indexing import (  # pyright: ignore[reportMissingTypeStubs]  # annotated, without py.typed
    FIError,
    validate_order_key,
)
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task, User
from taskchat_app.domain.storage.storable_values import task_numbers
from taskchat_app.domain.tasks.task_rows import (
    POSITION_MAX,
    position_between,
    position_of_new,
    prefix_between,
    without_zeros,
)
from taskchat_app.i18n.messages import gettext

NO_ROOM = gettext(
    "Too many tasks were moved into this gap. Move a task beside it somewhere else first, then try again."
)
_KEY = re.compile(r"[A-Za-z][0-9A-Za-z]{1,999}", re.ASCII)
"""A position, such as Q9999999998."""
_DECIMAL = re.compile(r"-(\d{1,9})(?:\.(\d{1,16383}))?", re.ASCII)
"""A position of an earlier version, such as -3 or -3.25."""
_DECIMAL_DIGITS = "ABCDEFGHIJ"


def position_within(prefix: str, place: str, number: int) -> str:
    """Return a position for the task with this number that begins with `prefix` (see prefix_of_imported).

    Positions with the same prefix sort by `place`, a text of digits and letters; it may be a position of another list.
    "Q5", the place "10" and the number 7 give "Q5101007".
    """
    # Each 0 of the place becomes 01, and 00 ends it: so a place sorts before longer ones that begin with it.
    position = f"{prefix}{place.replace('0', '01')}00{without_zeros(number)}"
    return position if len(position) <= POSITION_MAX else position_of_new(number)


def position_among(position: str, number: int, taken: Collection[str]) -> str:
    """Return the position that a task had in another list, or one right after it if that is taken here."""
    if position not in taken:
        return position
    right_after = f"{position}0{without_zeros(number)}"
    is_free = right_after not in taken and len(right_after) <= POSITION_MAX
    return right_after if is_free else position_of_new(number)


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
    """Return the key of -whole.digits. Keys sort like the decimals, and none equals a key of position_between.

    -3 has the key of the new task 3. -3.25 is -4 + 0.75: its key is that of -4, followed by HF for 75.
    """
    if not digits:
        return position_of_new(whole)
    complement = [9 - int(digit) for digit in digits[:-1]] + [10 - int(digits[-1])]  # 75 of 25
    key = position_of_new(whole + 1) + "".join(_DECIMAL_DIGITS[digit] for digit in complement)
    return key[:POSITION_MAX]


async def position_beside(
    session: AsyncSession, task: Task, *, after: int | None = None, before: int | None = None
) -> str:
    """Return the task's position right after or before another one, or first; its current one if it is there already.

    The caller must hold the user's lock. Completed tasks keep their positions and count as neighbours. Raises Invalid
    if there is no such other task, or no key of at most POSITION_MAX characters.
    """
    others = (Task.user_id == task.user_id, col(Task.deleted_at).is_(None), Task.number != task.number)
    if after is None and before is not None:
        high = await _position_of(session, task, before, "before")
        last_before = select(func.max(Task.position)).where(*others, col(Task.position) < high)
        low = (await session.exec(last_before)).one() or await _before_all(session, task.user_id)
    else:
        if after is None:  # first
            low = await _before_all(session, task.user_id)
        else:
            low = await _position_of(session, task, after, "after")
        first_after = select(func.min(Task.position)).where(*others, col(Task.position) > low)
        high = (await session.exec(first_after)).one_or_none()  # None at the end of the order
    is_there_already = low < task.position and (high is None or task.position < high)
    if is_there_already:
        return task.position
    position = position_between(low, high, task.number)
    if len(position) > POSITION_MAX:
        raise Invalid(NO_ROOM)
    return position


async def prefix_of_imported(session: AsyncSession, user_id: str) -> str:
    """Return a prefix of positions before all tasks that the user has, and after all that are new from now on.

    The caller must hold the user's lock. Deleted tasks count, since they may be restored.
    """
    low = await _before_all(session, user_id)
    query = select(func.min(Task.position)).where(Task.user_id == user_id, col(Task.position) > low)
    return prefix_between(low, (await session.exec(query)).one())


async def _position_of(session: AsyncSession, task: Task, number: int, field: str) -> str:
    """Return the position of the neighbour `number`, given in `field`; raise Invalid if it cannot be one."""
    if number == task.number:
        sentence = gettext("#{number} cannot stand {place} itself. Name another task.", number=number, place=field)
        raise Invalid(sentence, field=field)
    positions = select(col(Task.position)).where(Task.user_id == task.user_id, col(Task.deleted_at).is_(None))
    in_range = task_numbers([number])
    position = (await session.exec(positions.where(Task.number == number))).one_or_none() if in_range else None
    if position is None:
        raise Invalid(
            gettext("There is no task #{number} to stand {place}. Name one that is there.", number=number, place=field),
            field=field,
        )
    return position


async def _before_all(session: AsyncSession, user_id: str) -> str:
    """Return the position that the next new task will have: before all others."""
    query = select(User.last_task_number).where(User.id == user_id)
    return position_of_new((await session.exec(query)).one() + 1)
