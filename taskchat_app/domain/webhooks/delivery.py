"""Delivers the changes of the log to one webhook, in order, each at least once, and retries failed ones.

The row of the webhook has the last delivered change: nothing is lost when a process is killed. Its lease ends then, and
another instance sends the message again under the same id. url_check.py keeps the requests out of private networks.
"""

import random
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Update, func, or_, update
from sqlmodel import col, select
from standardwebhooks.webhooks import Webhook as Signer

from taskchat_app.domain.accounts.accounts import zone_of
from taskchat_app.domain.limits.rate_limits import Limit, take_or_refuse
from taskchat_app.domain.log.announcements import CHANGES, announce
from taskchat_app.domain.log.changes import PAGE
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Change, Webhook, WebhookDelivery
from taskchat_app.domain.storage.storable_values import is_storable
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.webhooks.checked_request import GONE, SEND_SECONDS, Outcome, post
from taskchat_app.domain.webhooks.events import TEST, event_of, payload_of, payload_of_test
from taskchat_app.domain.webhooks.webhooks import NO_WEBHOOK
from taskchat_app.i18n.messages import gettext

LEASE = timedelta(seconds=3 * SEND_SECONDS)
BACKOFF = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 28_800)
)
"""Pauses before the retries, together 22 hours. It gives up when the last one fails, and switches the webhook off."""
JITTER = 0.1
"""Each pause is longer or shorter by up to this part."""
TURN_SECONDS = 5.0
"""Seconds after which a webhook with more to send lets others go first (dispatcher.py)."""
TESTS = Limit("webhook_tests", 20, timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a webhook; `id` is the same at each try, `change_id` the change that it is about, 0 for a test."""

    id: str
    webhook: Webhook
    event: str
    body: str
    change_id: int = 0
    task_number: int | None = None
    attempt: int = 1


async def deliver_pending(user_id: str, webhook_id: str) -> None:
    """Deliver until nothing is left, a try fails or TURN_SECONDS are over; nothing while another instance delivers."""
    lease_id = uuid.uuid4().hex
    ends_at = time.monotonic() + TURN_SECONDS
    try:
        while message := await _next_message(user_id, webhook_id, lease_id):
            outcome = await send(message.webhook.url, message.webhook.secret, message.id, message.body)
            await _record(message, outcome, lease_id)
            if time.monotonic() > ends_at:
                return
    finally:
        released = {"lease_id": None, "lease_until": None}
        async with transaction(user_id) as session:
            await session.exec(_own(user_id, webhook_id).where(col(Webhook.lease_id) == lease_id).values(released))


async def send_test(user_id: str, webhook_id: str) -> Outcome:
    """Send a message of type "test" once; if it arrives, switch the webhook on again. Raises NotFound, BurstLimit."""
    own = select(Webhook).where(Webhook.user_id == user_id, Webhook.id == webhook_id)
    async with transaction(user_id) as session:
        row = (await session.exec(own)).one_or_none() if is_storable(webhook_id) else None
        if row is None:
            raise NotFound(NO_WEBHOOK)
        await take_or_refuse(session, TESTS, user_id, gettext("These are too many tests. Try again later."))
    message = Message(f"msg_{uuid.uuid4().hex}", row, TEST, payload_of_test())
    outcome = await send(row.url, row.secret, message.id, message.body)
    async with transaction(user_id) as session:
        await lock_user(session, user_id)
        if (await session.exec(own)).first() is None:
            raise NotFound(NO_WEBHOOK)
        session.add(_delivery(message, outcome))
        if outcome.is_delivered:
            again = {"disabled_at": None, "attempts": 0, "next_at": now()}
            await session.exec(_own(user_id, webhook_id).values(again))
            await announce(session, CHANGES, user_id)  # wakes the dispatcher
    return outcome


async def _next_message(user_id: str, webhook_id: str, lease_id: str) -> Message | None:
    """Take or renew the lease and return the next message; skip changes of other events, for good.

    None if there is no message, it is not yet time for the next try, or another instance holds the lease.
    """
    at = now()
    is_free, is_ended = col(Webhook.lease_id).is_(None), col(Webhook.lease_until) < at
    can_lease = or_(is_free, is_ended, col(Webhook.lease_id) == lease_id)
    is_enabled, is_due = col(Webhook.disabled_at).is_(None), col(Webhook.next_at) <= at
    lease = _own(user_id, webhook_id).where(can_lease, is_enabled, is_due)
    lease = lease.values(lease_id=lease_id, lease_until=at + LEASE).returning(Webhook)
    async with transaction(user_id) as session:
        webhook = (await session.exec(lease)).scalar_one_or_none()
        if webhook is None:
            return None
        while True:
            is_next = (Change.user_id == user_id, Change.id > webhook.last_change_id)
            changes = (await session.exec(select(Change).where(*is_next).order_by(col(Change.id)).limit(PAGE))).all()
            for change in changes:
                event = event_of(change)
                if event is not None and event in webhook.events:
                    message_id, attempt = f"msg_{webhook_id}_{change.id}", webhook.attempts + 1
                    body = payload_of(change, event, await zone_of(session, user_id))
                    return Message(message_id, webhook, event, body, change.id, change.task_number, attempt)
                # A skip. The UPDATE's RETURNING made the row an object of the session, which stores it at the end.
                webhook.last_change_id = change.id
            if len(changes) < PAGE:
                return None


async def _record(message: Message, outcome: Outcome, lease_id: str) -> None:
    """Store the try, and what follows: the next change, the next try, or the end after the last one or a 410."""
    values: dict[str, object] = {"attempts": message.attempt}
    if outcome.is_delivered:
        # An import may have set a later change meanwhile, so that its history is not sent.
        delivered = func.greatest(col(Webhook.last_change_id), message.change_id)
        # By `next_at` the webhook comes after those that wait longer (dispatcher.py).
        values = {"attempts": 0, "last_change_id": delivered, "next_at": now()}
    elif outcome.status == GONE or message.attempt > len(BACKOFF):
        values["disabled_at"] = now()
    else:
        pause = BACKOFF[message.attempt - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 -- not a secret
        values["next_at"] = now() + pause
    user_id = message.webhook.user_id
    own = _own(user_id, message.webhook.id).where(col(Webhook.lease_id) == lease_id)
    async with transaction(user_id) as session:
        try:
            await lock_user(session, user_id)  # before the rows that refer to the user
        except NotFound:
            return
        if (await session.exec(own.values(values))).rowcount:
            session.add(_delivery(message, outcome))


def _delivery(message: Message, outcome: Outcome) -> WebhookDelivery:
    row = WebhookDelivery(
        user_id=message.webhook.user_id,
        id=uuid.uuid4().hex,
        webhook_id=message.webhook.id,
        message_id=message.id,
        event=message.event,
        task_number=message.task_number,
        attempt=message.attempt,
        status=outcome.status,
        error=outcome.error,
        milliseconds=outcome.milliseconds,
    )
    row.at = now()
    return row


def _own(user_id: str, webhook_id: str) -> Update:
    return update(Webhook).where(col(Webhook.user_id) == user_id, col(Webhook.id) == webhook_id)


async def send(url: str, secret: str, message_id: str, body: str) -> Outcome:
    """Post one signed message (standardwebhooks.com)."""
    at = now()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(secret).sign(message_id, at, body),
    }
    return await post(url, headers, body.encode())
