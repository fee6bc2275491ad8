"""A receiver of webhooks over real HTTP, which answers as scripted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.listening import stop_listening

Reply = int | str
"""A status, or "silent" (no answer), "close" (no answer, closed), "huge" (an endless body), "redirect"."""
ARRIVES_SECONDS = 60
HUGE = b"x" * 65_536


@dataclass
class Receiver:
    """Collects messages; replies are taken in order, then 204."""

    replies: list[Reply] = field(default_factory=list)
    requests: list[tuple[dict[str, str], str]] = field(default_factory=list)
    url: str = ""
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def wait_for(self, count: int) -> list[tuple[dict[str, str], str]]:
        """Return the requests as soon as there are so many."""
        async with asyncio.timeout(ARRIVES_SECONDS), self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) >= count)
        return self.requests

    def messages(self, secret: str) -> list[dict[str, Any]]:
        """Return the messages, whose signatures must be right."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.requests]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
            headers = {name.lower(): value for name, _, value in lines}
            body = (await reader.readexactly(int(headers["content-length"]))).decode(errors="surrogateescape")
            async with self._arrived:
                self.requests.append((headers, body))
                self._arrived.notify_all()
            await self._reply(self.replies.pop(0) if self.replies else 204, writer, reader)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _reply(self, reply: Reply, writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
        match reply:
            case "close":
                return
            case "silent":
                await reader.read()  # until the sender goes away
            case "huge":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
                while not reader.at_eof():
                    writer.write(HUGE)
                    await writer.drain()
            case "redirect":
                writer.write(b"HTTP/1.1 307 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
            case _:
                writer.write(f"HTTP/1.1 {reply} Answer\r\nContent-Length: 0\r\n\r\n".encode())
                await writer.drain()


@asynccontextmanager
async def receiving(*replies: Reply) -> AsyncIterator[Receiver]:
    """Serve a receiver on a free port of 127.0.0.1."""
    receiver = Receiver(list(replies))
    handler: Callable[..., Any] = receiver.answer
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?key=1"
    try:
        yield receiver
    finally:
        await stop_listening(server)
