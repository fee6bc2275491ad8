"""Limits that are exact over all instances: each count is one atomic upsert in Postgres."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.database import now
from taskchat_app.domain.models import LimitWindow


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in each `period`; a daily limit's windows begin at midnight UTC, others with the first use."""

    scope: str
    count: int
    period: timedelta
    by_utc_day: bool = False

    def window_start(self, at: datetime) -> datetime:
        return at.replace(hour=0, minute=0, second=0, microsecond=0) if self.by_utc_day else at


async def take(session: AsyncSession, limit: Limit, subject: str) -> datetime | None:
    """Use one of the limit; None when there was one left, else when the next one comes.

    The count is kept only if the session commits.
    """
    at = now()
    expired = col(LimitWindow.starts_at) <= at - limit.period
    begin = {"scope": limit.scope, "subject": subject, "starts_at": limit.window_start(at), "used": 1}
    taking = insert(LimitWindow).values(begin)
    upsert = taking.on_conflict_do_update(
        index_elements=["scope", "subject"],
        set_={
            "used": case((expired, 1), else_=LimitWindow.used + 1),
            "starts_at": case((expired, taking.excluded.starts_at), else_=LimitWindow.starts_at),
        },
        where=or_(expired, col(LimitWindow.used) < limit.count),
    )
    if (await session.exec(upsert.returning(col(LimitWindow.used)))).scalar_one_or_none() is not None:
        return None
    return (await _starts_at(session, limit, subject) or at) + limit.period


async def used(session: AsyncSession, limit: Limit, subject: str) -> tuple[int, datetime]:
    """How much is used in the current window, and when that window ends."""
    at = now()
    query = select(LimitWindow).where(LimitWindow.scope == limit.scope, LimitWindow.subject == subject)
    window = (await session.exec(query)).one_or_none()
    if window is None or window.starts_at <= at - limit.period:
        return 0, limit.window_start(at) + limit.period
    return window.used, window.starts_at + limit.period


async def exhausted(session: AsyncSession, limit: Limit, subject: str) -> datetime | None:
    """When the next use comes, if none is left now; uses nothing."""
    count, resets_at = await used(session, limit, subject)
    return resets_at if count >= limit.count else None


async def give_back(session: AsyncSession, limit: Limit, subject: str) -> None:
    """Return one use that came to nothing."""
    window = update(LimitWindow).where(
        col(LimitWindow.scope) == limit.scope, col(LimitWindow.subject) == subject, col(LimitWindow.used) > 0
    )
    await session.exec(window.values(used=LimitWindow.used - 1))


async def _starts_at(session: AsyncSession, limit: Limit, subject: str) -> datetime | None:
    query = select(LimitWindow.starts_at).where(LimitWindow.scope == limit.scope, LimitWindow.subject == subject)
    return (await session.exec(query)).one_or_none()
