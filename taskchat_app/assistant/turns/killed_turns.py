"""Stores the failure of turns whose server was killed; the user's Retry then answers them again (retry.py)."""

import asyncio
import logging
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import col, select

from taskchat_app.assistant.threads import leases
from taskchat_app.assistant.turns.turns import running_turn
from taskchat_app.domain.storage.attempts import attempt
from taskchat_app.domain.storage.database import DATABASE_AWAY, system_reading
from taskchat_app.domain.storage.models import Thread

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
CONFIRM_SECONDS = 1.0
"""With a lease of 10 s and two looks, a killed server's turn has ended within 13 s, for all its followers."""


class ExpiredLease(NamedTuple):
    user_id: str
    thread_id: str
    turn_id: str | None
    until: datetime | None
    """When it expired. So a lease that was renewed since is another one, which must be found twice again."""


async def end_killed_turns() -> None:
    """Poll for expired leases and end their turns, until cancelled.

    A lease must be found expired twice, and twice again if an end failed: after an outage of the database, a turn that
    still runs renews it first. A turn that runs in this process is left alone: under load its renewal is late.
    """
    found_before: set[ExpiredLease] = set()
    while True:
        try:
            found = await expired_leases()
        except DATABASE_AWAY:
            found = set[ExpiredLease]()
        has_ended = [await _has_ended(expired) for expired in found if expired in found_before]
        # One whose turn has ended is not found again, and one of this process is left alone each time.
        found_before = found if all(has_ended) else set()
        await asyncio.sleep(CONFIRM_SECONDS if found_before else POLL_SECONDS)


async def _has_ended(expired: ExpiredLease) -> bool:
    """End the turn, unless this process runs it; return False if that failed, or if its user is locked."""
    turn_id = expired.turn_id
    if turn_id is None or running_turn(expired.user_id, turn_id):
        return True
    end = leases.end_expired(expired.user_id, expired.thread_id, turn_id)
    if has_ended := await attempt(end, f"The killed turn {turn_id}"):
        log.warning("The turn %s lost its server and has failed", turn_id)
    return has_ended


async def expired_leases() -> set[ExpiredLease]:
    """Return all leases that were not renewed in time."""
    query = select(Thread.user_id, Thread.id, Thread.lease_turn_id, Thread.lease_until)
    async with system_reading() as session:
        taken = query.where(col(Thread.lease_turn_id).is_not(None), col(Thread.lease_until) < func.clock_timestamp())
        return {ExpiredLease(*row) for row in (await session.exec(taken)).all()}
