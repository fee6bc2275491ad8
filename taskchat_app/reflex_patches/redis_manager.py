"""Patches Reflex's use of Redis: tasks that read channels restart after every error, and waiting for a lock polls.

Reflex ends a task that reads a channel after 5 errors within a minute, and each message that it cannot read is one:
until the next tab connects, tabs of this process miss the messages of other processes.

Reflex waits for a keyspace notification that another instance has released a lock, for up to the lock's expiry of 10 s.
Managed Redis servers refuse the CONFIG SET that turns notifications on, and a notification can be missed.
"""

# pyright: reportPrivateUsage=false
# Reflex offers no other way.

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from reflex.istate.manager import redis
from reflex.istate.manager.redis import StateManagerRedis
from reflex.utils import tasks, token_manager

READER_RESTART_SECONDS = 0.1
LOCK_RETRY_SECONDS = 0.2


def restart_channel_readers() -> None:
    """Restart a task that reads a channel after each error, which Reflex logs, without a limit."""
    ensure_task: Any = tasks.ensure_task  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # typed in part
    restarting: Any = partial(ensure_task, exception_limit=sys.maxsize, exception_delay=READER_RESTART_SECONDS)
    for module in (redis, token_manager):
        vars(module)["ensure_task"] = restarting


def retry_state_locks() -> None:
    """Wake the first waiter for each lock every LOCK_RETRY_SECONDS, to try again; the others wait for their turn."""
    waiter = StateManagerRedis._lock_waiter

    @asynccontextmanager
    async def retrying(self: StateManagerRedis, lock_key: bytes) -> AsyncGenerator[asyncio.Event]:
        async with waiter(self, lock_key) as released:
            retries = asyncio.create_task(_retry(self, lock_key, released))
            try:
                yield released
            finally:
                retries.cancel()

    StateManagerRedis._lock_waiter = retrying


async def _retry(manager: StateManagerRedis, lock_key: bytes, released: asyncio.Event) -> None:
    waiters = manager._lock_waiters[lock_key]
    while True:
        await asyncio.sleep(LOCK_RETRY_SECONDS)
        if waiters[0] is released:
            released.set()
