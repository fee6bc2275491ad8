"""Leases on threads: which turn answers a thread, renewed while it runs.

A retried turn keeps its id, so the lease alone does not distinguish its two runs: a run may only write while the turn
also has the first change id of this run.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, exists, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.message_events import encode_failure
from taskchat_app.domain.log.announcements import STOPS, announce
from taskchat_app.domain.log.changes import Cause, Entry, lock_user, record
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Thread, Turn
from taskchat_app.domain.tasks.search_words import words_of

LEASE = timedelta(seconds=10)
"""How long a thread stays leased after its server was killed; a running turn renews the lease every LEASE / 3."""


ACQUIRE = text("""
    WITH held AS (
        INSERT INTO threads (id, user_id, title, search, status, details, lease_turn_id, lease_until, stop_requested,
            created_at, updated_at)
        VALUES (:thread_id, :user_id, :title, array_to_tsvector(CAST(:words AS text[])), :status, :details, :turn_id,
            :until, false, :created_at, :at)
        ON CONFLICT (id) DO UPDATE SET lease_turn_id = excluded.lease_turn_id, lease_until = excluded.lease_until,
            stop_requested = false, updated_at = excluded.updated_at
    )
    INSERT INTO turns (id, user_id, thread_id, status, first_change_id, started_at)
    VALUES (:turn_id, :user_id, :thread_id, 'running', :first_change_id, :at)
    ON CONFLICT (id) DO UPDATE SET status = 'running', first_change_id = excluded.first_change_id, error = NULL,
        started_at = excluded.started_at, ended_at = NULL
""").bindparams(bindparam("status", type_=JSONB), bindparam("details", type_=JSONB))
"""Inserts the thread with the lease if it is new, and inserts or updates the turn as running."""


class TurnOverError(Exception):
    """The turn lost its lease (stopped, or another run took over) and must not write."""


def is_answering(thread: Thread, at: datetime) -> bool:
    """Return whether a turn holds the thread's lease at this time."""
    return thread.lease_turn_id is not None and thread.lease_until is not None and thread.lease_until > at


async def acquire(session: AsyncSession, thread: Thread, turn_id: str, first_change_id: int) -> None:
    """Acquire the lease for the turn; the caller has locked the thread, which is free or new."""
    at = now()
    values = {
        "thread_id": thread.id,
        "user_id": thread.user_id,
        "title": thread.title,
        "words": words_of(thread.title or ""),
        "status": thread.status,
        "details": thread.details,
        "created_at": thread.created_at,
        "turn_id": turn_id,
        "first_change_id": first_change_id,
        "at": at,
        "until": at + LEASE,
    }
    connection = await session.connection()
    await connection.execute(ACQUIRE, values)


async def ensure_held(session: AsyncSession, turn: TurnContext, *, even_if_stopped: bool = False) -> None:
    """Lock the lease until the transaction ends; raise TurnOverError if the turn no longer holds it.

    A turn with a requested stop may still store its partial answer (`even_if_stopped`).
    """
    query = select(Thread.stop_requested).where(_held_by(turn)).with_for_update()
    stop_requested = (await session.exec(query)).one_or_none()
    if stop_requested is None or (stop_requested and not even_if_stopped):
        raise TurnOverError(turn.turn_id)


async def renew(turn: TurnContext) -> bool | None:
    """Extend the lease; return whether a stop is requested, or None when the lease is lost."""
    async with transaction(turn.person.id) as session:
        renewed = update(Thread).where(_held_by(turn)).values(lease_until=now() + LEASE)
        return (await session.exec(renewed.returning(col(Thread.stop_requested)))).scalar_one_or_none()


async def release(turn: TurnContext) -> None:
    """Release the lease and record how the turn ended; no effect after another run took over.

    Raises NotFound when the account is gone.
    """
    async with transaction(turn.person.id) as session:
        await lock_user(session, turn.person.id)
        free = {"lease_turn_id": None, "lease_until": None, "stop_requested": False, "updated_at": now()}
        released = update(Thread).where(_held_by(turn)).values(free).returning(col(Thread.id))
        if (await session.exec(released)).scalar_one_or_none() is None:
            return
        ended = update(Turn).where(col(Turn.id) == turn.turn_id)
        await session.exec(ended.values(status=turn.ending, error=encode_failure(turn.failure), ended_at=now()))
        await record(session, turn.cause(), [Entry("turn", turn.ending)])


async def end_interrupted(session: AsyncSession, user_id: str, thread_id: str) -> None:
    """Mark turns that lost their lease without an end (their server was killed) as failed."""
    query = select(Turn).where(Turn.user_id == user_id, Turn.thread_id == thread_id, Turn.status == "running")
    for turn in (await session.exec(query.order_by(col(Turn.started_at)))).all():
        turn.status, turn.ended_at = "failed", now()
        await record(session, Cause(user_id, "assistant", thread_id, turn.id), [Entry("turn", "failed")])


async def end_expired(user_id: str, thread_id: str, turn_id: str) -> bool:
    """Release an expired lease and mark its turn as failed; return False if another instance has done so."""
    async with transaction(user_id) as session:
        with suppress(NotFound):  # the account is gone, and the thread with it
            await lock_user(session, user_id)
        lost = and_(col(Thread.lease_turn_id) == turn_id, col(Thread.lease_until) < now())
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
    await announce(session, STOPS, turn_id)


def _held_by(turn: TurnContext) -> ColumnElement[bool]:
    this_run = exists().where(col(Turn.id) == turn.turn_id, col(Turn.first_change_id) == turn.first_change_id)
    return and_(
        col(Thread.id) == turn.thread_id,
        col(Thread.user_id) == turn.person.id,
        col(Thread.lease_turn_id) == turn.turn_id,
        this_run,
    )
