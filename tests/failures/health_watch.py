"""Asks a server for its health every 20 ms from a process of its own, and tells how long it went without an answer."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from tests.serving import Server

OUTAGE_SECONDS = 0.5
"""The longest that the server may take for an answer, whatever arrives meanwhile."""
ASKER = Path(__file__).with_name("health_asker.py")
LOOK_SECONDS = 0.01
TRIES = 3


class HealthWatch:
    """`async with HealthWatch(server) as watch: await watch.outage_during(send)`."""

    def __init__(self, server: Server) -> None:
        self._address = urlsplit(server.origin)
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._answers: list[tuple[float, float]] = []

    async def __aenter__(self) -> Self:
        command = [sys.executable, ASKER, str(self._address.hostname), str(self._address.port)]
        self._process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        self._reading = asyncio.create_task(self._read(self._process))
        await self._asked_at(time.monotonic())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._reading is not None
        self._process.kill()
        await self._process.wait()
        await self._reading

    async def outage_during(self, act: Callable[[], Awaitable[object]]) -> float:
        """The longest time in seconds that an answer took while this was done, or was still being done for it."""
        began = time.monotonic()
        await act()
        await self._asked_at(time.monotonic())
        return max((took for asked, took in self._answers if asked + took >= began), default=0.0)

    async def holds(self, act: Callable[[], Awaitable[object]]) -> float:
        """The outage, 0 where it was none each time: what an input does to the server it does again, unlike a busy
        machine."""
        outages: list[float] = []
        for _ in range(TRIES):
            outages.append(await self.outage_during(act))
            if outages[-1] <= OUTAGE_SECONDS:
                return 0.0
        return min(outages)

    async def _asked_at(self, moment: float) -> None:
        """Wait until something that was asked from then on is answered."""
        while not self._answers or self._answers[-1][0] < moment:
            assert self._reading is not None
            assert not self._reading.done(), "the process that asks has ended"
            await asyncio.sleep(LOOK_SECONDS)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            asked, took = line.split()
            self._answers.append((float(asked), float(took)))
