"""Accounts and logins: register, sign in, sign out, change the password, delete."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy
from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, delete, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import settings
from taskchat_app.domain.accounts import tokens
from taskchat_app.domain.accounts.passwords import check_password_length, checked_password, hash_password, is_password
from taskchat_app.domain.accounts.profile_fields import (
    WEEK_STARTS,
    checked_characters,
    checked_email,
    checked_login_email,
    checked_timezone,
)
from taskchat_app.domain.accounts.tokens import Scope
from taskchat_app.domain.dates.local_time import user_zone
from taskchat_app.domain.limits.rate_limits import Limit, exhausted, take, used
from taskchat_app.domain.log.changes import lock_user
from taskchat_app.domain.storage.database import now, reading, system_reading, transaction
from taskchat_app.domain.storage.errors import BadCredentials, BurstLimit, EmailTaken
from taskchat_app.domain.storage.models import Login, User
from taskchat_app.i18n.messages import gettext

LOGIN_LIFETIME = timedelta(days=30)
CHAT_SECRET_LIFETIME = timedelta(minutes=10)
FAILED_LOGINS = Limit("failed_login", 10, timedelta(minutes=15))
KIND_OF: dict[Scope, str] = {"app": "login", "chat": "chat"}
_Parent = aliased(Login)
_at: BindParameter[datetime] = bindparam("at")
ACTIVE_LOGIN = (
    # Not SQLModel's select, whose types end at four columns.
    sqlalchemy.select(
        col(User.email),
        col(User.timezone),
        col(User.language),
        col(User.week_start),
        col(Login.expires_at),
    )
    .join(Login, col(Login.user_id) == User.id)
    .outerjoin(_Parent, col(Login.parent_id) == _Parent.id)
    .where(
        col(User.id) == bindparam("user_id"),
        col(Login.id) == bindparam("login_id"),
        col(Login.kind) == bindparam("kind"),
    )
    .where(col(Login.expires_at) > _at, col(Login.revoked_at).is_(None))
    .where(or_(col(Login.parent_id).is_(None), and_(col(_Parent.expires_at) > _at, col(_Parent.revoked_at).is_(None))))
)
"""Selects an active login with its user. Built once, since every request executes it."""


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in user with the login used. An empty language means the browser's own."""

    id: str
    email: str
    timezone: str
    login_id: str
    login_expires_at: datetime
    scope: Scope
    language: str = ""
    week_start: str = "monday"

    @property
    def zone(self) -> ZoneInfo:
        """The user's time zone, with their first day of the week; used to parse and display dates."""
        return user_zone(self.timezone, WEEK_STARTS[self.week_start])


class SignedInLogin(NamedTuple):
    """A new login with its token; the token is not stored."""

    person: Person
    token: str
    expires_at: datetime


class Quota(NamedTuple):
    """The daily limit of messages, and how many are used, in this UTC day."""

    limit: int
    used: int
    resets_at: datetime


def chat_daily_limit() -> Limit:
    return Limit("chat_day", settings().chat_daily_limit, timedelta(days=1), by_utc_day=True)


def chat_burst_limit() -> Limit:
    rate = settings().chat_burst_limit
    return Limit("chat_burst", rate.count, rate.period)


def auth_burst_limit() -> Limit:
    rate = settings().auth_burst_limit
    return Limit("auth_burst", rate.count, rate.period)


async def register(email: str, password: str, timezone: str, *, origin_address: str) -> SignedInLogin:
    """Create an account and log in. `origin_address` is the client's network, for AUTH_BURST_LIMIT.

    Raises Invalid, EmailTaken or BurstLimit.
    """
    user = User(id=uuid.uuid4().hex, email=checked_email(email), password_hash="", timezone=checked_timezone(timezone))
    checked_password(checked_characters(password, "password"))
    await _take_auth_burst(origin_address)
    user.password_hash = await hash_password(password)
    user.created_at = now()
    try:
        async with transaction(user.id) as session:
            session.add(user)
            await session.flush()
            return await create_login(session, user)
    except IntegrityError:
        # The email is the only unique column besides the random id.
        raise EmailTaken(
            gettext("There is already an account with this address. Sign in, or use another address.")
        ) from None


async def login(email: str, password: str, *, origin_address: str) -> SignedInLogin:
    """Log in with email and password.

    Raises BadCredentials, BurstLimit, or Invalid for an email or password that no account can have.
    """
    address = checked_login_email(email)
    check_password_length(checked_characters(password, "password"))
    await _take_auth_burst(origin_address)
    async with system_reading() as session:  # the user's id is not known yet
        user = (await session.exec(select(User).where(User.email == address))).one_or_none()
    known = await _check_password(address, password, user)
    async with transaction(known.id) as session:
        return await create_login(session, await lock_user(session, known.id))


async def logout(person: Person) -> None:
    """Revoke this login and the chat secrets it created."""
    async with transaction(person.id) as session:
        await _revoke(session, person, col(Login.id) == person.login_id)


async def logout_all(person: Person) -> None:
    """Revoke every login of this user."""
    async with transaction(person.id) as session:
        await _revoke(session, person)


async def change_password(person: Person, current: str, new: str) -> None:
    """Set a new password and revoke all other logins. A wrong current password counts as a failed login."""
    checked_password(checked_characters(new, "new password"))
    async with reading(person.id) as session:
        user = (await session.exec(select(User).where(User.id == person.id))).one_or_none()
    check_password_length(checked_characters(current, "current password"))
    await _check_password(person.email, current, user)
    hashed = await hash_password(new)
    async with transaction(person.id) as session:
        (await lock_user(session, person.id)).password_hash = hashed
        await _revoke(session, person, col(Login.id) != person.login_id)


async def delete_account(person: Person) -> None:
    """Delete the user and all their data; repeating it changes nothing."""
    async with transaction(person.id) as session:
        await session.exec(delete(User).where(col(User.id) == person.id))


async def chat_secret(person: Person) -> tuple[str, datetime]:
    """Return a token for /api/chatkit and its expiry; it is revoked together with its login."""
    expires_at = min(_whole_seconds(now() + CHAT_SECRET_LIFETIME), person.login_expires_at)
    async with transaction(person.id) as session:
        secret = await _new_login(session, person.id, "chat", expires_at, parent_id=person.login_id)
    return tokens.sign(person.id, secret.id, "chat", expires_at), expires_at


async def person_of(token: str | None, *, scopes: Sequence[Scope] = ("app",)) -> Person | None:
    """Return the user of a token; None when it is forged, expired, revoked or of another scope."""
    if not token:
        return None
    for scope in scopes:
        if claim := tokens.read(token, scope):
            return await _active_login(claim.user_id, claim.login_id, scope)
    return None


async def is_login_valid(person: Person) -> bool:
    """Return whether the user's login has neither expired nor been revoked."""
    return await _active_login(person.id, person.login_id, person.scope) is not None


async def quota(person: Person) -> Quota:
    """Return the user's daily limit of messages and how many are used."""
    limit = chat_daily_limit()
    async with reading(person.id) as session:
        count, resets_at = await used(session, limit, person.id)
    return Quota(limit.count, count, resets_at)


def _whole_seconds(moment: datetime) -> datetime:
    """Return the time without microseconds, as a JWT stores it."""
    return moment.replace(microsecond=0)


async def _take_auth_burst(origin_address: str) -> None:
    async with transaction() as session:
        resets_at = await take(session, auth_burst_limit(), origin_address)
    if resets_at is not None:
        raise _too_many(resets_at)


async def _check_password(address: str, password: str, user: User | None) -> User:
    """Return the user if the password is right; raise BadCredentials, or BurstLimit after too many failures.

    Failures are counted after the check, so concurrent logins with the right password never exhaust the limit. If
    other guesses exhaust the limit during the check, the response does not reveal whether this password was right.
    """
    async with reading() as session:
        resets_at = await exhausted(session, FAILED_LOGINS, address)
    if resets_at is None:
        right = await is_password(password, user.password_hash if user else None)
        async with transaction() as session:
            resets_at = await (exhausted if right else take)(session, FAILED_LOGINS, address)
        if resets_at is None and right and user is not None:
            return user
    if resets_at is not None:
        raise _too_many(resets_at)
    raise BadCredentials(gettext("The email or the password is wrong. Check both and try again."))


def _too_many(resets_at: datetime) -> BurstLimit:
    return BurstLimit(gettext("Too many attempts. Wait a little and try again."), resets_at=resets_at)


async def create_login(session: AsyncSession, user: User) -> SignedInLogin:
    """Create a login for an authenticated user and delete their expired logins."""
    expires_at = _whole_seconds(now() + LOGIN_LIFETIME)
    await session.exec(delete(Login).where(col(Login.user_id) == user.id, col(Login.expires_at) <= now()))
    row = await _new_login(session, user.id, "app", expires_at)
    person = Person(user.id, user.email, user.timezone, row.id, expires_at, "app", user.language, user.week_start)
    return SignedInLogin(person, tokens.sign(user.id, row.id, "app", expires_at), expires_at)


async def _new_login(
    session: AsyncSession, user_id: str, scope: Scope, expires_at: datetime, parent_id: str | None = None
) -> Login:
    row = Login(
        id=uuid.uuid4().hex,
        user_id=user_id,
        kind=KIND_OF[scope],
        parent_id=parent_id,
        created_at=now(),
        expires_at=expires_at,
    )
    session.add(row)
    await session.flush()
    return row


async def _revoke(session: AsyncSession, person: Person, *conditions: ColumnElement[bool]) -> None:
    logins = update(Login).where(col(Login.user_id) == person.id, col(Login.revoked_at).is_(None), *conditions)
    await session.exec(logins.values(revoked_at=now()))


async def _active_login(user_id: str, login_id: str, scope: Scope) -> Person | None:
    """Return the user of the login, or None if it or its parent is expired or revoked; one query."""
    parameters = {"user_id": user_id, "login_id": login_id, "kind": KIND_OF[scope], "at": now()}
    async with reading(user_id) as session:
        row = (await (await session.connection()).execute(ACTIVE_LOGIN, parameters)).one_or_none()
    if row is None:
        return None
    email, timezone, language, week_start, expires_at = row
    return Person(user_id, email, timezone, login_id, expires_at, scope, language, week_start)
