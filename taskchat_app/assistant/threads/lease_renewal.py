"""Keeps the leases of this process's running turns: one task renews all of them, and ends turns that are to stop.

It does so every RENEW_SECONDS, and at once when a stop or another title is announced.
"""

import asyncio
import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from sqlalchemy import func, text, update
from sqlmodel import col

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.threads.leases import LEASE, TurnOverError, lock_lease, values_of
from taskchat_app.domain.log.announcements import TURNS, Subscription, announcements
from taskchat_app.domain.storage.database import DATABASE_AWAY, system_transaction, transaction
from taskchat_app.domain.storage.models import Thread
from taskchat_app.runtime.event_loop import start_background

log = logging.getLogger(__name__)

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

Run = tuple[str, int]
"""A turn's id and the change id at which its run began."""
_kept: dict[Run, TurnContext] = {}
"""The running turns of this process."""
_waiting: set[Run] = set()
"""Those whose lease is renewed in a transaction of its own, which waits for a lock."""
_due = asyncio.Event()
"""Set to renew all leases now."""
_renewing: "asyncio.Task[None] | None" = None


class Renewed(NamedTuple):
    """The thread of a lease that was renewed."""

    stop_requested: bool
    title: str | None


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
    """Renew in one statement the leases that no transaction locks, and each other one by itself."""
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


def _note(turn: TurnContext, thread: Renewed) -> None:
    """End the turn if it is to stop, and note its thread's title."""
    if _run(turn) in _kept:  # else it has ended meanwhile
        if thread.stop_requested:  # its end may have to wait: the lease is kept until that is stored
            turn.end_early("stopped")
        turn.note_title(thread.title)


def _run(turn: TurnContext) -> Run:
    return turn.turn_id, turn.first_change_id


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
