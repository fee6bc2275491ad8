"""A follower that does not read: dropped, bounded in memory, in nobody's way, and welcome back."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from taskchat_app.config import Settings
from taskchat_app.domain.database import connection_string
from tests.failures.instances import Instance, streamed, visitor

CHANGES = 4000
WORDS = 2000
"""Characters in each change: more in all than the kernel's buffers of a connection hold."""
DROPPED_WITHIN_SECONDS = 20
GROWN_MAX_BYTES = 60 * 2**20


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    with Instance() as found:
        yield found


def write(instance: Instance, user_id: str) -> None:
    """So many changes of one person, a few at a time, as other instances commit them."""
    chosen = Settings(taskchat_home=Path(instance.home), database_url=None)  # pyright: ignore[reportCallIssue]: the rest has defaults
    with psycopg.connect(connection_string(chosen)) as database:
        for first in range(1, CHANGES, 100):
            database.execute("UPDATE users SET last_change_id = %s WHERE id = %s", [first + 99, user_id])
            database.execute(
                "INSERT INTO changes (user_id, id, at, actor, kind, action, item_id)"
                " SELECT %s, number, now(), 'api', 'message', 'stored', repeat('x', %s)"
                " FROM generate_series(%s::int, %s) AS number",
                [user_id, WORDS, first, first + 99],
            )
            notice = json.dumps({"subject": user_id, "id": first + 99})
            database.execute("SELECT pg_notify('taskchat_changes', %s)", [notice])
            database.commit()


def opened(instance: Instance, token: str, after: int = 0) -> socket.socket:
    """A connection that has asked for the events and takes little at a time."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", instance.port))
    asked = f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\nLast-Event-ID: {after}\r\n\r\n"
    connection.sendall(asked.encode())
    assert b"200 OK" in connection.recv(512)
    return connection


def read_to_its_end(connection: socket.socket) -> bytes:
    connection.settimeout(DROPPED_WITHIN_SECONDS)
    read = b""
    try:
        while piece := connection.recv(65536):
            read += piece
    except ConnectionResetError:
        pass
    return read


def numbers(stream: bytes) -> list[int]:
    """The ids of the whole events."""
    blocks = stream.split(b"\n\n")[:-1]
    return [int(line[4:]) for block in blocks for line in block.split(b"\n") if line.startswith(b"id: ")]


async def test_a_follower_that_does_not_read_is_dropped_and_can_come_back(instance: Instance):
    async with visitor(instance) as chat:
        user_id = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
        before = instance.worker.memory_info().rss
        rude = opened(instance, chat.http.headers["Authorization"])
        async with streamed(chat.http, "/api/events") as events:
            began = time.monotonic()
            writing = asyncio.create_task(asyncio.to_thread(write, instance, user_id))
            seen = [(await anext(events))["id"] for _ in range(CHANGES)]
            await writing
            assert seen == list(range(1, CHANGES + 1))
            assert time.monotonic() - began < DROPPED_WITHIN_SECONDS
        await asyncio.sleep(11)  # its patience with one who takes nothing
        assert instance.worker.memory_info().rss - before < GROWN_MAX_BYTES
        got = numbers(await asyncio.to_thread(read_to_its_end, rude))
        rude.close()
        assert got == list(range(1, len(got) + 1))
        assert len(got) < CHANGES
        async with streamed(chat.http, "/api/events", headers={"Last-Event-ID": str(got[-1])}) as events:
            rest = [(await anext(events))["id"] for _ in range(CHANGES - len(got))]
        assert got + rest == seen
