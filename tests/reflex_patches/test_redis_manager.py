"""Reflex's channels in Redis go on being read after messages of other programs, and its locks are found free."""

import asyncio
import pickle
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import reflex as rx
from redis.asyncio import Redis as Client
from reflex.istate.manager import redis as redis_states
from reflex.istate.manager.redis import StateManagerRedis
from reflex.istate.manager.token import BaseStateToken
from reflex.state import StateUpdate
from reflex.utils import token_manager
from reflex.utils.token_manager import LostAndFoundRecord, RedisTokenManager

from taskchat_app.reflex_patches.redis_manager import restart_channel_readers, retry_state_locks
from tests.programs import needs
from tests.running.support.redis_server import Redis
from tests.waiting import PATIENCE_SECONDS, until_async

REFLEX_GIVES_UP_AFTER = 5
EXPIRY_MS = 3_600_000
"""Without retries, who waits for a lock would look again only after it."""
TAB = BaseStateToken(ident="tab", cls=rx.State)

pytestmark = needs("redis-server")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    yield server
    server.end()


async def test_rubbish_ends_no_reader(redis: Redis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    for module in (token_manager, redis_states):
        monkeypatch.setattr(module, "ensure_task", module.ensure_task)
    restart_channel_readers()
    manager = RedisTokenManager(Client.from_url(redis.url))
    received: list[Any] = []

    async def receive(update: StateUpdate, token: str) -> None:
        received.append(token)

    manager.ensure_lost_and_found_task(receive)
    channel = f"channel:{manager._get_lost_and_found_key(manager.instance_id)}"

    def failures() -> int:
        return sum("task error suppressed" in record.getMessage() for record in caplog.records)

    async def has_failed_often() -> bool:
        await manager.redis.publish(channel, b"rubbish")
        return failures() > REFLEX_GIVES_UP_AFTER

    async def has_received() -> bool:
        await manager.redis.publish(channel, record)
        return bool(received)

    await until_async(has_failed_often, PATIENCE_SECONDS)
    record = pickle.dumps(LostAndFoundRecord(token="tab", update=StateUpdate()))
    await until_async(has_received, PATIENCE_SECONDS)
    task = manager._lost_and_found_task
    assert received[0] == "tab"
    assert task is not None
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await manager.redis.aclose()


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
