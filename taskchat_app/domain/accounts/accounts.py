"""Accounts and logins: register, sign in, sign out, change the password, delete the account."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import settings
from taskchat_app.domain.accounts import profile_fields, sign_in_limits, tokens
from taskchat_app.domain.accounts.other_access import end_other_access
from taskchat_app.domain.accounts.passwords import PASSWORD_MAX_CHARACTERS, check_new_password, hash_password
from taskchat_app.domain.accounts.tokens import Scope
from taskchat_app.domain.log.changes import Actor, Cause, Token
from taskchat_app.domain.storage.database import (
    now,
    read_at_once,
    reading,
    system_reading,
    system_transaction,
    transaction,
)
from taskchat_app.domain.storage.errors import EmailTaken, Invalid, RegistrationClosed
from taskchat_app.domain.storage.models import Login, PushDevice, User
from taskchat_app.domain.storage.storable_values import check_length, checked_text
from taskchat_app.i18n.date_style import DateStyle
from taskchat_app.i18n.messages import gettext

LOGIN_LIFETIME = timedelta(days=30)
"""A login ends so long after the sign-in; nothing extends it."""
LOGINS_MAX = 500
"""Logins of one user: each is a row for 30 days."""
PASSWORD_FRESH_FOR = timedelta(minutes=10)
"""After signing in, the account can be deleted without entering the password again."""
CONFIRMED_FIELD = "current password"
"""The field that an error of confirm_password names."""
SETTINGS = ("timezone", "language", "week_start", "clock", "date_order", "due_meanings")
"""Columns of a user that are fields of Person."""
REGISTRATION_LOCK = 0x7461736B
"""Key of the advisory lock that makes the check for the first account exact."""
CLOSED = gettext("New accounts are made by the owner of this server. Ask them for a link to set your password.")
KIND_OF: dict[Scope, str] = {"app": "login", "chat": "chat", "password": "password"}
ACTIVE_LOGIN = """
    SELECT users.email, users.timezone, users.language, users.week_start, users.clock,
        users.date_order, users.due_meanings, users.created_at AS registered_at, logins.id AS login_id,
        logins.expires_at AS login_expires_at, parents.id AS parent_id, parents.expires_at AS parent_expires_at
    FROM users JOIN logins ON logins.user_id = users.id LEFT JOIN logins AS parents ON parents.id = logins.parent_id
    WHERE users.id = {user_id} AND logins.id = {login_id} AND logins.kind = {kind}
        AND logins.expires_at > {at} AND logins.revoked_at IS NULL
        AND (logins.parent_id IS NULL OR (parents.expires_at > {at} AND parents.revoked_at IS NULL))
"""
"""Selects the fields of Person by an active login; in SQL, and in one round trip, since every request executes it."""
ACTIVE_PARENT = """
    SELECT id FROM logins WHERE id = {parent_id} AND user_id = {user_id} AND expires_at > {at} AND revoked_at IS NULL
        AND NOT EXISTS (SELECT FROM logins WHERE id = {secret_id} AND revoked_at IS NOT NULL)
"""
"""Selects the login that made a chat secret, if it is active and the secret, which may be gone, was not revoked."""


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in user with the login, or the access token, used. An empty language means the browser's own."""

    id: str
    email: str
    timezone: str
    login_id: str
    login_expires_at: datetime
    scope: Scope
    language: str = ""
    week_start: str = "monday"
    clock: str = ""
    """ "12" or "24" hours; empty until the browser or the user has set it."""
    date_order: str = ""
    """ "day" or "month" first; empty as `clock`."""
    due_meanings: str = ""
    """Meanings of words in dates that the user prefers to their rivals, with blanks between (dates/readings.py)."""
    token: Token | None = None
    parent_id: str | None = None
    """The login that made this chat secret."""
    parent_expires_at: datetime | None = None
    registered_at: datetime = field(kw_only=True)

    @property
    def streams_until(self) -> datetime:
        """The end of this login's streams. Those of a chat secret outlive it: nothing renews it during an answer."""
        return self.parent_expires_at or self.login_expires_at

    def speaking(self, language: str) -> "Person":
        """Return this user, who speaks this language if none is set: that of the request or the browser."""
        return self if self.language else replace(self, language=language)

    def cause(self, actor: Actor, thread_id: str | None = None, turn_id: str | None = None) -> Cause:
        """Return this user, with the token used, as the cause of a change."""
        return Cause(self.id, actor, thread_id, turn_id, self.token)

    @property
    def zone(self) -> ZoneInfo:
        """The user's time zone, with how they count weeks and read dates; used to parse and show dates."""
        return profile_fields.zone_of_settings(self.timezone, self.week_start, self.date_order, self.due_meanings)

    @property
    def date_style(self) -> DateStyle:
        return DateStyle.of_settings(self.clock, self.date_order)


class SignedInLogin(NamedTuple):
    """A new login with its token; the token is not stored."""

    person: Person
    token: str
    expires_at: datetime


async def register(
    email: str, password: str, timezone: str, *, network: str, accept_language: str = ""
) -> SignedInLogin:
    """Create an account and log in. `network` is the client's, for the limits; the header gives clock and date order.

    Raises Invalid, EmailTaken, BurstLimit, or RegistrationClosed if REGISTRATION is closed and there is an account.
    """
    user = User(id=uuid.uuid4().hex, email=profile_fields.checked_email(email), password_hash="")
    user.timezone = profile_fields.checked_timezone(timezone)
    for name, value in profile_fields.preferences_of(accept_language, user.timezone).items():
        setattr(user, name, value)
    check_new_password(checked_text(password, "password"))
    # An attempt counts even if the address is taken: the answer tells that it has an account.
    await sign_in_limits.take_attempt(network, sign_in_limits.auth_burst_limit(), sign_in_limits.register_limit())
    user.password_hash = await hash_password(password)
    user.created_at = now()
    is_closed = settings().registration == "closed"  # to all but the first account
    async with system_transaction() if is_closed else transaction(user.id) as session:
        if is_closed:
            await session.exec(select(func.pg_advisory_xact_lock(REGISTRATION_LOCK)))
            if await _has_accounts(session):
                raise RegistrationClosed(CLOSED)
        await add_user(session, user)
        await sign_in_limits.take_registration(session)
        await sign_in_limits.remember_network(session, user.id, network)
        return await create_login(session, user)


async def add_user(session: AsyncSession, user: User) -> None:
    """Store a new user; raise EmailTaken if the address has an account."""
    user.counted_at = user.created_at  # nothing is stored yet
    try:
        session.add(user)
        await session.flush()
    except IntegrityError:
        # The email is the only unique column besides the random id.
        sentence = gettext("There is already an account with this address. Sign in, or use another address.")
        raise EmailTaken(sentence) from None


async def has_accounts() -> bool:
    async with system_transaction() as session:
        return await _has_accounts(session)


async def _has_accounts(session: AsyncSession) -> bool:
    return (await session.exec(select(User.id).limit(1))).first() is not None


async def login(email: str, password: str, *, network: str) -> SignedInLogin:
    """Log in with email and password. Raises BadCredentials, BurstLimit, or Invalid for values no account can have."""
    address = profile_fields.checked_login_email(email)
    check_length(checked_text(password, "password"), "password", PASSWORD_MAX_CHARACTERS)
    await sign_in_limits.take_attempt(network, sign_in_limits.auth_burst_limit())
    async with system_reading() as session:  # the user's id is not known yet
        user = (await session.exec(select(User).where(User.email == address))).one_or_none()
    known = await sign_in_limits.check_login_password(address, password, user, network)
    async with transaction(known.id) as session:
        locked = await sign_in_limits.lock_checked_user(session, known)
        await sign_in_limits.remember_network(session, known.id, network)
        return await create_login(session, locked)


async def logout(person: Person) -> None:
    """Revoke this login and the chat secrets it created."""
    async with transaction(person.id) as session:
        await revoke_logins(session, person.id, only=person.login_id)


async def logout_all(person: Person, *, with_other_access: bool = False) -> None:
    """Revoke every login of this user, and end_other_access if asked to."""
    async with transaction(person.id) as session:
        await revoke_logins(session, person.id)
        if with_other_access:
            await end_other_access(session, person.id)


async def confirm_password(person: Person, password: str) -> User:
    """Return the user if the password entered again is right; raise BadCredentials, BurstLimit or Invalid.

    The caller passes the user to lock_checked_user: the password may be changed before the caller's write.
    """
    check_length(checked_text(password, CONFIRMED_FIELD), CONFIRMED_FIELD, PASSWORD_MAX_CHARACTERS)
    async with reading(person.id) as session:
        user = (await session.exec(select(User).where(User.id == person.id))).one_or_none()
    return await sign_in_limits.check_password_again(person.id, password, user)


async def change_password(person: Person, current: str, new: str, *, with_other_access: bool = False) -> None:
    """Set a new password, revoke all other logins, and end_other_access if asked to; see confirm_password."""
    check_new_password(checked_text(new, "new password"))
    checked = await confirm_password(person, current)
    hashed = await hash_password(new)
    async with transaction(person.id) as session:
        (await sign_in_limits.lock_checked_user(session, checked)).password_hash = hashed
        await revoke_logins(session, person.id, but=person.login_id)
        if with_other_access:
            await end_other_access(session, person.id)


async def delete_account(person: Person, password: str | None) -> None:
    """Delete the user and all their data. See confirm_password for the password.

    Raises Invalid without a password if the user signed in more than PASSWORD_FRESH_FOR ago.
    """
    checked = None if password is None else await confirm_password(person, password)
    signed_in_at = person.login_expires_at - LOGIN_LIFETIME
    if checked is None and signed_in_at < now() - PASSWORD_FRESH_FOR:
        raise Invalid(gettext("Deleting the account needs its password. Send it along."), field="password")
    async with transaction(person.id) as session:
        if checked is not None:
            await sign_in_limits.lock_checked_user(session, checked)
        await session.exec(delete(User).where(col(User.id) == person.id))


async def person_of(token: str | None, *, scopes: Sequence[Scope] = ("app",)) -> Person | None:
    """Return the user of a token; None when it is forged, expired, revoked or of another scope."""
    if not token:
        return None
    for scope in scopes:
        if claim := tokens.read(token, scope):
            return await _active_login(claim.user_id, claim.login_id, scope)
    return None


async def is_login_valid(person: Person) -> bool:
    """Return whether the user's login has neither expired nor been revoked.

    A chat secret that was valid lasts, beyond its own expiry, until it or its login is revoked or its login expires.
    """
    if person.parent_id is None:
        return await _active_login(person.id, person.login_id, person.scope) is not None
    ids = {"secret_id": person.login_id, "parent_id": person.parent_id}
    return bool(await read_at_once(person.id, ACTIVE_PARENT, **ids, at=now()))


async def create_login(session: AsyncSession, user: User) -> SignedInLogin:
    """Create a login for an authenticated user; delete their expired logins, and the oldest beyond LOGINS_MAX."""
    expires_at = (now() + LOGIN_LIFETIME).replace(microsecond=0)  # as a JWT stores it
    own = select(Login.id).where(Login.user_id == user.id, Login.kind == KIND_OF["app"])
    surplus = own.order_by(col(Login.created_at).desc()).offset(LOGINS_MAX - 1)  # one place is for the new login
    is_old = or_(col(Login.expires_at) <= now(), col(Login.id).in_(surplus))
    await session.exec(delete(Login).where(col(Login.user_id) == user.id, is_old))
    row = await new_login(session, user.id, "app", expires_at)
    person = person_of_user(user, row.id, expires_at, "app")
    return SignedInLogin(person, tokens.sign(user.id, row.id, "app", expires_at), expires_at)


def person_of_user(user: User, login_id: str, expires_at: datetime, scope: Scope, token: Token | None = None) -> Person:
    own = {name: getattr(user, name) for name in SETTINGS}
    login = {"login_id": login_id, "login_expires_at": expires_at, "scope": scope, "token": token}
    return Person(user.id, user.email, registered_at=user.created_at, **login, **own)


async def new_login(
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


async def revoke_logins(session: AsyncSession, user_id: str, *, only: str = "", but: str = "") -> None:
    """Revoke the user's logins and unused links to set a password: all, `only` one or all `but` one.

    Deletes the browsers that subscribed to reminders with these logins. Topics of ntfy have no login, and stay.
    """
    logins = update(Login).where(col(Login.user_id) == user_id, col(Login.revoked_at).is_(None))
    browsers = delete(PushDevice).where(col(PushDevice.user_id) == user_id, col(PushDevice.login_id).is_not(None))
    if only:
        logins, browsers = logins.where(col(Login.id) == only), browsers.where(col(PushDevice.login_id) == only)
    if but:
        logins, browsers = logins.where(col(Login.id) != but), browsers.where(col(PushDevice.login_id) != but)
    await session.exec(logins.values(revoked_at=now()))
    await session.exec(browsers)


async def _active_login(user_id: str, login_id: str, scope: Scope) -> Person | None:
    """Return the user of the login, or None if it or its parent is expired or revoked; one query."""
    found = await read_at_once(user_id, ACTIVE_LOGIN, login_id=login_id, kind=KIND_OF[scope], at=now())
    return Person(id=user_id, scope=scope, **found[0]._mapping) if found else None
