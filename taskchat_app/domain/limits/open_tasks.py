"""Limits the open tasks of one account.

Counting them takes longer the more there are. So a count notes up to which task number there is room: a list with C of
at most M open tasks has room for M - C new ones, whatever else is completed or deleted meanwhile. What opens tasks
again counts anew.
"""

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.errors import ListFull
from taskchat_app.i18n.messages import gettext

OPEN_MAX = 10_000
"""Open tasks of one user."""
FULL = gettext("A list holds {most:#,##0} open tasks at most. Complete or delete some, then try again.", most=OPEN_MAX)
COUNT = text("""
    UPDATE users SET room_until_number = last_task_number + :most - (
        SELECT count(*) FROM tasks WHERE user_id = :user_id AND completed_at IS NULL AND deleted_at IS NULL
    )
    WHERE id = :user_id RETURNING last_task_number <= room_until_number
""")


def check_new(count: int) -> None:
    """Raise ListFull for more new open tasks than any list holds."""
    if count > OPEN_MAX:
        raise ListFull(FULL, most=OPEN_MAX)


async def check_room(session: AsyncSession, user_id: str) -> None:
    """Count the open tasks and note the room; raise ListFull if there are more than OPEN_MAX.

    The caller holds the user's lock and has flushed the tasks.
    """
    has_room = (await (await session.connection()).execute(COUNT, {"user_id": user_id, "most": OPEN_MAX})).scalar_one()
    if not has_room:
        raise ListFull(FULL, most=OPEN_MAX)
