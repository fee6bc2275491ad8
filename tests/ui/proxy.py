"""TCP proxy in front of a server, which can break, stall and mute connections."""

import asyncio
from contextlib import suppress
from typing import Self

from tests.listening import stop_listening


class Proxy:
    """`async with Proxy() as proxy:`; forwards all data to `target`, a local port."""

    def __init__(self) -> None:
        self.target = 0
        self.port = 0
        self._inward, self._outward = asyncio.Event(), asyncio.Event()
        self._listening: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._running: set[asyncio.Task[None]] = set()

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    async def __aenter__(self) -> Self:
        await self.restore()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.restore()
        await self.cut()
        await asyncio.gather(*self._running)

    async def cut(self) -> None:
        """Break every connection and refuse new ones."""
        listening, self._listening = self._listening, None
        if listening is not None:
            await stop_listening(listening)
        for writer in self._open:
            writer.transport.abort()

    def stall(self) -> None:
        """Accept data and forward none, in both directions; keep connections open."""
        self._inward.clear()
        self._outward.clear()

    def mute(self) -> None:
        """Forward the browser's data, and none of the server's."""
        self._outward.clear()

    async def restore(self) -> None:
        """Forward all data again, including what was held back."""
        self._inward.set()
        self._outward.set()
        if self._listening is None:
            self._listening = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
            self.port = self._listening.sockets[0].getsockname()[1]

    def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._listening is None:
            writer.transport.abort()
            return
        task = asyncio.create_task(self._pass_on(reader, writer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = [writer]
        self._open.add(writer)
        with suppress(OSError):
            await self._inward.wait()
            there_reader, there = await asyncio.open_connection("127.0.0.1", self.target)
            ends.append(there)
            self._open.add(there)
            inward = self._pump(reader, there, self._inward)
            await asyncio.gather(inward, self._pump(there_reader, writer, self._outward))
        for end in ends:
            self._open.discard(end)
            end.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flows: asyncio.Event) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                await flows.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
