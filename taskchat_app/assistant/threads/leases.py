"""Leases on threads (conversations): each says which turn answers the thread, until when, and whether to stop.

turn_storage.py takes a lease as turns/admission.py admits a turn, which refuses (409) while one is held;
lease_renewal.py keeps it while the turn runs. A retried turn keeps its id: its two runs are told apart by the change id
at which a run began.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from chatkit.types import WorkflowItem
from sqlalchemy import and_, func, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.stored_items import body_of, restore_messages
from taskchat_app.assistant.core.tool_call_workflow import end_running_calls
from taskchat_app.domain.log.announcements import TURNS, announce
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage.database import (
    locking_transaction,
    now,
    transaction,
)
from taskchat_app.domain.storage.models import Thread, ThreadItem, Turn
from taskchat_app.domain.storage.user_lock import try_lock_user

LEASE = timedelta(seconds=10)
"""How long a thread stays leased after its server was killed; a running turn renews the lease in time.
Leases are written and judged by the clock of Postgres: those of the processes' machines may differ by more."""
CLOCK = text("SELECT clock_timestamp()")
LOCK_LEASE = text("""
    SELECT stop_requested FROM threads, turns
    WHERE threads.id = :thread_id AND threads.user_id = :user_id AND threads.lease_turn_id = :turn_id
        AND turns.id = :turn_id AND turns.first_change_id = :first_change_id
    FOR NO KEY UPDATE OF threads
""")


class TurnOverError(Exception):
    """The turn lost its lease (stopped, or another run took over) and must not write."""


class StopRequestedError(TurnOverError):
    """The turn holds its lease, but is to stop; it may store its partial answer."""


async def is_answering(session: AsyncSession, thread: Thread) -> bool:
    """Return whether a turn holds the thread's lease now."""
    if thread.lease_turn_id is None:
        return False
    connection = await session.connection()
    return is_leased(thread, (await connection.execute(CLOCK)).scalar_one())


def is_leased(thread: Thread, at: datetime) -> bool:
    """Return whether a turn holds the thread's lease at this time of the clock of Postgres."""
    return thread.lease_turn_id is not None and thread.lease_until is not None and thread.lease_until > at


def values_of(turn: TurnContext) -> dict[str, Any]:
    """Return what names the turn's run in a statement that writes only if it holds its lease."""
    return {
        "thread_id": turn.thread_id,
        "user_id": turn.person.id,
        "turn_id": turn.turn_id,
        "first_change_id": turn.first_change_id,
    }


async def lock_lease(session: AsyncSession, turn: TurnContext) -> bool:
    """Lock the lease until the transaction ends; return whether the turn is to stop.

    Raises TurnOverError if the turn no longer holds it.
    """
    stop_requested = (await (await session.connection()).execute(LOCK_LEASE, values_of(turn))).scalar_one_or_none()
    if stop_requested is None:
        raise TurnOverError(turn.turn_id)
    return stop_requested


@asynccontextmanager
async def held_transaction(turn: TurnContext) -> AsyncGenerator[AsyncSession]:
    """Open a transaction in which a turn writes, with its user and its lease locked.

    Raises TurnOverError if the turn no longer holds it, StopRequestedError if it is to stop.
    """
    async with locking_transaction(turn.person.id) as session:
        if await lock_lease(session, turn):
            raise StopRequestedError(turn.turn_id)
        yield session


async def end_interrupted(session: AsyncSession, user_id: str, thread_id: str) -> None:
    """Mark turns that lost their lease without an end (their server was killed) as failed, with their running calls."""
    query = select(Turn).where(Turn.user_id == user_id, Turn.thread_id == thread_id, Turn.status == "running")
    for turn in (await session.exec(query.order_by(col(Turn.started_at)))).all():
        turn.status, turn.ended_at = "failed", now()
        repaired = await _end_running_calls(session, turn)
        entries = [*(Entry("message", "stored", item_id=item_id) for item_id in repaired), Entry("turn", "failed")]
        await record(session, Cause(user_id, "assistant", thread_id, turn.id), entries)


async def _end_running_calls(session: AsyncSession, turn: Turn) -> list[str]:
    """Show the turn's running calls as not carried out: what they do is stored together with their end."""
    repaired: list[str] = []
    workflows = select(ThreadItem).where(
        ThreadItem.user_id == turn.user_id,
        ThreadItem.thread_id == turn.thread_id,
        ThreadItem.turn_id == turn.id,
        ThreadItem.type == "workflow",
    )
    for row in (await session.exec(workflows)).all():
        item = WorkflowItem.model_validate(row.body)
        restore_messages(item, row.body.get("messages", {}))
        if end_running_calls(item.workflow):
            row.body = body_of(item)
            repaired.append(row.id)
    return repaired


async def end_expired(user_id: str, thread_id: str, turn_id: str) -> bool:
    """Release an expired lease and mark its turn as failed.

    Return False if another instance has done so, or if another transaction locks the user: try again.
    """
    async with transaction(user_id) as session:
        if not await try_lock_user(session, user_id):
            return False
        lost = and_(col(Thread.lease_turn_id) == turn_id, col(Thread.lease_until) < func.clock_timestamp())
        freed = update(Thread).where(col(Thread.id) == thread_id, lost)
        freed = freed.values(lease_turn_id=None, lease_until=None, stop_requested=False).returning(col(Thread.id))
        if (await session.exec(freed)).scalar_one_or_none() is None:
            return False
        await end_interrupted(session, user_id, thread_id)
    return True


async def request_stop(session: AsyncSession, user_id: str, turn_id: str) -> None:
    """Request the turn to stop, on any instance, when the session commits."""
    held = update(Thread).where(col(Thread.user_id) == user_id, col(Thread.lease_turn_id) == turn_id)
    await session.exec(held.values(stop_requested=True))
    await announce(session, TURNS, turn_id)
