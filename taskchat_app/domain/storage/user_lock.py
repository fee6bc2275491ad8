"""The lock on a user's row, under which everything of the user is written: one write after the other."""

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.database import LOCKED_USER, execute
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import User
from taskchat_app.i18n.messages import gettext

NO_ACCOUNT = gettext("This account no longer exists. Register again to go on.")
LOCK = text("SELECT id FROM users WHERE id = :user_id FOR UPDATE")
LOCK_FREE = text("SELECT id FROM users WHERE id = :user_id FOR UPDATE SKIP LOCKED")


async def lock_user(session: AsyncSession, user_id: str) -> None:
    """Lock the user's row until the transaction ends. Every write does this first, which prevents deadlocks.

    No effect if the session has locked it already. Raises NotFound if the account was deleted.
    """
    if session.info.get(LOCKED_USER) == user_id:
        return
    if (await execute(session, LOCK, {"user_id": user_id})).first() is None:
        raise NotFound(NO_ACCOUNT)
    session.info[LOCKED_USER] = user_id


async def try_lock_user(session: AsyncSession, user_id: str) -> bool:
    """Lock the user's row like lock_user, for jobs over all users: without waiting for another transaction.

    Return False if another one has locked it, or if the account was deleted.
    """
    if (await execute(session, LOCK_FREE, {"user_id": user_id})).first() is None:
        return False
    session.info[LOCKED_USER] = user_id
    return True


async def locked_user(session: AsyncSession, user_id: str) -> User:
    """Lock the user's row like lock_user, and return it."""
    user = (await session.exec(select(User).where(User.id == user_id).with_for_update())).one_or_none()
    if user is None:
        raise NotFound(NO_ACCOUNT)
    session.info[LOCKED_USER] = user_id
    return user
