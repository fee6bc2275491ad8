"""Registers, signs in and out, changes the password, deletes the account."""

import uuid
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import settings
from taskchat_app.domain.accounts import profile_fields, sign_in_limits
from taskchat_app.domain.accounts.accounts import LOGIN_LIFETIME, Person, SignedInLogin, create_login, revoke_logins
from taskchat_app.domain.accounts.passwords import PASSWORD_MAX_CHARACTERS, check_new_password, hash_password
from taskchat_app.domain.storage.database import now, reading, system_reading, system_transaction, transaction
from taskchat_app.domain.storage.errors import EmailTaken, Invalid, RegistrationClosed
from taskchat_app.domain.storage.models import AccessToken, CalendarFeed, PushDevice, User, Webhook
from taskchat_app.domain.storage.storable_values import check_length, checked_text
from taskchat_app.i18n.messages import gettext

PASSWORD_FRESH_FOR = timedelta(minutes=10)
"""After signing in, the account can be deleted without entering the password again."""
CONFIRMED_FIELD = "current password"
"""The field that an error of confirm_password names."""
REGISTRATION_LOCK = 0x7461736B
"""Key of the advisory lock that makes the check for the first account exact."""
CLOSED = gettext("New accounts are made by the owner of this server. Ask them for a link to set your password.")


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
