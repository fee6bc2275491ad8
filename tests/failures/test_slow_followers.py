"""Followers that do not read are disconnected, and the server's memory stays bounded."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator

import psycopg
import pytest

from tests.chatting import Answer, message
from tests.failures.support.instances import Instance, chat_client, events_until, open_stream, remaining_events
from tests.standin import Standin, hold_after, text
from tests.waiting import PATIENCE_SECONDS, until_async

pytestmark = pytest.mark.soak

CHANGES = 4000
CHANGE_CHARACTERS = 2000
"""Characters in each change: all changes together exceed the kernel's buffers of a connection."""
STALLED_CLIENTS = 20
READ_WITHIN_SECONDS = 60
"""Less than the timeouts of all clients that do not read, one after the other."""
GROWN_MAX_BYTES = 60 * 2**20
FOREVER = {
    "taskchat_app.api.streams.sse": {"SEND_TIMEOUT_SECONDS": 3600.0},
    "taskchat_app.shutdown_limits": {"WORKER_SECONDS": 3600.0, "SUPERVISOR_PATIENCE_SECONDS": 3600},
}
"""Time limits with which a shutdown that waits for such clients does not end."""


@pytest.fixture
def unhurried(killable: Instance) -> Iterator[Instance]:
    """The instance with these limits; after the test it has its own ones again."""
    killable.end()
    environment = killable.environment
    killable._environment["TEST_VALUES"] = json.dumps(FOREVER)
    killable.start()
    yield killable
    killable._environment = environment


def write(instance: Instance, user_id: str) -> None:
    """Insert CHANGES changes of one user, 100 at a time, as another instance would."""
    with psycopg.connect(instance.conninfo) as database:
        for first in range(1, CHANGES, 100):
            database.execute("UPDATE users SET last_change_id = %s WHERE id = %s", [first + 99, user_id])
            database.execute(
                "INSERT INTO changes (user_id, id, at, actor, kind, action, item_id)"
                " SELECT %s, number, now(), 'api', 'message', 'stored', repeat('x', %s)"
                " FROM generate_series(%s::int, %s) AS number",
                [user_id, CHANGE_CHARACTERS, first, first + 99],
            )
            notice = json.dumps({"subject": user_id, "id": first + 99})
            database.execute("SELECT pg_notify('taskchat_changes', %s)", [notice])
            database.commit()


def open_stalled(instance: Instance, token: str, after: int = 0) -> socket.socket:
    """Open a connection that requests the events, has a small receive buffer, and does not read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", instance.port))
    request = f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\nLast-Event-ID: {after}\r\n\r\n"
    connection.sendall(request.encode())
    assert b"200 OK" in connection.recv(512)
    return connection


def read_to_its_end(connection: socket.socket) -> bytes:
    connection.settimeout(PATIENCE_SECONDS)
    read = b""
    try:
        while piece := connection.recv(65536):
            read += piece
    except ConnectionResetError:
        pass
    return read


def event_ids(stream: bytes) -> list[int]:
    """Return the ids of the complete events."""
    blocks = stream.split(b"\n\n")[:-1]
    return [int(line[4:]) for block in blocks for line in block.split(b"\n") if line.startswith(b"id: ")]


async def wait_until_closed(instance: Instance, clients: list[socket.socket]) -> None:
    """Wait until the server has closed all these connections."""
    ports = {client.getsockname()[1] for client in clients}

    def is_closed() -> bool:
        return not ports & {peer.raddr.port for peer in instance.worker.net_connections("tcp4") if peer.raddr}

    await until_async(is_closed, PATIENCE_SECONDS)


async def test_followers_that_do_not_read_are_disconnected_delay_no_others_and_can_resume(killable: Instance):
    async with chat_client(killable) as chat:
        user_id = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
        before = killable.worker.memory_info().rss
        stalled = [open_stalled(killable, chat.http.headers["Authorization"]) for _ in range(STALLED_CLIENTS)]
        async with open_stream(chat.http, "/api/events") as events:
            began = time.monotonic()
            writing = asyncio.create_task(asyncio.to_thread(write, killable, user_id))
            seen = [(await anext(events))["id"] for _ in range(CHANGES)]
            await writing
            assert seen == list(range(1, CHANGES + 1))
            assert time.monotonic() - began < READ_WITHIN_SECONDS
        assert killable.worker.memory_info().rss - before < GROWN_MAX_BYTES
        await wait_until_closed(killable, stalled)
        assert killable.worker.memory_info().rss - before < GROWN_MAX_BYTES
        received = event_ids(await asyncio.to_thread(read_to_its_end, stalled[0]))
        for client in stalled:
            client.close()
        assert received == list(range(1, len(received) + 1))
        assert len(received) < CHANGES
        async with open_stream(chat.http, "/api/events", headers={"Last-Event-ID": str(received[-1])}) as events:
            later = [(await anext(events))["id"] for _ in range(CHANGES - len(received))]
        assert received + later == seen


async def test_a_shutdown_waits_for_answers_and_for_no_client_that_does_not_read(unhurried: Instance, standin: Standin):
    standin.script([hold_after(text("OneTwoTri", pieces=3), 1)])
    async with chat_client(unhurried) as chat:
        user_id = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
        stalled = open_stalled(unhurried, chat.http.headers["Authorization"])
        await asyncio.to_thread(write, unhurried, user_id)
        async with open_stream(chat.http, "/api/chatkit", json=message("count")) as answer:
            begun = await events_until(answer, "text_delta")
            process = unhurried._process
            assert process is not None
            unhurried.supervisor.terminate()
            standin.release()
            answered = Answer(begun + await remaining_events(answer))
        assert (answered.text, answered.errors) == ("OneTwoTri", [])
        assert await asyncio.to_thread(process.wait, PATIENCE_SECONDS) == 0
        stalled.close()
