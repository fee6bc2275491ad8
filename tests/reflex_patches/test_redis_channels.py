"""Reflex's channels in Redis go on being read after messages of other programs."""

import asyncio
import pickle
from typing import Any

import pytest
from redis.asyncio import Redis as Client
from reflex.istate.manager import redis as redis_states
from reflex.state import StateUpdate
from reflex.utils import token_manager
from reflex.utils.token_manager import LostAndFoundRecord, RedisTokenManager

from taskchat_app.reflex_patches.redis_manager import restart_channel_readers
from tests.programs import needs
from tests.running.support.redis_server import Redis
from tests.waiting import PATIENCE_SECONDS, until_async

REFLEX_GIVES_UP_AFTER = 5

pytestmark = needs("redis-server")


async def test_rubbish_ends_no_reader_of_a_channel(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
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
