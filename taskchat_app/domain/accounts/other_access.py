"""Ends what reads or changes an account without a login: tokens, calendar feeds, webhooks, devices for reminders."""

from typing import NamedTuple

from sqlalchemy import delete, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import AccessToken, CalendarFeed, PushDevice, Webhook


class EndedAccess(NamedTuple):
    """How many of each were ended."""

    tokens: int
    feeds: int
    webhooks: int
    devices: int


async def end_other_access(session: AsyncSession, user_id: str) -> EndedAccess:
    """Revoke the user's tokens for good, and delete their calendar feeds, webhooks and devices for reminders."""
    valid = (col(AccessToken.user_id) == user_id, col(AccessToken.revoked_at).is_(None))
    tokens = await session.exec(update(AccessToken).where(*valid).values(revoked_at=now()))
    feeds = await session.exec(delete(CalendarFeed).where(col(CalendarFeed.user_id) == user_id))
    webhooks = await session.exec(delete(Webhook).where(col(Webhook.user_id) == user_id))
    devices = await session.exec(delete(PushDevice).where(col(PushDevice.user_id) == user_id))
    return EndedAccess(tokens.rowcount, feeds.rowcount, webhooks.rowcount, devices.rowcount)
