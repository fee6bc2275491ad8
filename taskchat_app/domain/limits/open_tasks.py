"""Limits the open tasks of one account."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.errors import ListFull
from taskchat_app.domain.storage.models import Task
from taskchat_app.i18n.messages import gettext

OPEN_MAX = 10_000
"""Open tasks of one user."""
FULL = gettext("A list holds {most:#,##0} open tasks at most. Complete or delete some, then try again.", most=OPEN_MAX)


async def check_room(session: AsyncSession, user_id: str) -> None:
    """Raise ListFull if the user has more than OPEN_MAX open tasks."""
    is_open = select(Task.number).where(
        Task.user_id == user_id, col(Task.completed_at).is_(None), col(Task.deleted_at).is_(None)
    )
    first_beyond = await session.exec(is_open.offset(OPEN_MAX).limit(1))
    if first_beyond.one_or_none() is not None:
        raise ListFull(FULL, most=OPEN_MAX)
