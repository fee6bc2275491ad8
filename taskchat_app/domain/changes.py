"""The change log: recorded in the transaction, announced on commit, read again by whoever missed it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.announcements import announce, announcements
from taskchat_app.domain.database import now, reading
from taskchat_app.domain.errors import NotFound
from taskchat_app.domain.models import Change, User

Actor = Literal["person", "assistant", "api", "mcp", "repeat"]
Kind = Literal["task", "thread", "message", "turn"]

CHANNEL = "taskchat_changes"
PAGE = 200
"""How many changes one read of a follower brings at most."""
IDLE_SECONDS = 10.0
"""A follower looks at the log this often even when nothing was announced: announcements are only hints."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Who changes something, and in which turn of which conversation, if in any."""

    user_id: str
    actor: Actor
    thread_id: str | None = None
    turn_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded: `before` is None for something new, `after` None for something that is gone."""

    kind: Kind
    action: str
    task_number: int | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    item_id: str | None = None
    undoes: int | None = None


async def lock_user(session: AsyncSession, user_id: str) -> User:
    """The person's row, locked until the transaction ends: the first step of every write, so writers never deadlock.

    Raises NotFound when the account is gone.
    """
    user = (await session.exec(select(User).where(User.id == user_id).with_for_update())).one_or_none()
    if user is None:
        raise NotFound("This account no longer exists. Register again to go on.")
    return user


async def record(session: AsyncSession, by: Cause, entries: Sequence[Entry]) -> list[int]:
    """Append the entries under the person's own counter and announce them on commit; returns their numbers.

    The counter moves under the user's row lock, so numbers have no gaps and become visible in order.
    """
    if not entries:
        return []
    counter = update(User).where(col(User.id) == by.user_id).values(last_change_id=User.last_change_id + len(entries))
    last = (await session.exec(counter.returning(col(User.last_change_id)))).scalar_one_or_none()
    if last is None:
        raise NotFound("This account no longer exists. Register again to go on.")
    first = last - len(entries) + 1
    at = now()
    rows = [_row(by, entry, first + index, at) for index, entry in enumerate(entries)]
    await session.exec(insert(Change), params=rows)
    await announce(session, CHANNEL, by.user_id, id=last)
    return [row["id"] for row in rows]


def _row(by: Cause, entry: Entry, number: int, at: Any) -> dict[str, Any]:
    return {
        "user_id": by.user_id,
        "id": number,
        "at": at,
        "actor": by.actor,
        "kind": entry.kind,
        "action": entry.action,
        "task_number": entry.task_number,
        "before": entry.before,
        "after": entry.after,
        "thread_id": by.thread_id,
        "item_id": entry.item_id,
        "turn_id": by.turn_id,
        "undoes": entry.undoes,
    }


async def last_change_id(user_id: str) -> int:
    """The number of the person's newest change; 0 when there is none."""
    async with reading() as session:
        found = (await session.exec(select(User.last_change_id).where(User.id == user_id))).one_or_none()
    return found or 0


async def changes_after(user_id: str, after: int, limit: int = PAGE) -> list[Change]:
    """The person's changes with a number above `after`, oldest first."""
    async with reading() as session:
        query = select(Change).where(Change.user_id == user_id, Change.id > after).order_by(col(Change.id)).limit(limit)
        return list((await session.exec(query)).all())


async def follow(user_id: str, after: int) -> AsyncIterator[list[Change]]:
    """The person's changes above `after`, in order and each once, for as long as it is iterated.

    Yields an empty list when IDLE_SECONDS passed without a change, so that the caller can notice a reader that is gone.
    A database that cannot be reached raises; coming back with the last number seen continues without a loss.
    """
    with announcements().listen(CHANNEL, user_id) as bell:
        while True:
            bell.clear()
            found = await changes_after(user_id, after)
            if found:
                after = found[-1].id
                yield found
            elif not await bell.wait(IDLE_SECONDS):
                yield []
