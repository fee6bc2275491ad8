"""Requests a server's health every 20 ms from a separate process, and measures how long responses take."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from tests.failures.support.instances import Instance

OUTAGE_SECONDS = 0.5
"""The longest allowed time of a health response, without the time that processes wait for a busy machine."""
PROBE = Path(__file__).with_name("health_probe.py")
POLL_SECONDS = 0.01
TRIES = 3


class HealthWatch:
    """`async with HealthWatch(instance) as watch: await watch.outage_caused_by(send)`."""

    def __init__(self, instance: Instance) -> None:
        address = urlsplit(instance.origin)
        servers = (str(process.pid) for process in (instance.worker, *instance.postgres()))
        self._command = [sys.executable, str(PROBE), str(address.hostname), str(address.port), *servers]
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._answers: list[tuple[float, float, float]] = []
        """Of each request: when it was sent, the seconds until its response, and those without a processor."""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(*self._command, stdout=subprocess.PIPE)
        self._reading = asyncio.create_task(self._read(self._process))
        await self._wait_for_answer(time.monotonic())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._reading is not None
        self._process.kill()
        await self._process.wait()
        await self._reading

    async def longest_answer_during(self, act: Callable[[], Awaitable[object]]) -> float:
        """Return the longest time in seconds of a health response that overlapped with this action."""
        began = time.monotonic()
        await act()
        await self._wait_for_answer(time.monotonic())
        during = (one for one in self._answers if one[0] + one[1] >= began)
        return max((seconds - waited for _, seconds, waited in during), default=0.0)

    async def outage_caused_by(self, act: Callable[[], Awaitable[object]]) -> float:
        """Return the shortest outage of several tries, 0 if a try caused none: unlike load of the machine, the effect
        of an input recurs."""
        outages: list[float] = []
        for _ in range(TRIES):
            outages.append(await self.longest_answer_during(act))
            if outages[-1] <= OUTAGE_SECONDS:
                return 0.0
        return min(outages)

    async def _wait_for_answer(self, moment: float) -> None:
        """Wait for the answer to a request that was sent at this time or later."""
        while not self._answers or self._answers[-1][0] < moment:
            assert self._reading is not None
            assert not self._reading.done(), "the probe process has ended"
            await asyncio.sleep(POLL_SECONDS)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            started, seconds, waited = map(float, line.split())
            self._answers.append((started, seconds, waited))
