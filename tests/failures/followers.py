"""Programs that follow the events of the real server and come back by themselves."""

import asyncio
import json
from typing import Any, Self

import httpx

CAUGHT_UP_SECONDS = 15
PAUSE_SECONDS = 0.05


class Follower:
    """A program that follows the events, comes back by itself with the last number it saw, and keeps the tasks."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._following: asyncio.Task[None] | None = None
        self.seen = 0
        self.tasks: dict[int, dict[str, Any] | None] = {}
        self.wrong: list[str] = []
        """Events that did not come in order, or did not fit."""

    async def __aenter__(self) -> Self:
        self.come()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    def come(self) -> None:
        if self._following is None:
            self._following = asyncio.create_task(self._follow())

    async def leave(self) -> None:
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
            self._following = None

    async def _follow(self) -> None:
        while True:
            try:
                place = {"Last-Event-ID": str(self.seen)}
                async with self._http.stream("GET", "/api/events", headers=place, timeout=None) as response:
                    async for line in response.aiter_lines():
                        if line.startswith("data: "):
                            self._take(json.loads(line[6:]))
            except httpx.TransportError:
                pass
            await asyncio.sleep(PAUSE_SECONDS)

    def _take(self, event: dict[str, Any]) -> None:
        if event["id"] != self.seen + 1:
            self.wrong.append(f"{event['id']} after {self.seen}")
        self.seen = event["id"]
        if event["kind"] == "task":
            number = event["task"]
            if self.tasks.get(number) != plain(event.get("before")):
                self.wrong.append(f"{event} after {self.tasks.get(number)}")
            if "after" in event:
                self.tasks[number] = plain(event["after"])
            else:
                self.tasks.pop(number, None)

    async def caught_up(self, newest: int) -> None:
        self.come()
        async with asyncio.timeout(CAUGHT_UP_SECONDS):
            while self.seen < newest:  # noqa: ASYNC110 (an event for each change would wake it as often)
                await asyncio.sleep(PAUSE_SECONDS)


def plain(task: dict[str, Any] | None) -> dict[str, Any] | None:
    """A task without what follows from the clock."""
    return task and {name: value for name, value in task.items() if name != "overdue"}
