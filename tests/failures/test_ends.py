"""SIGTERM while something hangs: the process ends all the same."""

import asyncio
import time

from tests.failures.instances import Instance, visitor

LOAD = 20
"""More than there are connections at rest."""
WAITING_SECONDS = 1
END_SECONDS = 8
"""Less than what waits for Postgres would wait, and more than the end takes where no answer is under way."""


async def test_an_end_waits_for_nobody_who_waits_for_a_silent_database(mortal: Instance):
    async with visitor(mortal) as chat:
        process = mortal._process
        assert process is not None
        with mortal.silent_postgres():
            asked = [asyncio.create_task(chat.http.get("/api/tasks")) for _ in range(LOAD)]
            assert not (await asyncio.wait(asked, timeout=WAITING_SECONDS))[0]
            process.terminate()
            began = time.monotonic()
            assert await asyncio.to_thread(process.wait, 3 * END_SECONDS) == 0
            assert time.monotonic() - began < END_SECONDS
        await asyncio.gather(*asked, return_exceptions=True)
