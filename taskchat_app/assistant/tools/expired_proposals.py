"""Ends proposals that nobody decided in time: their cards lose the buttons, in every tab (deletion_proposals.py)."""

import asyncio
import logging
from collections.abc import Sequence

from sqlmodel import col, select

from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools import deletion_proposals
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, system_reading, transaction
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Proposal
from taskchat_app.domain.storage.user_lock import try_lock_user

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
AT_ONCE = 100
"""Proposals read by one query; after an outage, the others follow with the next one."""


async def end_expired_proposals() -> None:
    """End expired proposals until cancelled. One whose user is locked is tried again with the next poll."""
    failed: set[str] = set()
    while True:
        try:
            for proposal in await expired_proposals():
                if proposal.id not in failed and not await _has_ended(proposal):
                    failed.add(proposal.id)
        except DATABASE_AWAY as error:
            log.warning("Expired proposals wait for the database: %s", str(error).splitlines()[:1])
        await asyncio.sleep(POLL_SECONDS)


async def _has_ended(expired: Proposal) -> bool:
    """End the proposal; return False after an error, which is logged and must keep no other one open."""
    try:
        await end_expired(expired)
    except DATABASE_AWAY as error:
        log.warning("The expired proposal %s waits: %s", expired.id, str(error).splitlines()[:1])
    except Exception:
        log.exception("The expired proposal %s could not be ended, and is left as it is", expired.id)
        return False
    return True


async def expired_proposals() -> Sequence[Proposal]:
    """Return AT_ONCE undecided proposals of all users whose time is over, the oldest first."""
    open_ones = select(Proposal).where(col(Proposal.decision).is_(None), col(Proposal.expires_at) <= now())
    async with system_reading() as session:
        return (await session.exec(open_ones.order_by(col(Proposal.expires_at)).limit(AT_ONCE))).all()


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
        await deletion_proposals.decide(session, by, proposal, confirm=False)
        await store.put_item(
            session, by.user_id, await deletion_proposals.card_of(session, proposal), turn_id=by.turn_id
        )
        await record(session, by, [Entry("message", "stored", item_id=proposal.item_id)])
