"""Lets one user's writes happen one after the other: a queue in the process, the lock on the user's row in Postgres.

Every write locks the user's row first. Without the queue, waiting requests would hold connections that others need.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from weakref import WeakValueDictionary

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.database import LOCKED_USER, execute, now
from taskchat_app.domain.storage.errors import NotFound, TooManyWaiting
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


REQUESTS_MAX = 500
"""Requests of one user in one process, served or waiting."""
RETRY_SECONDS = 2
QUEUE_FULL = gettext("Too many of your requests are waiting already. Wait for their answers, then send this one again.")


class UserQueue:
    """The requests of one user, served one at a time."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.requests = 0


_queues: WeakValueDictionary[str, UserQueue] = WeakValueDictionary()  # each as long as a request of the user runs


@asynccontextmanager
async def in_queue(user_id: str) -> AsyncGenerator[None]:
    """Wait until the user's earlier requests are done, outside of transactions. Raises TooManyWaiting."""
    queue = _queues.setdefault(user_id, UserQueue())
    if queue.requests >= REQUESTS_MAX:
        raise TooManyWaiting(QUEUE_FULL, resets_at=now() + timedelta(seconds=RETRY_SECONDS))
    queue.requests += 1
    try:
        async with queue.lock:
            yield
    finally:
        queue.requests -= 1
