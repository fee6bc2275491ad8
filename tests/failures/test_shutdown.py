"""SIGTERM ends the process even if something hangs."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.failures.instances import Instance, visitor

LOAD = 20
"""More than there are connections at rest."""
WAITING_SECONDS = 1
END_SECONDS = 8
"""Less than what waits for Postgres would wait, and more than the end takes where no answer is under way."""


async def test_an_end_waits_for_nobody_who_waits_for_a_silent_database(mortal: Instance):
    process = mortal._process
    assert process is not None
    async with visitor(mortal) as chat:
        with mortal.suspended_postgres():
            async with waiting_for(chat.http, "/api/tasks") as asked:
                assert not (await asyncio.wait(asked, timeout=WAITING_SECONDS))[0]
                process.terminate()
                began = time.monotonic()
                assert await asyncio.to_thread(process.wait, 3 * END_SECONDS) == 0
                assert time.monotonic() - began < END_SECONDS


@asynccontextmanager
async def waiting_for(http: httpx.AsyncClient, path: str) -> AsyncIterator[list[asyncio.Task[httpx.Response]]]:
    """LOAD requests under way; none outlives its client, however the test ends."""
    asked = [asyncio.create_task(http.get(path)) for _ in range(LOAD)]
    try:
        yield asked
    finally:
        for one in asked:
            one.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
