"""Retries a lock in Redis that another instance holds.

Reflex waits for a keyspace notification of its release, and looks again only after the lock's whole expiry of 10 s.
Managed Redis servers refuse the CONFIG SET that turns the notifications on, and a notification can be missed.
"""

# pyright: reportPrivateUsage=false
# Reflex offers no other way.

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from reflex.istate.manager.redis import StateManagerRedis

RETRY_SECONDS = 0.2


def retry_state_locks() -> None:
    """Have the first waiter for each lock try again every RETRY_SECONDS; the others keep their order behind it."""
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
        await asyncio.sleep(RETRY_SECONDS)
        if waiters[0] is released:
            released.set()
