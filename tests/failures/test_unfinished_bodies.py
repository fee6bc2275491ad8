"""Connections that are idle or send bodies and messages without end: they hold little memory, and no user waits."""

import asyncio
import re
from contextlib import suppress

import httpx
import pytest

from taskchat_app.api.core.request_bodies import BODY_MAX_BYTES
from taskchat_app.tcp_connections import CONNECTIONS_IN_NETWORK
from tests.failures.support.instances import Instance, chat_client
from tests.waiting import PATIENCE_SECONDS, until_async

pytestmark = pytest.mark.soak

GRANIAN_DEFAULT = 1_024
EXCESS = 200
"""Connections beyond a limit."""


async def test_a_client_with_thousands_of_connections_blocks_no_other_and_loses_the_newest(killable: Instance) -> None:
    opened: list[asyncio.StreamWriter] = []
    try:
        await open_more(killable, GRANIAN_DEFAULT + EXCESS, opened)
        assert await health(killable) == 200
        await open_more(killable, CONNECTIONS_IN_NETWORK - GRANIAN_DEFAULT, opened)
        most = CONNECTIONS_IN_NETWORK + EXCESS // 2
        await until_async(lambda: len(killable.worker.net_connections("tcp")) <= most, PATIENCE_SECONDS)
        assert await health(killable) == 200
    finally:
        for writer in opened:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def open_more(killable: Instance, count: int, opened: list[asyncio.StreamWriter]) -> None:
    opened += [(await asyncio.open_connection("127.0.0.1", killable.port))[1] for _ in range(count)]


async def health(killable: Instance) -> int:
    async with httpx.AsyncClient(base_url=killable.origin, timeout=PATIENCE_SECONDS) as http:
        return (await http.get("/api/health")).status_code


BODIES = 400
GROWTH_MAX = 128_000_000
"""Bodies: some 66 MB alone, 110 MB at the end of a whole run. Before they had budgets, the server grew by 690 MB.

Messages: 20 to 63 MB, beside eight processes that compute too.
"""
SOCKETS = 150
FRAGMENTS = 100
"""Of 60 kB for each socket: 900 MB in all."""
HEAD = b"POST /api/tasks HTTP/1.1\r\nHost: taskchat\r\nX-Forwarded-For: %s\r\nContent-Length: %d\r\n\r\n"


async def begin_body(server: Instance, address: str) -> asyncio.StreamWriter:
    """Send a body without its last byte, or as much as the server takes."""
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    with suppress(ConnectionError):
        writer.write(HEAD % (address.encode(), BODY_MAX_BYTES) + (BODY_MAX_BYTES - 1) * b" ")
        await writer.drain()
    return writer


async def test_unfinished_bodies_hold_little_memory_and_delay_no_user(crowded: Instance):
    async with chat_client(crowded) as chat:
        assert (await chat.http.get("/api/tasks")).status_code == 200
        before = crowded.worker.memory_info().rss
        addresses = [f"192.0.2.{number % 200}" for number in range(BODIES)]
        opened = await asyncio.gather(*(begin_body(crowded, address) for address in addresses))
        try:
            added = await chat.http.post("/api/tasks", json={"title": "x", "description": 2_000 * "x"})
            assert added.status_code == 201
            assert crowded.worker.memory_info().rss - before < GROWTH_MAX
        finally:
            for writer in opened:
                writer.close()


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def open_socket(server: Instance, number: int, *, requests: int = 0) -> Stream:
    """Open the socket of an unknown sender, over a connection that has carried so many requests, as a proxy's has."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for _ in range(requests):
        writer.write(b"GET /_event/ HTTP/1.1\r\nHost: taskchat\r\nX-Long: %s\r\n\r\n" % (10_000 * b"x"))
        head = await reader.readuntil(b"\r\n\r\n")
        [length] = re.findall(rb"content-length: (\d+)", head, re.IGNORECASE)
        await reader.readexactly(int(length))
    writer.write(
        b"GET /_event/?token=%032x&EIO=4&transport=websocket HTTP/1.1\r\nHost: taskchat\r\nUpgrade: websocket\r\n"
        b"X-Forwarded-For: 192.0.2.%d\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" % (number, number)
    )
    assert (await reader.readuntil(b"\r\n\r\n")).split()[1] == b"101"
    return reader, writer


async def begin_message(writer: asyncio.StreamWriter) -> None:
    """Send parts of a message over a socket, or as many as the server takes."""
    part = b"\xfe" + (60_000).to_bytes(2) + bytes(4) + 60_000 * b"x"
    with suppress(ConnectionError):
        writer.write(b"\x01" + part)
        for _ in range(FRAGMENTS):
            writer.write(b"\x00" + part)
            await writer.drain()


async def test_unfinished_messages_over_sockets_hold_little_memory(crowded: Instance):
    streams = await asyncio.gather(*(open_socket(crowded, number) for number in range(SOCKETS)))
    writers = [writer for _, writer in streams]
    reader, other = await open_socket(crowded, SOCKETS, requests=40)
    most = before = crowded.worker.memory_info().rss
    sending = asyncio.gather(*map(begin_message, writers))
    while not sending.done():
        await asyncio.wait([sending], timeout=0.05)
        most = max(most, crowded.worker.memory_info().rss)
    await sending
    for writer in writers:
        writer.close()
    assert most - before < GROWTH_MAX
    other.write(b"\x81\x81" + bytes(4) + b"1")  # Socket.IO: close
    assert b"\x88" in await reader.read(), "the socket of a proxy was reset"
    other.close()


async def test_http_2_is_refused(crowded: Instance):
    reader, writer = await asyncio.open_connection("127.0.0.1", crowded.port)
    writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5))
    assert (await reader.read(5)) in (b"", b"HTTP/")
    writer.close()
