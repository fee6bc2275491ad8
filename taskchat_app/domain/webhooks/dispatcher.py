"""Delivers to all webhooks that have something to deliver, many at once and few of each user."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, or_, select

from taskchat_app.domain.log.announcements import ANY, CHANGES, Subscription, announcements
from taskchat_app.domain.storage.attempts import attempt
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, system_reading
from taskchat_app.domain.storage.models import User, Webhook
from taskchat_app.domain.webhooks.delivery import deliver_pending

log = logging.getLogger(__name__)

AT_ONCE_MAX = 50
AT_ONCE_PER_USER = 3
"""Few, so that one user's slow receivers do not delay those of others."""
POLL_SECONDS = 10.0
"""Maximum interval between two reads of the webhooks, since announcements may be lost."""
PAUSE_SECONDS = 0.5
"""Minimum interval: while users write a lot, one read, which takes some 5 ms, finds the changes of many."""
READ_AT_ONCE = 500


class WaitingWebhook(NamedTuple):
    """A webhook with something to send, from `next_at` on."""

    user_id: str
    webhook_id: str
    next_at: datetime


async def run_dispatcher() -> None:
    """Deliver until cancelled; running deliveries then end, and are sent again later."""
    running: set[tuple[str, str]] = set()
    """The ids of the users and webhooks of running deliveries."""
    with announcements().listen(CHANGES, ANY) as subscription:
        async with asyncio.TaskGroup() as tasks:
            while True:
                subscription.clear()
                try:
                    seconds = _start(await read_webhooks(), running, tasks, subscription)
                except DATABASE_AWAY as error:
                    log.warning("Webhooks wait for the database: %s", str(error).partition("\n")[0])
                    seconds = POLL_SECONDS
                await subscription.wait(seconds)
                await asyncio.sleep(PAUSE_SECONDS)


async def read_webhooks() -> list[WaitingWebhook]:
    """Return the webhooks that are on, behind the log and not leased, the longest waiting first."""
    is_on = col(Webhook.disabled_at).is_(None)
    is_behind = col(Webhook.last_change_id) < User.last_change_id
    is_free = or_(col(Webhook.lease_until).is_(None), col(Webhook.lease_until) < now())
    query = select(Webhook.user_id, Webhook.id, Webhook.next_at).join(User).where(is_behind, is_free, is_on)
    query = query.order_by(col(Webhook.next_at)).limit(READ_AT_ONCE)
    async with system_reading() as session:
        return [WaitingWebhook(*row) for row in (await session.exec(query)).all()]


def _start(
    waiting: Sequence[WaitingWebhook],
    running: set[tuple[str, str]],
    tasks: asyncio.TaskGroup,
    subscription: Subscription,
) -> float:
    """Start the deliveries that are due and have room; return the seconds until the next call.

    The end of a delivery wakes the caller earlier.
    """
    of_users = Counter(user_id for user_id, _ in running)
    at = now()
    for webhook in waiting:
        if webhook.next_at > at:
            return min((webhook.next_at - at).total_seconds(), POLL_SECONDS)
        key = (webhook.user_id, webhook.webhook_id)
        has_room = of_users[webhook.user_id] < AT_ONCE_PER_USER and len(running) < AT_ONCE_MAX
        if key not in running and has_room:
            of_users[webhook.user_id] += 1
            running.add(key)
            tasks.create_task(_deliver(*key, running, subscription), name="webhook")
    return POLL_SECONDS


async def _deliver(user_id: str, webhook_id: str, running: set[tuple[str, str]], subscription: Subscription) -> None:
    try:
        if await attempt(deliver_pending(user_id, webhook_id), f"The webhook {webhook_id}") is False:
            await asyncio.sleep(POLL_SECONDS)  # before it is tried again
    finally:
        running.remove((user_id, webhook_id))
        subscription.wake()
