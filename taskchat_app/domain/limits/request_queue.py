"""Queues one user's writing requests outside the pool of database connections.

Each of them locks the user's row first, so at most one of them could go on anyway: inside of the pool, those that wait
would hold the connections that others need.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from weakref import WeakValueDictionary

from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import TooManyWaiting

WAITING_MAX = 500
"""Requests of one user that wait in one process."""
RETRY_SECONDS = 2
FULL = "Too many of your requests are waiting already. Wait for their answers, then send this one again."


class UserQueue:
    """The requests of one user, of which one at a time is served."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


_queues: WeakValueDictionary[str, UserQueue] = WeakValueDictionary()


@asynccontextmanager
async def in_queue(user_id: str) -> AsyncGenerator[None]:
    """Wait until the user's earlier requests are done; hold it around the transaction, not inside of one.

    Raises TooManyWaiting when WAITING_MOST wait already.
    """
    line = _queues.setdefault(user_id, UserQueue())
    if line.waiting >= WAITING_MAX:
        raise TooManyWaiting(FULL, resets_at=now() + timedelta(seconds=RETRY_SECONDS))
    line.waiting += 1
    try:
        await line.lock.acquire()
    finally:
        line.waiting -= 1
    try:
        yield
    finally:
        line.lock.release()
