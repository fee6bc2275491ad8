"""The append-only change log: record, announce on commit, replay."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.cooperative_work import in_pieces
from taskchat_app.domain.limits.rate_limits import take_write
from taskchat_app.domain.log.announcements import CHANGES
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Change, User
from taskchat_app.i18n.messages import gettext

Actor = Literal["person", "assistant", "api", "mcp", "repeat"]
Kind = Literal["task", "thread", "message", "turn", "person"]

BY_HAND: tuple[Actor, ...] = ("person", "api", "mcp")
"""Actors whose changes count for the write limit, except within turns, which have their own limits."""
PAGE = 200
"""Maximum number of changes in one read of a follower."""

LOCK = select(User).where(User.id == bindparam("user_id")).with_for_update()
"""Built once: building a statement costs as much as executing it."""
RECORD = text("""
    WITH counter AS (
        UPDATE users SET last_change_id = last_change_id + :count WHERE id = :user_id RETURNING last_change_id
    ), written AS (
        INSERT INTO changes (user_id, id, at, actor, kind, action, task_number, before, after, thread_id, item_id,
            turn_id, undoes)
        SELECT :user_id, last_change_id - :count + place, :at, :actor, kind, action, task_number, before, after,
            :thread_id, item_id, :turn_id, undoes
        FROM counter, jsonb_to_recordset(:entries) AS entry (place int, kind text, action text, task_number int,
            before jsonb, after jsonb, item_id text, undoes bigint)
    )
    SELECT last_change_id,
        pg_notify(:channel, json_build_object('subject', CAST(:user_id AS text), 'id', last_change_id)::text)
    FROM counter
""").bindparams(bindparam("entries", type_=JSONB))
"""Updates the counter, inserts the rows and notifies, in one round trip, since every write waits for it."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Who makes a change, and in which thread and turn, if any."""

    user_id: str
    actor: Actor
    thread_id: str | None = None
    turn_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A change to record: `before` is None for a created object, `after` None for a deleted one."""

    kind: Kind
    action: str
    task_number: int | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    item_id: str | None = None
    undoes: int | None = None


async def lock_user(session: AsyncSession, user_id: str) -> User:
    """Lock the user's row until the transaction ends. Every write does this first, which prevents deadlocks.

    Raises NotFound if the account was deleted.
    """
    user = (await session.exec(LOCK, params={"user_id": user_id})).one_or_none()
    if user is None:
        raise NotFound(gettext("This account no longer exists. Register again to go on."))
    return user


async def record(session: AsyncSession, by: Cause, entries: Sequence[Entry]) -> list[int]:
    """Append the entries to the user's log and announce them on commit; return their ids.

    The user's counter changes under the lock on the user's row, so ids have no gaps and become visible in order.
    Raises WriteLimit if the user exceeds rate_limits.WRITES.
    """
    ids: list[int] = []
    async for piece in in_pieces(entries):
        ids += await _record(session, by, piece)
    return ids


async def _record(session: AsyncSession, by: Cause, entries: Sequence[Entry]) -> list[int]:
    if by.actor in BY_HAND and by.turn_id is None and any(entry.action != "reminded" for entry in entries):
        await take_write(session, by.user_id)
    values = {
        "user_id": by.user_id,
        "thread_id": by.thread_id,
        "turn_id": by.turn_id,
        "actor": by.actor,
        "at": now(),
        "count": len(entries),
        "channel": CHANGES,
        "entries": [{"place": place, **_columns(entry)} for place, entry in enumerate(entries, 1)],
    }
    connection = await session.connection()
    number = (await connection.execute(RECORD, values)).scalar_one_or_none()
    if number is None:
        raise NotFound(gettext("This account no longer exists. Register again to go on."))
    return list(range(number - len(entries) + 1, number + 1))


def _columns(entry: Entry) -> dict[str, Any]:
    """Return the entry's fields; dataclasses.asdict would make deep copies of both snapshots."""
    return {field.name: getattr(entry, field.name) for field in fields(entry)}


async def last_change_id(user_id: str) -> int:
    """Return the id of the user's newest change; 0 if there is none."""
    async with reading(user_id) as session:
        change_id = (await session.exec(select(User.last_change_id).where(User.id == user_id))).one_or_none()
    return change_id or 0


async def changes_after(user_id: str, after: int, limit: int = PAGE) -> list[Change]:
    """Return at most `limit` of the user's changes with an id above `after`, oldest first."""
    async with reading(user_id) as session:
        query = select(Change).where(Change.user_id == user_id, Change.id > after).order_by(col(Change.id)).limit(limit)
        return list((await session.exec(query)).all())
