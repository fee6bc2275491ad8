"""One user's requests that write wait in a line of their own, outside of the pool of database connections.

Each of them locks the user's row first, so at most one of them could go on anyway: inside of the pool, those that wait
would hold the connections that others need.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from weakref import WeakValueDictionary

from taskchat_app.domain.database import now
from taskchat_app.domain.errors import TooManyWaiting

WAITING_MOST = 500
"""Requests of one user that wait in one process."""
AGAIN_SECONDS = 2
FULL = "Too many of your requests are waiting already. Wait for their answers, then send this one again."


class Line:
    """The requests of one user, of which one at a time is served."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


_lines: WeakValueDictionary[str, Line] = WeakValueDictionary()


@asynccontextmanager
async def in_line(user_id: str) -> AsyncGenerator[None]:
    """Wait until the user's earlier requests are done; hold it around the transaction, not inside of one.

    Raises TooManyWaiting when WAITING_MOST wait already.
    """
    line = _lines.setdefault(user_id, Line())
    if line.waiting >= WAITING_MOST:
        raise TooManyWaiting(FULL, resets_at=now() + timedelta(seconds=AGAIN_SECONDS))
    line.waiting += 1
    try:
        await line.lock.acquire()
    finally:
        line.waiting -= 1
    try:
        yield
    finally:
        line.lock.release()
