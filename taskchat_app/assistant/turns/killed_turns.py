"""Stores the failure of turns whose server was killed; the user's Retry then answers them again (retry.py).

An expired lease (assistant/threads/leases.py) shows that the server of a turn was killed.
"""

import asyncio
import logging
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import col, select

from taskchat_app.assistant.threads import leases
from taskchat_app.assistant.turns.running_turn import running_turn
from taskchat_app.domain.storage.database import DATABASE_AWAY, system_reading
from taskchat_app.domain.storage.models import Thread

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
CONFIRM_SECONDS = 1.0
"""With a lease of 10 s and two looks, a killed server's turn has ended within 13 s, for all its followers."""


class ExpiredLease(NamedTuple):
    """A thread's lease that ran out."""

    user_id: str
    thread_id: str
    turn_id: str | None
    until: datetime | None


async def end_killed_turns() -> None:
    """Poll for expired leases and end their turns, until cancelled.

    A lease must be found expired twice: after an outage of the database, a turn that still runs renews it first.
    A turn that runs in this process is left alone: under load its renewal is late.
    """
    suspected: set[ExpiredLease] = set()
    failed: set[ExpiredLease] = set()
    while True:
        try:
            found = await expired_leases() - failed
            could_end = [await _could_end(expired, failed) for expired in found & suspected]
            suspected = found if all(could_end) else set()
        except DATABASE_AWAY:
            suspected = set()
        await asyncio.sleep(CONFIRM_SECONDS if suspected else POLL_SECONDS)


async def _could_end(expired: ExpiredLease, failed: set[ExpiredLease]) -> bool:
    """End the turn, unless this process runs it or its user is locked; return False if the database is unavailable.

    An error delays no other turn: it is logged, and a turn with an unexpected one is added to `failed`.
    """
    if expired.turn_id is None or running_turn(expired.user_id, expired.turn_id):
        return True
    try:
        if await leases.end_expired(expired.user_id, expired.thread_id, expired.turn_id):
            log.warning("The turn %s lost its server and has failed", expired.turn_id)
    except DATABASE_AWAY as error:
        log.warning("The killed turn %s could not be ended: %s", expired.turn_id, str(error).splitlines()[:1])
        return False
    except Exception as error:
        log.error("The killed turn %s is left as it is: %s", expired.turn_id, type(error).__name__)
        failed.add(expired)
    return True


async def expired_leases() -> set[ExpiredLease]:
    """All leases that nobody renewed in time."""
    query = select(Thread.user_id, Thread.id, Thread.lease_turn_id, Thread.lease_until)
    async with system_reading() as session:
        taken = query.where(col(Thread.lease_turn_id).is_not(None), col(Thread.lease_until) < func.clock_timestamp())
        return {ExpiredLease(*row) for row in (await session.exec(taken)).all()}
