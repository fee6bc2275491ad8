"""Users and their logins: signed tokens (JWT, RFC 7519), the user of a token, how logins begin and end, the zone."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import jwt
from jwt.types import Options
from sqlalchemy import delete, or_, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import jwt_secret, settings
from taskchat_app.domain.accounts.profile_fields import WEEK_STARTS
from taskchat_app.domain.dates.local_time import DateSettings, user_zone
from taskchat_app.domain.log.changes import Actor, Cause, Token
from taskchat_app.domain.storage.database import LOCKED_USER, execute, now, read_at_once, reading
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Login, PushDevice, User
from taskchat_app.domain.storage.user_lock import NO_ACCOUNT
from taskchat_app.i18n.date_style import DateStyle

Scope = Literal["app", "chat", "password", "upload", "load", "push", "token"]
"""`app` gives access to all of the user's data, `chat` to /api/chatkit only, `password` sets a password once. `upload`
and `load` write or read one attachment, whose id they have in place of a login's; `push` acts on one reminder, which it
names likewise. The scope `token` is that of access tokens, which are no JWTs (access_tokens.py)."""

COOKIE = "auth_token"
"""The cookie that holds a browser's token; api/core/login_cookie.py sets it."""
HOST_COOKIE = f"__Host-{COOKIE}"
"""The same on https: browsers take it from this host only, not from another app on a neighbouring one (RFC 6265bis)."""
FORMER_COOKIE_UNTIL = datetime(2026, 12, 26, tzinfo=UTC)
"""Until then COOKIE counts on https too, for logins from before HOST_COOKIE (25 Nov 2026), which last 30 days."""
ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """The claims of a valid, unexpired token; the login may still have been revoked."""

    user_id: str
    login_id: str


def audience_of(scope: Scope) -> str:
    return "taskchat" if scope == "app" else f"taskchat-{scope}"


def sign_token(
    user_id: str, login_id: str, scope: Scope, expires_at: datetime, *, issued_at: datetime | None = None
) -> str:
    """Return a token for the login, valid until `expires_at` (whole seconds)."""
    claims = {"sub": user_id, "jti": login_id, "iat": issued_at or now(), "exp": expires_at, "aud": audience_of(scope)}
    return jwt.encode(claims, jwt_secret(), algorithm=ALGORITHM)


def read_token(token: str, scope: Scope) -> TokenClaims | None:
    """Return the token's claims, or None if it is malformed, forged, expired or of another scope.

    Tokens signed with JWT_SECRET_PREVIOUS are valid too, until they expire.
    """
    for key in filter(None, (jwt_secret(), settings().jwt_secret_previous)):
        with suppress(jwt.PyJWTError, UnicodeEncodeError):  # UnicodeEncodeError: the token contains a lone surrogate
            claims = _signed_claims(token, key, audience_of(scope))
            if claims["exp"] > now().timestamp():
                return TokenClaims(claims["sub"], claims["jti"])
    return None


@lru_cache(maxsize=1024)
def _signed_claims(token: str, key: str, audience: str) -> dict[str, Any]:
    """Return the claims of a token that was valid when it was first read; raise PyJWTError for another one.

    Cached, since each request reads its token twice, which takes 5 % of the processor time of a turn without this.
    """
    options: Options = {"require": ["sub", "jti", "iat", "exp", "aud"]}
    return jwt.decode(token, key, algorithms=[ALGORITHM], audience=audience, options=options)


def token_in(cookies: str) -> str | None:
    """Return the login token of a Cookie header: of several the first that we signed, else the first. None without one.

    HOST_COOKIE comes before COOKIE, which on https counts until FORMER_COOKIE_UNTIL. Browsers also send a cookie of the
    latter name that another app set for a parent domain, in any order.
    """
    is_host_only = settings().secure_cookies and now() >= FORMER_COOKIE_UNTIL
    names = (HOST_COOKIE,) if is_host_only else (HOST_COOKIE, COOKIE)
    pairs = [pair.strip().partition("=") for pair in cookies.split(";")]
    values: list[str] = []
    for wanted in names:
        values += [value for name, _, value in pairs if name == wanted]
    if len(values) > 1:
        for value in values:
            if read_token(value, "app"):
                return value
    return values[0] if values else None


LOGIN_LIFETIME = timedelta(days=30)
"""A login ends so long after the sign-in; nothing extends it."""
LOGINS_MAX = 500
"""Logins of one user: each is a row for 30 days."""
SETTINGS = ("timezone", "language", "week_start", "clock", "date_order", "due_meanings")
"""Columns of a user that are fields of Person."""
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
        return zone_of_settings(self.timezone, self.week_start, self.date_order, self.due_meanings)

    @property
    def date_style(self) -> DateStyle:
        return DateStyle.of_settings(self.clock, self.date_order)


class SignedInLogin(NamedTuple):
    """A new login with its token; the token is not stored."""

    person: Person
    token: str
    expires_at: datetime


async def person_of(token: str | None, *, scopes: Sequence[Scope] = ("app",)) -> Person | None:
    """Return the user of a token; None when it is forged, expired, revoked or of another scope."""
    if not token:
        return None
    for scope in scopes:
        if claim := read_token(token, scope):
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
    return SignedInLogin(person, sign_token(user.id, row.id, "app", expires_at), expires_at)


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


_LOCK_SETTINGS = text("""
    SELECT timezone, week_start, date_order, due_meanings FROM users WHERE id = :user_id FOR UPDATE
""")


def zone_of_settings(timezone: str, week_start: str, date_order: str, due_meanings: str) -> ZoneInfo:
    """Return the time zone with how the user counts weeks and reads dates; an empty order is not known."""
    month_first = date_order == "month" if date_order else None
    return user_zone(timezone, DateSettings(WEEK_STARTS[week_start], month_first, frozenset(due_meanings.split())))


async def lock_in_zone(session: AsyncSession, user_id: str, zone: ZoneInfo) -> ZoneInfo:
    """Lock the user as lock_user does, and return the zone to write in; one query.

    It is the request's `zone`, or the stored one, with the user's settings, if that changed since the request began.
    """
    stored = (await execute(session, _LOCK_SETTINGS, {"user_id": user_id})).one_or_none()
    if stored is None:
        raise NotFound(NO_ACCOUNT)
    session.info[LOCKED_USER] = user_id
    return zone if zone.key == stored.timezone else zone_of_settings(*stored)


async def zone_of(session: AsyncSession, user_id: str) -> ZoneInfo:
    """Return the user's stored time zone, without their settings."""
    return ZoneInfo((await session.exec(select(User.timezone).where(User.id == user_id))).one())


async def stored_zone(user_id: str) -> ZoneInfo | None:
    """Return the time zone that the user has now; None if the account is gone."""
    async with reading(user_id) as session:
        timezone = (await session.exec(select(User.timezone).where(User.id == user_id))).one_or_none()
    return None if timezone is None else ZoneInfo(timezone)
