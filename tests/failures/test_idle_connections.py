"""Connections over which nothing comes: no client takes all there are."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from taskchat_app.connections import CONNECTIONS_IN_NETWORK, LOOK_EVERY_SECONDS
from tests.failures.instances import Instance

GRANIANS_OWN = 1_024
MORE = 200
"""Beyond a bound."""


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    with Instance() as running:
        yield running


async def test_a_client_that_opens_thousands_keeps_nobody_out_and_loses_the_last_of_them(instance: Instance) -> None:
    opened: list[asyncio.StreamWriter] = []
    try:
        await open_more(instance, GRANIANS_OWN + MORE, opened)
        assert await health(instance) == 200
        await open_more(instance, CONNECTIONS_IN_NETWORK - GRANIANS_OWN, opened)
        async with asyncio.timeout(10 * LOOK_EVERY_SECONDS):
            while len(instance.worker.net_connections("tcp")) > CONNECTIONS_IN_NETWORK + MORE // 2:  # noqa: ASYNC110 (no event of ours tells of it)
                await asyncio.sleep(LOOK_EVERY_SECONDS / 2)
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
