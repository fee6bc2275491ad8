"""Whole-day dates of tasks: how they follow the user's time zone (a day's end: dates/local_time.py).

A whole day is stored as that day (`due_day`, `recurrence_start_day`). The instants beside it (`due_at`,
`recurrence_start`, `remind_at`) are derived from the day and the zone, for sorting, filtering and ringing.
"""

from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.profile_fields import zone_of_settings
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.log.announcements import REMINDERS, announce
from taskchat_app.domain.storage.database import LOCKED_USER
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import User
from taskchat_app.domain.storage.user_lock import NO_ACCOUNT
from taskchat_app.domain.tasks.field_tables.date_pairs import DATE_PAIRS
from taskchat_app.domain.tasks.reminder_times import ALL_USERS, compute_remind_at
from taskchat_app.runtime.event_loop import in_pieces

DAYS_AT_ONCE = 200


async def lock_in_zone(session: AsyncSession, user_id: str, zone: ZoneInfo) -> ZoneInfo:
    """Lock the user; return the zone to write in: `zone`, or the stored one if it changed since the request began."""
    connection = await session.connection()
    found = (await connection.execute(_LOCK_ZONE, {"user_id": user_id})).one_or_none()
    if found is None:
        raise NotFound(NO_ACCOUNT)
    session.info[LOCKED_USER] = user_id
    timezone, week_start, date_order, due_meanings = found
    return zone if zone.key == timezone else zone_of_settings(timezone, week_start, date_order, due_meanings)


async def zone_of(session: AsyncSession, user_id: str) -> ZoneInfo:
    """Return the user's stored time zone."""
    return ZoneInfo((await session.exec(select(User.timezone).where(User.id == user_id))).one())


async def follow_time_zone(session: AsyncSession, user_id: str, old: ZoneInfo, new: ZoneInfo) -> None:
    """Recompute the instants of the user's whole-day tasks, deleted ones included, under the user's lock.

    `updated_at` and the log stay as they are: the days do not change. A reminder that rang or was put off stays too.
    """
    connection = await session.connection()
    whose = {"user_id": user_id}
    for pair in DATE_PAIRS:
        days = (await connection.execute(text(_DAYS.format(day=pair.day)), whose)).scalars().all()
        move = text(_MOVE.format(at=pair.at, day=pair.day))
        async for piece in in_pieces(days, DAYS_AT_ONCE):
            moments = [pair.kind.of_day(day, new).at for day in piece]
            await connection.execute(move, whose | {"days": piece, "moments": moments})
    choices = (await connection.execute(_REMINDERS, whose)).all()
    async for piece in in_pieces(choices, DAYS_AT_ONCE):
        before, after = (
            [compute_remind_at(Due.of_day(day, zone), minutes, zone) for day, minutes in piece] for zone in (old, new)
        )
        given = {"days": [day for day, _ in piece], "minutes": [minutes for _, minutes in piece]}
        await connection.execute(_MOVE_REMINDERS, whose | given | {"before": before, "after": after})
    await announce(session, REMINDERS, ALL_USERS)


_LOCK_ZONE = text("SELECT timezone, week_start, date_order, due_meanings FROM users WHERE id = :user_id FOR UPDATE")
_DAYS = "SELECT DISTINCT {day} FROM tasks WHERE user_id = :user_id AND {day} IS NOT NULL"
_MOVE = """
    UPDATE tasks SET {at} = moved.moment
    FROM unnest(CAST(:days AS date[]), CAST(:moments AS timestamptz[])) AS moved (day, moment)
    WHERE user_id = :user_id AND {day} = moved.day
"""
_REMINDERS = text("""
    SELECT DISTINCT due_day, remind_before FROM tasks
    WHERE user_id = :user_id AND due_day IS NOT NULL AND remind_before >= 0
""")
_MOVE_REMINDERS = text("""
    UPDATE tasks SET remind_at = moved.after
    FROM unnest(
        CAST(:days AS date[]), CAST(:minutes AS smallint[]),
        CAST(:before AS timestamptz[]), CAST(:after AS timestamptz[])
    ) AS moved (day, minutes, before, after)
    WHERE user_id = :user_id AND due_day = moved.day AND remind_before = moved.minutes AND remind_at = moved.before
    AND (rung_until IS NULL OR rung_until < remind_at)
""")
