"""Idempotency keys: the same key with the same request gets the stored response for a day.

The API uses it for requests (api/core/idempotency.py), a turn for messages (assistant/turns/admission.py).

A key is looked up under the lock on the user's row, before any other check, and stored in the transaction of the
change itself: of two equal concurrent requests only one has an effect, and a refused request stores no key.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.limits.rate_limits import take_writes
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import BadRequest, KeyReused
from taskchat_app.domain.storage.models import IdempotencyKey
from taskchat_app.i18n.messages import gettext

KEPT_FOR = timedelta(days=1)
KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A client's key and the fingerprint of its request."""

    key: str
    fingerprint: str


def request_key(key: str, *parts: bytes) -> RequestKey:
    """Return the key with the fingerprint of the request's parts (method, path, body).

    Raises BadRequest unless the key has 1-255 visible ASCII characters.
    """
    if KEY.fullmatch(key) is None:
        raise BadRequest(gettext("Idempotency-Key holds 1 to 255 visible ASCII characters. Send another one."))
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return RequestKey(key, digest.hexdigest())


async def stored_response(session: AsyncSession, user_id: str, request: RequestKey) -> IdempotencyKey | None:
    """Return the stored response to this request, or None; the caller must hold the user's lock.

    Raises KeyReused if the key was used for another request.
    """
    stored = await session.get(IdempotencyKey, (user_id, request.key))
    if stored is None or stored.created_at < now() - KEPT_FOR:
        return None
    if stored.fingerprint != request.fingerprint:
        sentence = gettext("This Idempotency-Key was used for another request. Send a new key with a new request.")
        raise KeyReused(sentence)
    return stored


async def store_response(
    session: AsyncSession,
    user_id: str,
    request: RequestKey,
    *,
    status: int | None = None,
    body: Any = None,
    turn_id: str | None = None,
) -> None:
    """Store the response, or the id of the turn that answers, in the transaction of the change. Raises WriteLimit."""
    if turn_id is None:
        await take_writes(session, user_id)
    row = IdempotencyKey(user_id=user_id, key=request.key, fingerprint=request.fingerprint, created_at=now())
    row.turn_id, row.status, row.body = turn_id, status, body
    await session.merge(row)
