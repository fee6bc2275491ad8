"""Rate limits that are exact across instances: each count is one atomic upsert."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.database import execute, now
from taskchat_app.domain.storage.errors import BurstLimit, WriteLimit
from taskchat_app.domain.storage.models import LimitWindow
from taskchat_app.i18n.messages import Message, gettext

# Counts the uses in the window of each requested limit; returns the scopes of those that had room for them. `stored` is
# the window's row, `excluded` the row that a new one would have, `requested` the limit. A new or expired window is not
# checked: no call has more uses than a limit. By ORDER BY, concurrent calls lock the rows in one order.
TAKE = text("""
    WITH requested AS (
        SELECT * FROM jsonb_to_recordset(:requested) AS entry (place int, scope text, count int, starts_at timestamptz,
            expired_at timestamptz)
    )
    INSERT INTO limit_windows AS stored (scope, subject, starts_at, used)
    SELECT scope, :subject, starts_at, CAST(:uses AS int) FROM requested ORDER BY place
    ON CONFLICT (scope, subject) DO UPDATE SET (starts_at, used) = ( -- an expired window starts again
        SELECT CASE WHEN stored.starts_at <= expired_at THEN excluded.starts_at ELSE stored.starts_at END,
            CASE WHEN stored.starts_at <= expired_at THEN 0 ELSE stored.used END + CAST(:uses AS int)
        FROM requested WHERE requested.scope = stored.scope
    )
    WHERE EXISTS ( -- else the limit has no room: its row stays as it is, and is not returned
        SELECT FROM requested
        WHERE requested.scope = stored.scope
            AND (stored.starts_at <= expired_at OR stored.used + CAST(:uses AS int) <= requested.count)
    )
    RETURNING scope
""").bindparams(bindparam("requested", type_=JSONB))

WRITTEN_TOO_MUCH = gettext("These are more changes than one account makes in a minute. Wait a minute, then go on.")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` uses per `period`. Windows begin at midnight UTC if `by_utc_day`, else with the first use."""

    scope: str
    count: int
    period: timedelta
    by_utc_day: bool = False

    def window_start(self, at: datetime) -> datetime:
        return at.replace(hour=0, minute=0, second=0, microsecond=0) if self.by_utc_day else at


WRITES = Limit("writes", 3_000, timedelta(minutes=1))
"""Per user, page and API together. Each task that a call changes counts as one write, so that there is room for three
calls about 1,000 tasks; a response stored with an Idempotency-Key counts as one too."""


async def take(session: AsyncSession, limit: Limit, subject: str, uses: int = 1) -> datetime | None:
    """Count the uses; return None, or the time of the next possible use if the limit has no room for them.

    The count is stored only if the session commits.
    """
    full = await take_all(session, [limit], subject, uses)
    return full.resets_at if full else None


async def take_or_refuse(session: AsyncSession, limit: Limit, subject: str, refusal: Message, uses: int = 1) -> None:
    """Count the uses like take(); raise BurstLimit with this sentence if the limit has no room for them."""
    if resets_at := await take(session, limit, subject, uses):
        raise BurstLimit(refusal, resets_at=resets_at)


async def take_writes(session: AsyncSession, user_id: str, count: int = 1) -> None:
    """Count writes of the user, from the page or the API; raise WriteLimit if the limit has no room for them."""
    resets_at = await take(session, WRITES, user_id, count)
    if resets_at is not None:
        raise WriteLimit(WRITTEN_TOO_MUCH, resets_at=resets_at)


async def check_room_for_writes(session: AsyncSession, user_id: str, count: int) -> None:
    """Raise WriteLimit if the limit has no room for so many writes of the user; count nothing."""
    taken, resets_at = await used(session, WRITES, user_id)
    if taken + count > WRITES.count:
        raise WriteLimit(WRITTEN_TOO_MUCH, resets_at=resets_at)


class FullLimit(NamedTuple):
    """A limit that has no room for more uses, and the time of the next possible one."""

    limit: Limit
    resets_at: datetime


async def take_all(session: AsyncSession, limits: Sequence[Limit], subject: str, uses: int = 1) -> FullLimit | None:
    """Count uses of each limit, in one statement; return None, or the first limit that has no room for them.

    The counts are stored only if the session commits: if a limit is returned, the caller must roll back.
    """
    at = now()
    requested = [
        {
            "place": place,
            "scope": limit.scope,
            "count": limit.count,
            "starts_at": limit.window_start(at).isoformat(),
            "expired_at": (at - limit.period).isoformat(),
        }
        for place, limit in enumerate(limits)
    ]
    values = {"subject": subject, "requested": requested, "uses": uses}
    taken = (await execute(session, TAKE, values)).scalars().all()
    for limit in limits:
        if limit.scope not in taken:
            _, resets_at = await used(session, limit, subject)
            return FullLimit(limit, resets_at)
    return None


async def used(session: AsyncSession, limit: Limit, subject: str) -> tuple[int, datetime]:
    """Return the uses in the current window and the end of that window."""
    at = now()
    query = select(LimitWindow).where(LimitWindow.scope == limit.scope, LimitWindow.subject == subject)
    window = (await session.exec(query)).one_or_none()
    if window is None or window.starts_at <= at - limit.period:
        return 0, limit.window_start(at) + limit.period
    return window.used, window.starts_at + limit.period


async def exhausted(session: AsyncSession, limit: Limit, subject: str) -> datetime | None:
    """Return the time of the next possible use if the limit is exhausted, else None; counts nothing."""
    count, resets_at = await used(session, limit, subject)
    return resets_at if count >= limit.count else None
