"""SIGTERM ends the process although requests wait for the database."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.failures.support.instances import Instance, chat_client

LOAD = 20
"""More requests than the connection pool has connections."""
WAITING_SECONDS = 1
EXIT_SECONDS = 8
"""Less than a request's wait for Postgres, and more than a shutdown without running answers takes."""


async def test_a_shutdown_does_not_wait_for_requests_to_a_suspended_database(killable: Instance):
    process = killable._process
    assert process is not None
    async with chat_client(killable) as chat:
        with killable.suspended_postgres():
            async with pending_requests(chat.http, "/api/tasks") as requests:
                assert not (await asyncio.wait(requests, timeout=WAITING_SECONDS))[0]
                process.terminate()
                began = time.monotonic()
                assert await asyncio.to_thread(process.wait, 3 * EXIT_SECONDS) == 0
                assert time.monotonic() - began < EXIT_SECONDS


@asynccontextmanager
async def pending_requests(http: httpx.AsyncClient, path: str) -> AsyncIterator[list[asyncio.Task[httpx.Response]]]:
    """Send LOAD requests; cancel them at the end of the test."""
    requests = [asyncio.create_task(http.get(path)) for _ in range(LOAD)]
    try:
        yield requests
    finally:
        for request in requests:
            request.cancel()
        await asyncio.gather(*requests, return_exceptions=True)
