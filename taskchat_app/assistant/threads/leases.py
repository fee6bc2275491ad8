"""Leases on threads (conversations): each says which turn answers the thread, until when, and whether to stop.

turn_storage.py takes a lease as turns/admission.py admits a turn, which refuses (409) while one is held. One task of
this process renews the leases of all its running turns (`kept_lease`), and ends turns that lost theirs or are to stop.
A retried turn keeps its id: its two runs are told apart by the change id at which a run began.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chatkit.types import WorkflowItem
from sqlalchemy import and_, func, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.stored_items import body_of, restore_messages
from taskchat_app.assistant.core.tool_call_workflow import end_running_calls
from taskchat_app.domain.log.announcements import TURNS, Subscription, announce, announcements
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage.database import (
    DATABASE_AWAY,
    locking_transaction,
    now,
    system_transaction,
    transaction,
)
from taskchat_app.domain.storage.models import Thread, ThreadItem, Turn
from taskchat_app.domain.storage.user_lock import try_lock_user
from taskchat_app.runtime.event_loop import start_background

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=10)
"""How long a thread stays leased after its server was killed; a running turn renews the lease in time.
Leases are written and judged by the clock of Postgres: those of the processes' machines may differ by more."""

RENEW_SECONDS = LEASE.total_seconds() / 3
RENEW_AGAIN_SECONDS = 0.5
"""After an outage the lease may have run out: it is renewed before the turn is taken for a killed one."""
RENEW_FREE = text("""
    WITH free AS MATERIALIZED (
        SELECT threads.id, turns.id AS turn_id
        FROM unnest(CAST(:thread_id AS text[]), CAST(:user_id AS text[]), CAST(:turn_id AS text[]),
            CAST(:first_change_id AS bigint[])) AS held (thread_id, user_id, turn_id, first_change_id)
            JOIN threads ON threads.id = held.thread_id AND threads.user_id = held.user_id
                AND threads.lease_turn_id = held.turn_id
            JOIN turns ON turns.id = held.turn_id AND turns.first_change_id = held.first_change_id
        FOR NO KEY UPDATE OF threads SKIP LOCKED
    )
    UPDATE threads SET lease_until = clock_timestamp() + CAST(:lease AS interval) FROM free
    WHERE threads.id = free.id RETURNING free.turn_id, stop_requested, title
""")
"""Extends the leases of several turns. Waits for no lock: a transaction that holds one may wait for another thread of
this statement. Locks before it reads the clock: a lease does not begin in the past."""
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


Run = tuple[str, int]
"""A turn's id and the change id at which its run began."""
_kept: dict[Run, TurnContext] = {}
"""The running turns of this process."""
_waiting: set[Run] = set()
"""Those whose lease is renewed in a transaction of its own, which waits for a lock."""
_due = asyncio.Event()
"""Set to renew all leases now."""
_renewing: "asyncio.Task[None] | None" = None


class _Announced(Subscription):
    """A stop of a turn is requested, or its thread has another title: both are read as its lease is renewed."""

    def wake(self, payload: dict[str, Any]) -> None:
        _due.set()


@contextmanager
def kept_lease(turn: TurnContext) -> Generator[None]:
    """Keep the thread's lease in the block, and follow its title; end the turn by a stop or a lost lease."""
    global _renewing
    run = _run(turn)
    with announcements().listen(TURNS, turn.turn_id, _Announced()):
        _kept[run] = turn
        if _renewing is None or _renewing.done():
            _renewing = start_background(_renew_leases())
        try:
            yield
        finally:
            del _kept[run]
            if not _kept:
                _due.set()  # ends the task


async def _renew_leases() -> None:
    """Renew the leases of all turns every RENEW_SECONDS, and at each announcement, until no turn runs."""
    pause = RENEW_SECONDS
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(_due.wait(), pause)
        _due.clear()
        if not _kept:
            return
        pause = RENEW_SECONDS
        try:
            await _renew_all([turn for run, turn in _kept.items() if run not in _waiting])
        except DATABASE_AWAY:
            log.warning("The leases of running turns could not be renewed, trying again")
            pause = RENEW_AGAIN_SECONDS


async def _renew_all(turns: Sequence[TurnContext]) -> None:
    renewed = await renew_free(turns) if turns else {}
    for turn in turns:
        if turn.turn_id in renewed:
            _note(turn, renewed[turn.turn_id])
        elif _run(turn) in _kept:
            _waiting.add(_run(turn))
            start_background(_renew_alone(turn))


async def _renew_alone(turn: TurnContext) -> None:
    """Renew a lease that was locked or is lost; no other lease waits for that."""
    try:
        _note(turn, await renew(turn))
    except TurnOverError:
        turn.end_early("failed")
    except DATABASE_AWAY:
        log.warning("The lease of a turn could not be renewed, trying again")
        asyncio.get_running_loop().call_later(RENEW_AGAIN_SECONDS, _due.set)
    finally:
        _waiting.discard(_run(turn))


def _note(turn: TurnContext, thread: "Renewed") -> None:
    if _run(turn) in _kept:  # else it has ended meanwhile
        if thread.stop_requested:  # its end may have to wait: the lease is kept until that is stored
            turn.end_early("stopped")
        turn.note_title(thread.title)


def _run(turn: TurnContext) -> Run:
    return turn.turn_id, turn.first_change_id


class Renewed(NamedTuple):
    """The thread of a lease that was renewed."""

    stop_requested: bool
    title: str | None


async def renew(turn: TurnContext) -> Renewed:
    """Extend the lease, and wait for a transaction that locks it. Raises TurnOverError when it is lost."""
    async with transaction(turn.person.id) as session:
        await lock_lease(session, turn)
        extended = update(Thread).where(col(Thread.id) == turn.thread_id)
        extended = extended.values(lease_until=func.clock_timestamp() + LEASE)
        rows = await session.exec(extended.returning(col(Thread.stop_requested), col(Thread.title)))
        return Renewed(*rows.one())


async def renew_free(turns: Sequence[TurnContext]) -> dict[str, Renewed]:
    """Extend the leases of several turns, by their ids; those that are lost or locked at this moment are left out."""
    each = [values_of(turn) for turn in turns]
    values = {"lease": LEASE, **{name: [one[name] for one in each] for name in each[0]}}
    async with system_transaction() as session:
        rows = (await (await session.connection()).execute(RENEW_FREE, values)).all()
    return {turn_id: Renewed(*thread) for turn_id, *thread in rows}
