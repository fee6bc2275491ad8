"""Limits that are exact over all instances: each count is one atomic upsert in Postgres."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.database import now
from taskchat_app.domain.models import LimitWindow

TAKE = text("""
    INSERT INTO limit_windows AS w (scope, subject, starts_at, used) VALUES (:scope, :subject, :starts_at, 1)
    ON CONFLICT (scope, subject) DO UPDATE SET
        used = CASE WHEN w.starts_at <= :expired_at THEN 1 ELSE w.used + 1 END,
        starts_at = CASE WHEN w.starts_at <= :expired_at THEN excluded.starts_at ELSE w.starts_at END
    WHERE w.starts_at <= :expired_at OR w.used < :count
    RETURNING w.used
""")


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
    values = {
        "scope": limit.scope,
        "subject": subject,
        "starts_at": limit.window_start(at),
        "expired_at": at - limit.period,
        "count": limit.count,
    }
    if (await session.execute(TAKE, values)).scalar_one_or_none() is not None:
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
    await session.execute(window.values(used=LimitWindow.used - 1))


async def forget(session: AsyncSession, limit: Limit, subject: str) -> None:
    """Begin again from nothing used."""
    await session.execute(
        delete(LimitWindow).where(col(LimitWindow.scope) == limit.scope, col(LimitWindow.subject) == subject)
    )


async def _starts_at(session: AsyncSession, limit: Limit, subject: str) -> datetime | None:
    query = select(LimitWindow.starts_at).where(LimitWindow.scope == limit.scope, LimitWindow.subject == subject)
    return (await session.exec(query)).one_or_none()
