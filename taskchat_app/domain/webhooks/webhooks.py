"""Creates, lists and deletes webhooks, and lists their deliveries."""

import base64
import logging
import secrets
import uuid
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.rate_limits import Limit, take_or_refuse
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import Invalid, ListFull, NotFound
from taskchat_app.domain.storage.models import Webhook, WebhookDelivery
from taskchat_app.domain.storage.storable_values import is_storable
from taskchat_app.domain.storage.user_lock import locked_user
from taskchat_app.domain.webhooks.events import EVENTS
from taskchat_app.domain.webhooks.url_check import check_url, parse_target
from taskchat_app.i18n.messages import gettext

log = logging.getLogger(__name__)

WEBHOOKS_MAX = 10
"""Webhooks of one user."""
LISTED_MAX = 100
"""Deliveries in the list."""
DELIVERIES_KEPT_FOR = timedelta(days=30)
CREATIONS = Limit("webhooks_made", 60, timedelta(hours=1))
"""Addresses that a user may try, since each is looked up."""
NO_WEBHOOK = gettext("There is no such webhook. It may have been deleted.")


async def create_webhook(person: Person, url: str, events: Collection[str]) -> Webhook:
    """Create a webhook, whose secret is shown once. Raises Invalid, ListFull or BurstLimit."""
    url = url.strip()
    parse_target(url)
    if not events or not set(events) <= {*EVENTS, "*"}:
        raise Invalid(gettext("Choose events: {events}, or * for all.", events=", ".join(EVENTS)), field="events")
    async with transaction(person.id) as session:
        refusal = gettext("You tried too many webhooks. Try again later.")
        await take_or_refuse(session, CREATIONS, person.id, refusal)
    await check_url(url)
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    chosen = [event for event in EVENTS if event in events or "*" in events]
    async with transaction(person.id) as session:
        user = await locked_user(session, person.id)
        count = select(func.count()).select_from(Webhook).where(Webhook.user_id == person.id)
        if (await session.exec(count)).one() >= WEBHOOKS_MAX:
            raise ListFull(gettext("You have {most} webhooks. Delete one that you do not need.", most=WEBHOOKS_MAX))
        row = Webhook(
            user_id=person.id,
            id=uuid.uuid4().hex,
            url=url,
            events=chosen,
            secret=secret,
            last_change_id=user.last_change_id,
        )
        row.created_at = row.next_at = now()
        session.add(row)
    log.info("Webhook %s was made", row.id)
    return row


async def list_webhooks(user_id: str) -> list[Webhook]:
    """Return the user's webhooks, newest first."""
    own = select(Webhook).where(Webhook.user_id == user_id)
    async with reading(user_id) as session:
        return list((await session.exec(own.order_by(col(Webhook.created_at).desc(), col(Webhook.id)))).all())


async def delete_webhook(user_id: str, webhook_id: str) -> None:
    """Delete the webhook with its deliveries; raise NotFound."""
    own = delete(Webhook).where(col(Webhook.user_id) == user_id, col(Webhook.id) == webhook_id)
    async with transaction(user_id) as session:
        if not is_storable(webhook_id) or (await session.exec(own)).rowcount == 0:
            raise NotFound(NO_WEBHOOK)
    log.info("Webhook %s was deleted", webhook_id)


async def list_deliveries(user_id: str, webhook_id: str) -> list[WebhookDelivery]:
    """Return the newest tries to deliver, newest first; raise NotFound."""
    tries = select(WebhookDelivery).where(WebhookDelivery.user_id == user_id, WebhookDelivery.webhook_id == webhook_id)
    tries = tries.order_by(col(WebhookDelivery.at).desc(), col(WebhookDelivery.id)).limit(LISTED_MAX)
    own = select(Webhook.id).where(Webhook.user_id == user_id, Webhook.id == webhook_id)
    async with reading(user_id) as session:
        if not is_storable(webhook_id) or (await session.exec(own)).first() is None:
            raise NotFound(NO_WEBHOOK)
        return list((await session.exec(tries)).all())


async def skip_history(session: AsyncSession, user_id: str, before: int, after: int) -> None:
    """Let the user's webhooks skip the changes of an imported history, except those with earlier messages to send."""
    ready = update(Webhook).where(col(Webhook.user_id) == user_id, col(Webhook.last_change_id) == before)
    await session.exec(ready.values(last_change_id=after))
