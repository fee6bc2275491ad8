"""Leases of running turns on their threads: one task renews those of this process; expired ones are ended.

turn_storage.py takes a lease as turns/admission.py admits a turn, checks it before each write and releases it.
"""

import asyncio
import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from chatkit.types import WorkflowItem
from sqlalchemy import and_, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import Run, TurnContext
from taskchat_app.assistant.core.items import body_of, restore_messages
from taskchat_app.assistant.core.tool_call_workflow import end_running_calls
from taskchat_app.assistant.threads.store import items_of_type
from taskchat_app.assistant.threads.turn_storage import LEASE
from taskchat_app.domain.log.announcements import TURNS, Subscription, announce, announcements
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, system_transaction, transaction
from taskchat_app.domain.storage.models import Thread, ThreadItem, Turn, is_any
from taskchat_app.domain.storage.user_lock import try_lock_user
from taskchat_app.runtime.event_loop import start_background

log = logging.getLogger(__name__)

RENEW_SECONDS = LEASE.total_seconds() / 3
RENEW_AGAIN_SECONDS = 0.5
"""After an outage or a long lock the lease may have run out: it is renewed before the turn counts as killed."""

_running: dict[Run, TurnContext] = {}
"""The running turns of this process."""
_renew_now = asyncio.Event()
"""Set to renew all leases now."""
_renewing: "asyncio.Task[None] | None" = None
"""The task that renews them; it ends, and a new one begins, as the last turn ends and the next one begins."""


class HeldLease(NamedTuple):
    """The thread of a lease that its turn holds; it is not renewed while another transaction locks it."""

    stop_requested: bool
    title: str | None
    is_renewed: bool


class _Announced(Subscription):
    """A stop of a turn is requested, or its thread has another title: both are read as its lease is renewed."""

    def wake(self, subject: str = "") -> None:
        _renew_now.set()


@contextmanager
def kept_lease(turn: TurnContext) -> Generator[None]:
    """Renew the thread's lease in the block, and follow its title; end the turn by a stop or a lost lease."""
    global _renewing
    with announcements().listen(TURNS, turn.turn_id, _Announced()):
        _running[turn.run] = turn
        if _renewing is None or _renewing.done():
            _renewing = start_background(_renew_leases())
        try:
            yield
        finally:
            del _running[turn.run]
            if not _running:
                _renew_now.set()  # wakes the task, which then ends


async def _renew_leases() -> None:
    """Renew the leases of all turns every RENEW_SECONDS, and at each announcement, until no turn runs."""
    pause = RENEW_SECONDS
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(_renew_now.wait(), pause)
        _renew_now.clear()
        turns = dict(_running)
        if not turns:
            return
        try:
            held = await renew([*turns.values()])
        except DATABASE_AWAY:
            log.warning("The leases of running turns could not be renewed, trying again")
            pause = RENEW_AGAIN_SECONDS
            continue
        for run, turn in turns.items():
            if run in _running:  # it has not ended meanwhile
                _note(turn, held.get(run))
        are_renewed = all(lease.is_renewed for lease in held.values())
        pause = RENEW_SECONDS if are_renewed else RENEW_AGAIN_SECONDS


def _note(turn: TurnContext, lease: HeldLease | None) -> None:
    """End a turn that lost its lease or is to stop, and note its thread's title."""
    if lease is None:
        return turn.end_early("failed")
    if lease.stop_requested:  # its end may have to wait: the lease is kept until that is stored
        turn.end_early("stopped")
    turn.note_title(lease.title)


async def renew(turns: Sequence[TurnContext]) -> dict[Run, HeldLease]:
    """Extend the leases of the turns that still hold them, and return these leases.

    A turn that is missing has lost its lease. One whose lease is not `is_renewed` holds it, but its row is locked:
    this waits for no lock, since a transaction that holds one may wait for another of these threads.
    """
    runs = {turn.run for turn in turns}
    is_held = and_(
        is_any(col(Thread.id), [turn.thread_id for turn in turns]),
        is_any(col(Thread.lease_turn_id), [turn.turn_id for turn in turns]),
    )
    unlocked = select(Thread.id).where(is_held).with_for_update(key_share=True, skip_locked=True)
    extended = (
        update(Thread)
        .where(col(Thread.id).in_(unlocked))
        .values(lease_until=func.clock_timestamp() + LEASE)
        .returning(col(Thread.lease_turn_id))
    )
    held = (
        select(Turn.id, Turn.first_change_id, Thread.stop_requested, Thread.title)
        .join(Turn, col(Turn.id) == col(Thread.lease_turn_id))
        .where(is_held)
    )
    async with system_transaction() as session:
        renewed = set((await session.exec(extended)).scalars())
        rows = (await session.exec(held)).all()
    leases: dict[Run, HeldLease] = {}
    for turn_id, first_change_id, stop_requested, title in rows:
        run = Run(turn_id, first_change_id)
        if run in runs:  # another process may run a turn again
            leases[run] = HeldLease(stop_requested, title, is_renewed=turn_id in renewed)
    return leases


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
    workflows = items_of_type(turn.user_id, turn.thread_id, "workflow").where(ThreadItem.turn_id == turn.id)
    for row in (await session.exec(workflows)).all():
        item = WorkflowItem.model_validate(row.body)
        restore_messages(item, row.body.get("messages", {}))
        if end_running_calls(item.workflow):
            row.body = body_of(item)
            repaired.append(row.id)
    return repaired


async def end_expired(user_id: str, thread_id: str, turn_id: str) -> bool:
    """Release an expired lease and mark its turn as failed; return False if that was done, or if the user is locked."""
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
