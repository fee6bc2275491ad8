"""Reads a turn's status, with its receipt and changes, from the database."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.account_data.import_undo import is_logged
from taskchat_app.domain.activity.receipts import changes_of_turn, receipt
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Change, Turn
from taskchat_app.domain.storage.models import Thread as ThreadRow
from taskchat_app.domain.storage.storable_values import is_storable
from taskchat_app.domain.transfer.report import TURN_PREFIX
from taskchat_app.i18n.messages import gettext

IMPORTED_SHOWN = 1_000
"""Changes of an import; /api/activity lists all of them."""
NO_TASK = gettext("Imported no tasks, only conversations or settings")


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn as clients see it; `receipt` is one line such as "Added #7, completed #3"."""

    turn_id: str
    thread_id: str | None
    status: str
    receipt: str
    changes: list[Change]


async def view_turn(user_id: str, turn_id: str) -> TurnView:
    """Return the user's turn. Raises NotFound if it does not exist or is another user's."""
    async with reading(user_id) as session:
        if turn_id.startswith(TURN_PREFIX) and is_storable(turn_id):
            changes = await changes_of_turn(session, user_id, turn_id, 0, IMPORTED_SHOWN)  # it has no row of Turn
            if changes or await is_logged(session, user_id, turn_id):
                return TurnView(turn_id, None, "done", receipt(changes) if changes else NO_TASK, changes)
        turn = await access_turn(session, user_id, turn_id)
        changes = await changes_of_turn(session, user_id, turn_id, turn.first_change_id)
        return TurnView(turn.id, turn.thread_id, await status_of(session, turn), receipt(changes), changes)


async def access_turn(session: AsyncSession, user_id: str, turn_id: str, thread_id: str | None = None) -> Turn:
    """Return the row of the user's turn. Raises NotFound if it does not exist or is another user's or thread's."""
    named = select(Turn).where(Turn.user_id == user_id, Turn.id == turn_id)
    turn = (await session.exec(named)).one_or_none() if is_storable(turn_id) else None
    if turn is None or thread_id not in (None, turn.thread_id):
        raise NotFound(gettext("This answer does not exist, or not any more."))
    return turn


async def status_of(session: AsyncSession, turn: Turn) -> str:
    """Return "running", "done", "stopped" or "failed"; a turn whose server was killed while it ran has failed."""
    if turn.status != "running":
        return turn.status
    if await _has_lease(session, turn):
        return "running"
    # A transaction that only reads still sees the same row. In one that writes, the turn may have ended in order
    # between the two queries, so that its row is read again.
    user_id, turn_id = turn.user_id, turn.id
    session.expire(turn)
    turn = await access_turn(session, user_id, turn_id)
    return "failed" if turn.status == "running" else turn.status


async def _has_lease(session: AsyncSession, turn: Turn) -> bool:
    lease = select(ThreadRow.id).where(ThreadRow.id == turn.thread_id, ThreadRow.lease_turn_id == turn.id)
    return (await session.exec(lease.where(col(ThreadRow.lease_until) > func.clock_timestamp()))).first() is not None
