"""Limits of sign-in attempts, and password checks that count their failures."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import settings
from taskchat_app.domain.accounts.passwords import is_password
from taskchat_app.domain.limits.networks import wider_network
from taskchat_app.domain.limits.rate_limits import Limit, exhausted, take, take_all, take_or_refuse
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import BadCredentials, BurstLimit
from taskchat_app.domain.storage.models import LimitWindow, User
from taskchat_app.domain.storage.user_lock import locked_user
from taskchat_app.i18n.messages import gettext

FAILED_LOGINS = Limit("failed_login", 10, timedelta(minutes=15))
"""For an account and a network: another network's guesses do not lock out the user."""
FAILED_LOGINS_OF_ACCOUNT = Limit("failed_login_account", 100, timedelta(minutes=15))
"""For an account, from all networks together."""
FAILED_LOGINS_OF_SITE = Limit("failed_login_site", 30, timedelta(minutes=15))
"""For an account and an IPv6 /48, which has 65,536 networks and costs nothing."""
SIGNED_IN = Limit("signed_in", 1, timedelta(days=30))
"""For an account and a network: used up means that the account has lately signed in there."""
SITE_FACTOR = 4
"""So much more than a network (/64) may do, an IPv6 /48 may."""
PROVIDER_FACTOR = 16
"""So many more accounts than a network an IPv6 /32 may make: a provider, with all its customers."""
EVERYBODY = "everybody"
"""The subject of limits of all users."""
REGISTER = "register"
PASSWORD_CHECKS = Limit("password_check", 10, timedelta(minutes=15))
"""For a signed-in user who has to enter the password again."""
WRONG_PASSWORD = gettext("The email or the password is wrong. Check both and try again.")


def auth_burst_limit() -> Limit:
    rate = settings().auth_burst_limit
    return Limit("auth_burst", rate.count, rate.period)


def register_limit() -> Limit:
    rate = settings().register_limit
    return Limit(REGISTER, rate.count, rate.period)


async def take_attempt(network: str, *limits: Limit) -> None:
    """Count an attempt in the limits of the network and of wider ones; raise BurstLimit if one is exhausted."""
    limits_of: dict[str, Sequence[Limit]] = {network: limits}
    if _is_ipv6(network):
        limits_of[wider_network(network, 48)] = [_multiple(limit, SITE_FACTOR) for limit in limits]
        if registering := [limit for limit in limits if limit.scope == REGISTER]:
            limits_of[wider_network(network, 32)] = [_multiple(limit, PROVIDER_FACTOR) for limit in registering]
    async with transaction() as session:
        for subject, counted in limits_of.items():
            if full := await take_all(session, counted, subject):
                raise _too_many(full.resets_at)


def _is_ipv6(network: str) -> bool:
    return wider_network(network, 48) != network


def _multiple(limit: Limit, factor: int) -> Limit:
    return replace(limit, count=factor * limit.count)


async def take_registration(session: AsyncSession) -> None:
    """Count a new account of the server; raise BurstLimit if REGISTRATIONS_PER_DAY are used up."""
    limit = Limit("registrations", settings().registrations_per_day, timedelta(days=1), by_utc_day=True)
    refusal = gettext("This server takes no more new accounts today. Try again tomorrow.")
    await take_or_refuse(session, limit, EVERYBODY, refusal)


async def remember_network(session: AsyncSession, user_id: str, network: str) -> None:
    """Store that the account signed in from the network: others' guesses do not shut it out of there."""
    values = {"scope": SIGNED_IN.scope, "subject": f"{user_id} {network}", "starts_at": now(), "used": 1}
    added = insert(LimitWindow).values(values)
    await session.exec(
        added.on_conflict_do_update(index_elements=["scope", "subject"], set_={"starts_at": values["starts_at"]})
    )


async def check_login_password(email: str, password: str, user: User | None, network: str) -> User:
    """Return the user if the password is right; raise BadCredentials, or BurstLimit after too many failures."""
    limits = [(FAILED_LOGINS, f"{email} {network}"), (FAILED_LOGINS_OF_ACCOUNT, email)]
    if _is_ipv6(network):
        limits.append((FAILED_LOGINS_OF_SITE, f"{email} {wider_network(network, 48)}"))
    # Read for an unknown email too: the time of an answer must not tell which accounts there are.
    account_and_network = f"{user.id if user else email} {network}"
    return await _check_password(password, user, limits, account_and_network)


async def check_password_again(user_id: str, password: str, user: User | None) -> User:
    """Check the password that a signed-in user entered again; returns and raises as check_login_password does."""
    return await _check_password(password, user, [(PASSWORD_CHECKS, user_id)], None)


async def lock_checked_user(session: AsyncSession, checked: User) -> User:
    """Lock the user whose password was checked, and return it; raise BadCredentials if it was changed meanwhile."""
    user = await locked_user(session, checked.id)
    if user.password_hash != checked.password_hash:
        raise BadCredentials(WRONG_PASSWORD)
    return user


async def _check_password(
    password: str, user: User | None, limits: Sequence[tuple[Limit, str]], account_and_network: str | None
) -> User:
    """Check the password, and count a failure in the limits, each with its subject.

    Where the account has lately signed in from the network, only the first limit counts: others' guesses do not shut it
    out. Counted after the check, so concurrent logins with the right password never exhaust a limit. If other guesses
    exhaust one during the check, the response does not reveal whether this password was right.
    """
    async with reading() as session:
        if account_and_network is not None and await exhausted(session, SIGNED_IN, account_and_network):
            limits = limits[:1]  # for the account and this network
        next_uses = [await exhausted(session, limit, subject) for limit, subject in limits]
    _refuse_exhausted(next_uses)
    is_right = await is_password(password, user.password_hash if user else None)
    async with transaction() as session:
        if is_right:
            next_uses = [await exhausted(session, limit, subject) for limit, subject in limits]
        else:
            next_uses = [await take(session, limit, subject) for limit, subject in limits]
    _refuse_exhausted(next_uses)  # after the transaction, which an error would roll back, the count with it
    if user is None or not is_right:
        raise BadCredentials(WRONG_PASSWORD)
    return user


def _refuse_exhausted(next_uses: Iterable[datetime | None]) -> None:
    """Raise BurstLimit with the latest of these times of a next use; each is None if its limit has room."""
    if moments := [moment for moment in next_uses if moment is not None]:
        raise _too_many(max(moments))


def _too_many(resets_at: datetime) -> BurstLimit:
    return BurstLimit(gettext("Too many attempts. Wait a little and try again."), resets_at=resets_at)
