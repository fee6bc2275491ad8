"""The server's VAPID key (RFC 8292), which identifies this installation to the browsers' push services."""

import json
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import jwt
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from taskchat_app.config import settings
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import ServerKey

NAME = "vapid"
VALID_FOR = timedelta(hours=12)
"""At most 24 hours."""


class VapidKey(NamedTuple):
    """Private and public key in PEM, and the public one as browsers take it: the uncompressed point in base64url."""

    private: str
    public: str
    point: str


async def vapid_key() -> VapidKey:
    """Return the key, which all instances share; the first call of an installation makes it. It is never logged."""
    stored = select(ServerKey.value).where(col(ServerKey.name) == NAME)
    async with reading() as session:
        found = (await session.exec(stored)).first()
    if found is None:
        # Here: loading it takes 50 ms, and only the first start of an installation needs it.
        from webpush.vapid import VAPID  # pyright: ignore[reportMissingTypeStubs]  # it has none

        private, public, point = VAPID.generate_keys()
        value = json.dumps((private.decode(), public.decode(), point))
        async with transaction() as session:
            await session.exec(insert(ServerKey).values(name=NAME, value=value).on_conflict_do_nothing())
            found = (await session.exec(stored)).one()
    return VapidKey(*json.loads(found))


async def authorization(endpoint: str) -> str:
    """Return the Authorization header of a message to this endpoint."""
    key, parts = await vapid_key(), urlsplit(endpoint)
    contact = f"https://{urlsplit(settings().origin).netloc}"  # services refuse tokens with a contact in http
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now() + VALID_FOR, "sub": contact}
    return f"vapid t={jwt.encode(claims, key.private, algorithm='ES256')}, k={key.point}"
