"""Offers a meaning of words in dates as a setting, once the user has chosen it twice."""

from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.dates.local_time import DueReading, settings_in
from taskchat_app.domain.dates.readings import chosen_meaning
from taskchat_app.domain.storage.models import Task

CHOSEN_TIMES = 2
_TASKS_MAX = 1000


async def offered_meaning(session: AsyncSession, user_id: str, reading: DueReading | None, zone: ZoneInfo) -> str:
    """Return the meaning that the user has just chosen for a task, if they did so for CHOSEN_TIMES tasks; else "".

    The user of `zone` is not asked about a meaning that they prefer already.
    """
    meaning = chosen_meaning(reading)
    if not meaning or meaning in settings_in(zone).meanings:
        return ""
    switched = select(Task.due_reading).where(
        Task.user_id == user_id, col(Task.due_reading).contains({"switched": True})
    )
    readings = (await session.exec(switched.order_by(col(Task.updated_at).desc()).limit(_TASKS_MAX))).all()
    times = sum(chosen_meaning(stored) == meaning for stored in readings)
    return meaning if times >= CHOSEN_TIMES else ""
