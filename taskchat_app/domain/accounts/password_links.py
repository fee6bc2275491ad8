"""Links with which a user sets a password: made by the server's owner, good for an hour, used once."""

import uuid
from datetime import timedelta
from urllib.parse import urlencode

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import settings
from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import SignedInLogin, create_login, new_login, revoke_logins
from taskchat_app.domain.accounts.passwords import check_new_password, hash_password
from taskchat_app.domain.accounts.profile_fields import checked_email
from taskchat_app.domain.accounts.sign_in import EndedAccess, add_user, end_other_access
from taskchat_app.domain.accounts.sign_in_limits import auth_burst_limit, remember_network, take_attempt
from taskchat_app.domain.storage.database import now, system_transaction, transaction
from taskchat_app.domain.storage.errors import LinkExpired, NotFound
from taskchat_app.domain.storage.models import Login, User
from taskchat_app.domain.storage.storable_values import checked_text
from taskchat_app.domain.storage.user_lock import locked_user
from taskchat_app.i18n.messages import gettext

LINK_LIFETIME = timedelta(hours=1)
PAGE = "/set-password"
"""The page that the link opens; the token is in its query."""


async def add_person(email: str) -> str:
    """Create an account without a password; return the link to set one. Raises Invalid or EmailTaken."""
    user = User(id=uuid.uuid4().hex, email=checked_email(email), password_hash="", created_at=now())
    async with transaction(user.id) as session:
        await add_user(session, user)
        return await _link(session, user.id)


async def reset_password(email: str) -> tuple[str, EndedAccess]:
    """Remove the account's password and end its logins, tokens, feeds and webhooks: somebody else may have made them.

    Returns the link to set a new password, and what has ended. Raises NotFound.
    """
    address = checked_email(email)
    async with system_transaction() as session:
        user = (await session.exec(select(User).where(User.email == address).with_for_update())).one_or_none()
        if user is None:
            raise NotFound(gettext("There is no account with the address {email}.", email=address))
        user.password_hash = ""
        await revoke_logins(session, user.id)
        ended = await end_other_access(session, user.id)
        return await _link(session, user.id), ended


async def set_password(token: str, password: str, *, network: str) -> SignedInLogin:
    """Set the password, end all other logins and log in. `network` is the client's, for the limits.

    Raises LinkExpired for a link that was used, replaced or is too old, else Invalid or BurstLimit.
    """
    check_new_password(checked_text(password, "password"))
    await take_attempt(network, auth_burst_limit())
    claims = accounts.read_token(token, "password")
    if claims is None:
        raise _expired()
    hashed = await hash_password(password)
    async with transaction(claims.user_id) as session:
        user = await locked_user(session, claims.user_id)
        link = select(Login.id).where(Login.user_id == user.id, Login.id == claims.login_id, Login.kind == "password")
        if (await session.exec(link.where(col(Login.revoked_at).is_(None)))).first() is None:
            raise _expired()
        user.password_hash = hashed
        await revoke_logins(session, user.id)
        await remember_network(session, user.id, network)
        return await create_login(session, user)


async def _link(session: AsyncSession, user_id: str) -> str:
    expires_at = (now() + LINK_LIFETIME).replace(microsecond=0)
    row = await new_login(session, user_id, "password", expires_at)
    token = accounts.sign_token(user_id, row.id, "password", expires_at)
    return f"{settings().origin}{PAGE}?{urlencode({'token': token})}"


def _expired() -> LinkExpired:
    return LinkExpired(gettext("This link has been used or is more than an hour old. Ask the owner for a new one."))
