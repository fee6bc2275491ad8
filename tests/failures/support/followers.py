"""Clients that follow /api/events and reconnect by themselves."""

import asyncio
import json
from typing import Any, Self

import httpx

from tests.waiting import PATIENCE_SECONDS

PAUSE_SECONDS = 0.05


class Follower:
    """A client of /api/events that reconnects with the last id it received, and maintains the tasks from the events."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._following: asyncio.Task[None] | None = None
        self.seen = 0
        self.tasks: dict[int, dict[str, Any] | None] = {}
        self.problems: list[str] = []
        """Descriptions of events that are out of order or do not match the previous state."""

    async def __aenter__(self) -> Self:
        self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.disconnect()

    def connect(self) -> None:
        if self._following is None:
            self._following = asyncio.create_task(self._follow())

    async def disconnect(self) -> None:
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
            self._following = None

    async def _follow(self) -> None:
        while True:
            try:
                headers = {"Last-Event-ID": str(self.seen)}
                async with self._http.stream("GET", "/api/events", headers=headers, timeout=None) as response:
                    async for line in response.aiter_lines():
                        if line.startswith("data: "):
                            self._apply(json.loads(line[6:]))
            except httpx.TransportError:
                pass
            await asyncio.sleep(PAUSE_SECONDS)

    def _apply(self, event: dict[str, Any]) -> None:
        if event["id"] != self.seen + 1:
            self.problems.append(f"{event['id']} after {self.seen}")
        self.seen = event["id"]
        if event["kind"] == "task":
            number = event["task"]
            if self.tasks.get(number) != without_overdue(event.get("before")):
                self.problems.append(f"{event} after {self.tasks.get(number)}")
            if "after" in event:
                self.tasks[number] = without_overdue(event["after"])
            else:
                self.tasks.pop(number, None)

    async def catch_up(self, newest: int) -> None:
        self.connect()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.seen < newest:  # noqa: ASYNC110 -- an asyncio.Event set by each change would wake it as often
                await asyncio.sleep(PAUSE_SECONDS)


def without_overdue(task: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the task without the field that depends on the time."""
    return task and {name: value for name, value in task.items() if name != "overdue"}
