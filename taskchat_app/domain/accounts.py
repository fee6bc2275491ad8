"""Accounts: people, their logins, and how much they may use."""

import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, delete, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import settings
from taskchat_app.domain import tokens
from taskchat_app.domain.changes import lock_user
from taskchat_app.domain.database import now, reading, transaction
from taskchat_app.domain.errors import BadCredentials, BurstLimit, EmailTaken, Invalid
from taskchat_app.domain.limits import Limit, exhausted, take, used
from taskchat_app.domain.models import Login, User
from taskchat_app.domain.passwords import checked_password, hash_password, is_password
from taskchat_app.domain.tokens import Scope

LOGIN_LASTS = timedelta(days=30)
CHAT_SECRET_LASTS = timedelta(minutes=10)
EMAIL_MAX_CHARACTERS = 254
FAILED_LOGINS = Limit("failed_login", 10, timedelta(minutes=15))
KIND_OF: dict[Scope, str] = {"app": "login", "chat": "chat"}
_Parent = aliased(Login)
_at: BindParameter[datetime] = bindparam("at")
STANDING = (
    select(User.id, User.email, User.timezone, Login.expires_at)
    .join(Login, col(Login.user_id) == User.id)
    .outerjoin(_Parent, col(Login.parent_id) == _Parent.id)
    .where(Login.id == bindparam("login_id"), Login.kind == bindparam("kind"))
    .where(Login.expires_at > _at, col(Login.revoked_at).is_(None))
    .where(or_(col(Login.parent_id).is_(None), and_(col(_Parent.expires_at) > _at, col(_Parent.revoked_at).is_(None))))
)
"""A login that stands, with its person. Built once, since every request asks it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in, through one login or one chat secret."""

    id: str
    email: str
    timezone: str
    login_id: str
    login_expires_at: datetime
    scope: Scope

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class SignedInLogin(NamedTuple):
    """A login just made; the token is shown this once and kept nowhere."""

    person: Person
    token: str
    expires_at: datetime


class Quota(NamedTuple):
    """Messages to the assistant on this UTC day."""

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
    """A new account, signed in. `origin_address` is the client's network address, for the limit.

    Raises Invalid, EmailTaken or BurstLimit.
    """
    user = User(id=uuid.uuid4().hex, email=checked_email(email), password_hash="", timezone=checked_timezone(timezone))
    checked_password(_text(password, "password"))
    await _take_auth_burst(origin_address)
    user.password_hash = await hash_password(password)
    user.created_at = now()
    try:
        async with transaction() as session:
            session.add(user)
            await session.flush()
            return await sign_in(session, user)
    except IntegrityError:
        # The address is the only thing that two accounts can clash over.
        raise EmailTaken("There is already an account with this address. Sign in, or use another address.") from None


async def login(email: str, password: str, *, origin_address: str) -> SignedInLogin:
    """A new login of an account. Raises BadCredentials, BurstLimit, or Invalid for what is no text."""
    address, password = normal_email(_text(email, "email")), _text(password, "password")
    await _take_auth_burst(origin_address)
    async with reading() as session:
        user = (await session.exec(select(User).where(User.email == address))).one_or_none()
    known = await _check_password(address, password, user)
    async with transaction() as session:
        return await sign_in(session, await lock_user(session, known.id))


async def logout(person: Person) -> None:
    """End this login for good, and the chat secrets it made."""
    async with transaction() as session:
        await _revoke(session, person, col(Login.id) == person.login_id)


async def logout_all(person: Person) -> None:
    """End every login of this person, this one too."""
    async with transaction() as session:
        await _revoke(session, person)


async def set_timezone(person: Person, timezone: str) -> Person:
    """The person with another time zone, an IANA name; raises Invalid for an unknown one."""
    name = checked_timezone(timezone)
    async with transaction() as session:
        (await lock_user(session, person.id)).timezone = name
    return replace(person, timezone=name)


async def change_password(person: Person, current: str, new: str) -> None:
    """Set another password and end all other logins. A wrong current one counts as a failed login."""
    checked_password(_text(new, "new password"))
    async with reading() as session:
        user = (await session.exec(select(User).where(User.id == person.id))).one_or_none()
    await _check_password(person.email, _text(current, "current password"), user)
    hashed = await hash_password(new)
    async with transaction() as session:
        (await lock_user(session, person.id)).password_hash = hashed
        await _revoke(session, person, col(Login.id) != person.login_id)


async def delete_account(person: Person) -> None:
    """Delete the person and everything of theirs; a second time changes nothing."""
    async with transaction() as session:
        await session.exec(delete(User).where(col(User.id) == person.id))


async def chat_secret(person: Person) -> tuple[str, datetime]:
    """A token for /api/chatkit alone and when it expires; it also ends with the login that asked for it."""
    expires_at = min(_whole_seconds(now() + CHAT_SECRET_LASTS), person.login_expires_at)
    async with transaction() as session:
        made = await _new_login(session, person.id, "chat", expires_at, parent_id=person.login_id)
    return tokens.sign(person.id, made.id, "chat", expires_at), expires_at


async def person_of(token: str | None, *, scopes: Sequence[Scope] = ("app",)) -> Person | None:
    """Who the token signs in; None when it is forged, expired, revoked or of another scope."""
    if not token:
        return None
    for scope in scopes:
        if claim := tokens.read(token, scope):
            person = await _standing(claim.login_id, scope)
            return person if person is not None and person.id == claim.user_id else None
    return None


async def still_valid(person: Person) -> bool:
    """Whether the login that this person came through still stands."""
    return await _standing(person.login_id, person.scope) is not None


async def quota(person: Person) -> Quota:
    limit = chat_daily_limit()
    async with reading() as session:
        count, resets_at = await used(session, limit, person.id)
    return Quota(limit.count, count, resets_at)


def normal_email(email: str) -> str:
    """The form in which addresses are stored and compared; also for what is no address."""
    return unicodedata.normalize("NFC", email.strip().lower())


def checked_email(email: str) -> str:
    """The address in its normal form; raises Invalid when nobody can have it. Looks nothing up."""
    address = normal_email(_text(email, "email"))
    try:
        if len(address) > EMAIL_MAX_CHARACTERS:
            raise EmailNotValidError
        # Its "test environment" only allows the reserved name .test, which nobody owns and every test suite uses.
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Invalid("The email is not a valid address. Use one like name@example.org.", field="email") from None
    return normal_email(checked.normalized)


def checked_timezone(name: str) -> str:
    """The IANA name; raises Invalid for an unknown one."""
    if name not in _timezones():
        raise Invalid("The timezone is not known. Use an IANA name like Europe/Berlin.", field="timezone")
    return name


@lru_cache(maxsize=1)
def _timezones() -> set[str]:
    return available_timezones()


def _text(value: str, field: str) -> str:
    """The value; raises Invalid for what neither Postgres nor UTF-8 can hold."""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise Invalid(f"The {field} holds a character that is not text. Type it again without.", field=field)
    return value


def _whole_seconds(moment: datetime) -> datetime:
    """The moment as a token can carry it."""
    return moment.replace(microsecond=0)


async def _take_auth_burst(origin_address: str) -> None:
    async with transaction() as session:
        resets_at = await take(session, auth_burst_limit(), origin_address)
    if resets_at is not None:
        raise _too_many(resets_at)


async def _check_password(address: str, password: str, user: User | None) -> User:
    """The user whose password this is. Raises BadCredentials, or BurstLimit once the address failed too often.

    Failures are counted after the check, so that right passwords in parallel never use up the limit; a guess that
    finds the limit used up by others meanwhile learns nothing from its answer.
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
    raise BadCredentials("The email or the password is wrong. Check both and try again.")


def _too_many(resets_at: datetime) -> BurstLimit:
    return BurstLimit("Too many attempts. Wait a little and try again.", resets_at=resets_at)


async def sign_in(session: AsyncSession, user: User) -> SignedInLogin:
    """A new login of somebody who has proved who they are."""
    expires_at = _whole_seconds(now() + LOGIN_LASTS)
    await session.exec(delete(Login).where(col(Login.user_id) == user.id, col(Login.expires_at) <= now()))
    made = await _new_login(session, user.id, "app", expires_at)
    person = Person(user.id, user.email, user.timezone, made.id, expires_at, "app")
    return SignedInLogin(person, tokens.sign(user.id, made.id, "app", expires_at), expires_at)


async def _new_login(
    session: AsyncSession, user_id: str, scope: Scope, expires_at: datetime, parent_id: str | None = None
) -> Login:
    made = Login(
        id=uuid.uuid4().hex,
        user_id=user_id,
        kind=KIND_OF[scope],
        parent_id=parent_id,
        created_at=now(),
        expires_at=expires_at,
    )
    session.add(made)
    await session.flush()
    return made


async def _revoke(session: AsyncSession, person: Person, *which: ColumnElement[bool]) -> None:
    mine = update(Login).where(col(Login.user_id) == person.id, col(Login.revoked_at).is_(None), *which)
    await session.exec(mine.values(revoked_at=now()))


async def _standing(login_id: str, scope: Scope) -> Person | None:
    """The person of a login that is neither expired nor revoked, itself or the login it was made by; one query."""
    asked = {"login_id": login_id, "kind": KIND_OF[scope], "at": now()}
    async with reading() as session:
        row = (await session.exec(STANDING, params=asked)).one_or_none()
    return Person(row[0], row[1], row[2], login_id, row[3], scope) if row else None
