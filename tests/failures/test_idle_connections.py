"""Idle connections: one client cannot use up all connections."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from taskchat_app.tcp_connections import CONNECTIONS_IN_NETWORK
from tests.failures.support.instances import Instance
from tests.waiting import PATIENCE_SECONDS, until_async

pytestmark = pytest.mark.soak

GRANIAN_DEFAULT = 1_024
EXCESS = 200
"""Connections beyond a limit."""


async def test_a_client_with_thousands_of_connections_blocks_no_other_and_loses_the_newest(killable: Instance) -> None:
    opened: list[asyncio.StreamWriter] = []
    try:
        await open_more(killable, GRANIAN_DEFAULT + EXCESS, opened)
        assert await health(killable) == 200
        await open_more(killable, CONNECTIONS_IN_NETWORK - GRANIAN_DEFAULT, opened)
        most = CONNECTIONS_IN_NETWORK + EXCESS // 2
        await until_async(lambda: len(killable.worker.net_connections("tcp")) <= most, PATIENCE_SECONDS)
        assert await health(killable) == 200
    finally:
        for writer in opened:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def open_more(killable: Instance, count: int, opened: list[asyncio.StreamWriter]) -> None:
    opened += [(await asyncio.open_connection("127.0.0.1", killable.port))[1] for _ in range(count)]


async def health(killable: Instance) -> int:
    async with httpx.AsyncClient(base_url=killable.origin, timeout=PATIENCE_SECONDS) as http:
        return (await http.get("/api/health")).status_code
