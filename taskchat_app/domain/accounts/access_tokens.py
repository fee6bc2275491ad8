"""Personal access tokens: programs use the HTTP API and MCP with them, as their user, within their scopes.

A token is `tc_<user id>_<secret>`. Only its SHA-256 is stored: the secret has 256 random bits, so a slow hash would
protect nothing more.
"""

import hashlib
import re
import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, func, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.rate_limits import Limit, take_or_refuse
from taskchat_app.domain.log.changes import Token
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import Invalid, ListFull, NotFound
from taskchat_app.domain.storage.models import AccessToken, Change, User
from taskchat_app.domain.storage.storable_values import checked_text, is_storable
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.i18n.messages import gettext

TokenScope = Literal["read", "write", "chat"]
"""`read` reads tasks, conversations and activity; `write` changes tasks; `chat` talks to the assistant."""

SCOPES: tuple[TokenScope, ...] = get_args(TokenScope)
PREFIX = "tc_"
FORM = re.compile(rf"{PREFIX}([0-9a-f]{{32}})_[A-Za-z0-9_-]{{43}}")
NAME_MAX_CHARACTERS = 60
VALID_MAX = 50
"""Valid tokens of one user."""
MADE_PER_DAY = Limit("access_tokens", 100, timedelta(days=1))
"""Bounds the revoked tokens that are kept, too."""
KEPT_FOR = timedelta(days=30)
"""How long a token is listed, and can be rolled back, after its end."""
EXPIRES_WITHIN = timedelta(days=3660)
USE_RECORDED_EVERY = timedelta(minutes=1)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as its user sees it, with the number of task changes made with it; without the secret."""

    id: str
    name: str
    scopes: Sequence[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    changes: int


class NewToken(NamedTuple):
    """The id of a new token and the token itself, which is not stored."""

    id: str
    token: str


class TokenUse(NamedTuple):
    """The user of a valid token, and what it may do."""

    person: Person
    scopes: Sequence[str]


async def create_token(
    person: Person, name: str, scopes: Collection[str], expires_at: datetime | None = None
) -> NewToken:
    """Create a token; `expires_at` is aware, None means never.

    Raises Invalid for a wrong name, scope or expiry, ListFull beyond VALID_MAX, BurstLimit beyond MADE_PER_DAY.
    """
    name = " ".join(checked_text(name, "name").split())
    if not 1 <= len(name) <= NAME_MAX_CHARACTERS:
        sentence = gettext("A token's name has 1 to {most} characters. Give it another one.", most=NAME_MAX_CHARACTERS)
        raise Invalid(sentence, field="name")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid(gettext("Choose what the token may do: {scopes}.", scopes=", ".join(SCOPES)), field="scopes")
    if expires_at is not None and not now() < expires_at < now() + EXPIRES_WITHIN:
        raise Invalid(gettext("Choose an end in the next ten years, or none."), field="expires_at")
    token = f"{PREFIX}{person.id}_{secrets.token_urlsafe(32)}"
    in_order = [scope for scope in SCOPES if scope in scopes]
    row = AccessToken(user_id=person.id, id=uuid.uuid4().hex, name=name, scopes=in_order, hash=_hash(token))
    row.created_at, row.expires_at = now(), expires_at
    async with transaction(person.id) as session:
        await lock_user(session, person.id)
        valid = select(func.count()).select_from(AccessToken).where(AccessToken.user_id == person.id, _is_valid())
        if (await session.exec(valid)).one() >= VALID_MAX:
            raise ListFull(gettext("You have {most} tokens. Revoke one that you do not need.", most=VALID_MAX))
        refusal = gettext("You made too many tokens today. Try again tomorrow.")
        await take_or_refuse(session, MADE_PER_DAY, person.id, refusal)
        session.add(row)
    return NewToken(row.id, token)


async def list_tokens(user_id: str) -> list[TokenView]:
    """Return the user's tokens, newest first; those that ended stay for KEPT_FOR."""
    ends = func.least(AccessToken.revoked_at, AccessToken.expires_at)  # ignores nulls
    kept = select(AccessToken).where(AccessToken.user_id == user_id, or_(ends.is_(None), ends > now() - KEPT_FOR))
    of_tasks = (col(Change.user_id) == user_id) & col(Change.token_id).is_not(None) & (col(Change.kind) == "task")
    changes = select(Change.token_id, func.count()).where(of_tasks).group_by(col(Change.token_id))
    async with reading(user_id) as session:
        rows = (await session.exec(kept.order_by(col(AccessToken.created_at).desc(), col(AccessToken.id)))).all()
        counts = dict((await session.exec(changes)).all())
    columns = [field.name for field in fields(TokenView) if field.name != "changes"]
    return [TokenView(**{name: getattr(row, name) for name in columns}, changes=counts.get(row.id, 0)) for row in rows]


async def revoke_token(session: AsyncSession, user_id: str, token_id: str) -> None:
    """End the token for good; no effect on a revoked one. Raises NotFound."""
    own = update(AccessToken).where(col(AccessToken.user_id) == user_id, col(AccessToken.id) == token_id)
    ended = own.values(revoked_at=func.coalesce(AccessToken.revoked_at, now()))
    if not is_storable(token_id) or (await session.exec(ended)).rowcount == 0:
        raise NotFound(gettext("There is no such token. It may have been revoked long ago."))


async def user_of_token(token: str) -> TokenUse | None:
    """Return the token's user and scopes, None for an invalid token; store when it is used, once a minute at most."""
    form = FORM.fullmatch(token)
    if form is None:
        return None
    user_id = form[1]
    async with reading(user_id) as session:
        found = select(AccessToken, User).join(User).where(AccessToken.user_id == user_id, _is_valid())
        pair = (await session.exec(found.where(AccessToken.hash == _hash(token)))).one_or_none()
    if pair is None:
        return None
    row, user = pair
    if row.last_used_at is None or row.last_used_at < now() - USE_RECORDED_EVERY:
        async with transaction(user_id) as session:
            own = update(AccessToken).where(col(AccessToken.user_id) == user_id, col(AccessToken.id) == row.id)
            await session.exec(own.values(last_used_at=now()))
    expires_at, used = row.expires_at or NEVER, Token(row.id, row.name)
    return TokenUse(accounts.person_of_user(user, row.id, expires_at, "token", used), row.scopes)


async def is_valid(person: Person) -> bool:
    """Return whether the login or the token that the user came with is neither expired nor revoked."""
    if person.token is None:
        return await accounts.is_login_valid(person)
    own = select(AccessToken.id).where(AccessToken.user_id == person.id, AccessToken.id == person.token.id)
    async with reading(person.id) as session:
        return (await session.exec(own.where(_is_valid()))).first() is not None


def _is_valid() -> ColumnElement[bool]:
    is_unexpired = or_(col(AccessToken.expires_at).is_(None), col(AccessToken.expires_at) > now())
    return col(AccessToken.revoked_at).is_(None) & is_unexpired


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
