"""Ends proposals that nobody decided in time: their cards lose the buttons, in every tab (deletion_proposals.py)."""

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy import tuple_
from sqlmodel import col, select

from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools import deletion_proposals
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.attempts import attempt
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, system_reading, transaction
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Proposal
from taskchat_app.domain.storage.user_lock import try_lock_user

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
AT_ONCE = 100
"""Proposals read by one query, so that after a long outage not all expired ones are read by one."""


async def end_expired_proposals() -> None:
    """End expired proposals until cancelled. One that could not be ended is tried again with the next poll."""
    while True:
        try:
            last = None  # goes on behind those that could not be ended: they would be read forever
            while found := await expired_proposals(last):
                for proposal in found:
                    await attempt(end_expired(proposal), f"The expired proposal {proposal.id}")
                last = found[-1]
        except DATABASE_AWAY as error:
            log.warning("Expired proposals wait for the database: %s", str(error).partition("\n")[0])
        await asyncio.sleep(POLL_SECONDS)


async def expired_proposals(after: Proposal | None = None) -> Sequence[Proposal]:
    """Return the next AT_ONCE undecided proposals of all users whose time is over, the oldest first."""
    order = (col(Proposal.expires_at), col(Proposal.id))
    query = select(Proposal).where(col(Proposal.decision).is_(None), col(Proposal.expires_at) <= now())
    if after is not None:
        query = query.where(tuple_(*order) > (after.expires_at, after.id))
    async with system_reading() as session:
        return (await session.exec(query.order_by(*order).limit(AT_ONCE))).all()


async def end_expired(expired: Proposal) -> None:
    """End the proposal and store its card as it is now, unless it was decided or deleted, or its user is locked."""
    by = Cause(expired.user_id, "person", expired.thread_id, expired.turn_id)
    async with transaction(expired.user_id) as session:
        if not await try_lock_user(session, expired.user_id):
            return
        try:
            proposal = await deletion_proposals.access_proposal(session, expired.user_id, expired.thread_id, expired.id)
        except NotFound:  # deleted with its conversation
            return
        if proposal.decision is not None:
            return
        # Its time is over, so that this stores "expired", whatever `confirm` is.
        await deletion_proposals.decide(session, by, proposal, confirm=False)
        await store.store_items(session, by, await deletion_proposals.card_of(session, proposal))
