"""A client for endless event streams of the in-process API."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from typing import Any

from taskchat_app.api.streams import sse
from taskchat_app.domain.accounts.accounts import Person

Event = dict[str, str]
PATIENCE_SECONDS = 60


class Stream:
    """An open response: `status`, `headers`, and the body as it arrives."""

    def __init__(self, app: Any, path: str, headers: Mapping[str, str]):
        self._arrived: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._asked = False
        address, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": address,
            "raw_path": address.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 50000),
            "server": ("localhost", 3000),
        }
        self.answering = asyncio.create_task(app(scope, self._receive, self._send))
        self.status = 0
        self.headers: dict[str, str] = {}

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self._arrived.put_nowait(message)

    async def begin(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self._arrived.get()
        self.status = message["status"]
        self.headers = {name.decode(): value.decode() for name, value in message["headers"]}

    async def text(self) -> AsyncIterator[str]:
        """Yield the body's parts until the server ends the stream."""
        while True:
            async with asyncio.timeout(PATIENCE_SECONDS):
                message = await self._arrived.get()
            if message.get("body"):
                yield message["body"].decode()
            if not message.get("more_body", False):
                return

    async def events(self) -> AsyncIterator[Event]:
        """Yield the events, each as a dict of its fields, without comments."""
        waiting = ""
        async for piece in self.text():
            waiting += piece
            *whole, waiting = waiting.split("\n\n")
            for block in whole:
                fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
                if fields:
                    yield fields

    async def first(self, count: int) -> list[Event]:
        """Return the next `count` events."""
        found: list[Event] = []
        async for event in self.events():
            found.append(event)
            if len(found) == count:
                break
        return found

    async def disconnect(self) -> None:
        """Disconnect, as a closed tab does."""
        self._gone.set()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.answering


async def send_without_reading(
    batches: AsyncGenerator[list[bytes]], person: Person, reads: asyncio.Event | None = None, **scope: Any
) -> list[bytes]:
    """Send a stream to a client that does not read, or not before this event, until it ends; return what it got."""
    sent: list[bytes] = []

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await (reads or asyncio.Event()).wait()
        sent.append(message.get("body", b""))

    async with asyncio.timeout(PATIENCE_SECONDS):
        await sse.stream(batches, person, ExitStack())({"type": "http", "method": "GET", **scope}, receive, send)
    return sent


@asynccontextmanager
async def open_stream(app: Any, path: str, headers: Mapping[str, str]) -> AsyncIterator[Stream]:
    """Open a stream and wait for its beginning; disconnect at the end."""
    stream = Stream(app, path, headers)
    await stream.begin()
    try:
        yield stream
    finally:
        await stream.disconnect()
