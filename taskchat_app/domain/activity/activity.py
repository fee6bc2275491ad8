"""Lists the change log of tasks, newest first."""

from dataclasses import dataclass

from sqlalchemy import false
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.log.effective_changes import changes_of_tasks
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.storage.storable_values import checked_text, task_numbers
from taskchat_app.i18n.messages import gettext

PAGE_MAX = 200


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """Changes of tasks, newest first; `next` is the cursor of the next page, None on the last page."""

    changes: list[Change]
    next: str | None


async def list_activity(
    session: AsyncSession,
    user_id: str,
    *,
    task: int | None = None,
    turn: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> ActivityPage:
    """Return one page of the user's task changes; raise Invalid, with the name of the invalid argument."""
    if not 1 <= limit <= PAGE_MAX:
        raise Invalid(gettext("The limit is a number from 1 to {most}.", most=PAGE_MAX), field="limit")
    query = changes_of_tasks(user_id).order_by(None)
    if task is not None:
        query = query.where(col(Change.task_number) == task if task_numbers([task]) else false())
    if turn is not None:
        query = query.where(col(Change.turn_id) == checked_text(turn, "turn"))
    if cursor is not None:
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
            raise Invalid(gettext("This cursor is not one of ours. Start again without it."), field="cursor")
        query = query.where(col(Change.id) < int(cursor))
    rows = (await session.exec(query.order_by(col(Change.id).desc()).limit(limit + 1))).all()
    changes = list(rows[:limit])
    return ActivityPage(changes, str(changes[-1].id) if len(rows) > limit else None)
