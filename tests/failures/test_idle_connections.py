"""Idle connections: one client cannot use up all connections."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from taskchat_app.tcp_connections import CHECK_SECONDS, CONNECTIONS_IN_NETWORK
from tests.failures.support.instances import Instance

GRANIAN_DEFAULT = 1_024
EXCESS = 200
"""Connections beyond a limit."""


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    with Instance() as running:
        yield running


async def test_a_client_with_thousands_of_connections_blocks_no_other_and_loses_the_newest(instance: Instance) -> None:
    opened: list[asyncio.StreamWriter] = []
    try:
        await open_more(instance, GRANIAN_DEFAULT + EXCESS, opened)
        assert await health(instance) == 200
        await open_more(instance, CONNECTIONS_IN_NETWORK - GRANIAN_DEFAULT, opened)
        async with asyncio.timeout(10 * CHECK_SECONDS):
            while len(instance.worker.net_connections("tcp")) > CONNECTIONS_IN_NETWORK + EXCESS // 2:  # noqa: ASYNC110 -- nothing notifies
                await asyncio.sleep(CHECK_SECONDS / 2)
        assert await health(instance) == 200
    finally:
        for writer in opened:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def open_more(instance: Instance, count: int, opened: list[asyncio.StreamWriter]) -> None:
    opened += [(await asyncio.open_connection("127.0.0.1", instance.port))[1] for _ in range(count)]


async def health(instance: Instance) -> int:
    async with httpx.AsyncClient(base_url=instance.origin, timeout=10) as http:
        return (await http.get("/api/health")).status_code
