"""SIGTERM ends the process although requests wait for the database."""

import asyncio

import httpx
import pytest

from tests.failures.support.instances import Instance, chat_client
from tests.waiting import PATIENCE_SECONDS, in_background

pytestmark = pytest.mark.soak

LOAD = 20
"""More requests than the connection pool has connections."""


async def test_a_shutdown_does_not_wait_for_requests_to_a_suspended_database(killable: Instance):
    process = killable._process
    assert process is not None
    async with chat_client(killable) as chat:
        with killable.suspended_postgres():
            async with in_background(*(chat.http.get("/api/tasks") for _ in range(LOAD))) as requests:
                await chat.http.get("/api/openapi.json")  # without the database; answered after the others arrived
                process.terminate()
                assert await asyncio.to_thread(process.wait, PATIENCE_SECONDS) == 0
                ends = await asyncio.gather(*requests, return_exceptions=True)
    # After their time limit the requests would have been answered with 503.
    assert [end for end in ends if not isinstance(end, httpx.TransportError)] == []
