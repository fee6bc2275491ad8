"""Secrets for the chat of embedding pages: tokens of ten minutes that belong to a login."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person, new_login
from taskchat_app.domain.accounts.idempotency_keys import RequestKey, store_response, stored_response
from taskchat_app.domain.limits.rate_limits import Limit, take_or_refuse
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.user_lock import in_queue, lock_user
from taskchat_app.i18n.messages import gettext

CHAT_SECRET_LIFETIME = timedelta(minutes=10)
SECRETS = Limit("chat_secrets", 600, timedelta(minutes=1))
"""Secrets of one user: each is a row until an hour after its end."""


async def chat_secret(person: Person, key: RequestKey | None = None) -> tuple[str, datetime]:
    """Return a token for /api/chatkit and its expiry; it is revoked together with its login.

    The same request with the same key gets the same token, signed again: tokens are not stored. Raises KeyReused or
    WriteLimit, BurstLimit beyond SECRETS.
    """
    if key is None:
        async with transaction(person.id) as session:
            return _signed(person, await _new_chat_login(session, person))
    async with in_queue(person.id), transaction(person.id) as session:
        await lock_user(session, person.id)
        kept = await stored_response(session, person.id, key)
        if kept is not None:
            return _signed(person, kept.body or {})
        made = await _new_chat_login(session, person)
        await store_response(session, person.id, key, body=made)
    return _signed(person, made)


async def _new_chat_login(session: AsyncSession, person: Person) -> dict[str, Any]:
    """Store a login for the chat; return its id and times, in Unix seconds."""
    refusal = gettext("You asked for too many chat secrets. Try again in a minute.")
    await take_or_refuse(session, SECRETS, person.id, refusal)
    expires_at = min((now() + CHAT_SECRET_LIFETIME).replace(microsecond=0), person.login_expires_at)
    row = await new_login(session, person.id, "chat", expires_at, parent_id=person.login_id)
    return {"id": row.id, "issued_at": int(row.created_at.timestamp()), "expires_at": int(expires_at.timestamp())}


def _signed(person: Person, login: dict[str, Any]) -> tuple[str, datetime]:
    issued_at = datetime.fromtimestamp(login["issued_at"], UTC)
    expires_at = datetime.fromtimestamp(login["expires_at"], UTC)
    return accounts.sign_token(person.id, login["id"], "chat", expires_at, issued_at=issued_at), expires_at
