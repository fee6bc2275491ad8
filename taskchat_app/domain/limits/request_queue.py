"""Queues one user's writing requests before they take a database connection.

Each of these requests locks the user's row first, so only one can proceed at a time. Without the queue, the waiting
requests would hold connections that other users need.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from weakref import WeakValueDictionary

from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import TooManyWaiting
from taskchat_app.i18n.messages import gettext

REQUESTS_MAX = 500
"""Requests of one user in one process, served or waiting."""
RETRY_SECONDS = 2
FULL = gettext("Too many of your requests are waiting already. Wait for their answers, then send this one again.")


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
        raise TooManyWaiting(FULL, resets_at=now() + timedelta(seconds=RETRY_SECONDS))
    queue.requests += 1
    try:
        async with queue.lock:
            yield
    finally:
        queue.requests -= 1
