"""A lock that another instance held is found free without a notification from Redis."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
import reflex as rx
from redis.asyncio import Redis as Client
from reflex.istate.manager.redis import StateManagerRedis
from reflex.istate.manager.token import BaseStateToken

from taskchat_app.reflex_patches.redis_manager import retry_state_locks
from tests.programs import needs
from tests.running.support.redis_server import Redis

EXPIRY_MS = 3_600_000
"""Without retries a waiter would look again only after it."""
TAB = BaseStateToken(ident="tab", cls=rx.State)

pytestmark = needs("redis-server")


async def test_waiters_get_the_lock_of_another_instance_in_their_order(redis: Redis, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REFLEX_IGNORE_REDIS_CONFIG_ERROR", "true")
    monkeypatch.setattr(StateManagerRedis, "_lock_waiter", StateManagerRedis._lock_waiter)
    retry_state_locks()
    one, other = [StateManagerRedis(Client.from_url(redis.url), lock_expiration=EXPIRY_MS) for _ in range(2)]
    waiter = StateManagerRedis._lock_waiter
    queued = asyncio.Queue[None]()
    order: list[int] = []

    @asynccontextmanager
    async def noting(self: StateManagerRedis, lock_key: bytes) -> AsyncGenerator[asyncio.Event]:
        async with waiter(self, lock_key) as released:
            queued.put_nowait(None)
            yield released

    monkeypatch.setattr(StateManagerRedis, "_lock_waiter", noting)

    async def wait(number: int) -> None:
        async with other._lock(TAB):
            order.append(number)

    async with one._lock(TAB):
        waiting: list[asyncio.Task[None]] = []
        for number in range(3):
            waiting.append(asyncio.create_task(wait(number)))
            await queued.get()
        assert not order
    async with asyncio.timeout(60):
        await asyncio.gather(*waiting)
    assert order == [0, 1, 2]
    for manager in (one, other):
        await manager.close()
