"""Ends proposals that nobody decided in time: their cards lose the buttons, in every tab (deletion_proposals.py)."""

import asyncio
import logging
from collections.abc import Collection, Sequence

from sqlalchemy import ARRAY, Text, all_, cast
from sqlmodel import col, select

from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools import deletion_proposals
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, system_reading, transaction
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Proposal
from taskchat_app.domain.storage.user_lock import try_lock_user

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
AT_ONCE = 100
"""Proposals read by one query; after an outage, the others follow with the next one."""


async def end_expired_proposals() -> None:
    """End expired proposals until cancelled. One whose user is locked is tried again with the next poll.

    One that the database refused is tried again once no other one is left, one with another error not at all.
    """
    refused, failed = set[str](), set[str]()
    while True:
        try:
            found = await expired_proposals(besides=refused | failed)
            for proposal in found:
                await _end(proposal, refused, failed)
            if not found:
                refused.clear()
        except DATABASE_AWAY as error:
            log.warning("Expired proposals wait for the database: %s", str(error).splitlines()[:1])
        await asyncio.sleep(POLL_SECONDS)


async def _end(expired: Proposal, refused: set[str], failed: set[str]) -> None:
    """End the proposal; log an error, which must keep no other one open, and add its id to one of the sets."""
    try:
        await end_expired(expired)
    except DATABASE_AWAY as error:
        log.warning("The expired proposal %s waits: %s", expired.id, str(error).splitlines()[:1])
        refused.add(expired.id)
    except Exception as error:
        log.error("The expired proposal %s is left as it is: %s", expired.id, type(error).__name__)
        failed.add(expired.id)


async def expired_proposals(besides: Collection[str] = ()) -> Sequence[Proposal]:
    """Return AT_ONCE undecided proposals of all users whose time is over, the oldest first, without those `besides`."""
    is_other = col(Proposal.id) != all_(cast(list(besides), ARRAY(Text)))
    open_ones = select(Proposal).where(col(Proposal.decision).is_(None), col(Proposal.expires_at) <= now(), is_other)
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
        await store.store_items(session, by, await deletion_proposals.card_of(session, proposal))
