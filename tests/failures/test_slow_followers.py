"""Followers that do not read are dropped, with bounded memory."""

import asyncio
import json
import socket
import time

import psycopg

from tests.chatting import Answer, message
from tests.failures.instances import Instance, rest, streamed, until, visitor
from tests.standin import Standin, hold_after, text

CHANGES = 4000
WORDS = 2000
"""Characters in each change: more in all than the kernel's buffers of a connection hold."""
RUDE = 20
READ_WITHIN_SECONDS = 15
DROPPED_WITHIN_SECONDS = 20
ENDED_WITHIN_SECONDS = 8
"""Less than the patience with one who takes nothing."""
GROWN_MAX_BYTES = 60 * 2**20


def write(instance: Instance, user_id: str) -> None:
    """So many changes of one person, a few at a time, as other instances commit them."""
    with psycopg.connect(instance.conninfo) as database:
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


async def dropped(instance: Instance, clients: list[socket.socket]) -> None:
    """Returns once the server has closed all these connections."""
    ports = {client.getsockname()[1] for client in clients}
    async with asyncio.timeout(DROPPED_WITHIN_SECONDS):
        while ports & {one.raddr.port for one in instance.worker.net_connections("tcp4") if one.raddr}:  # noqa: ASYNC110 (no event of ours tells of it)
            await asyncio.sleep(0.2)


async def test_followers_that_do_not_read_are_dropped_in_nobodys_way_and_can_come_back(mortal: Instance):
    async with visitor(mortal) as chat:
        user_id = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
        before = mortal.worker.memory_info().rss
        rude = [opened(mortal, chat.http.headers["Authorization"]) for _ in range(RUDE)]
        async with streamed(chat.http, "/api/events") as events:
            began = time.monotonic()
            writing = asyncio.create_task(asyncio.to_thread(write, mortal, user_id))
            seen = [(await anext(events))["id"] for _ in range(CHANGES)]
            await writing
            assert seen == list(range(1, CHANGES + 1))
            assert time.monotonic() - began < READ_WITHIN_SECONDS
        assert mortal.worker.memory_info().rss - before < GROWN_MAX_BYTES
        await dropped(mortal, rude)
        assert mortal.worker.memory_info().rss - before < GROWN_MAX_BYTES
        got = numbers(await asyncio.to_thread(read_to_its_end, rude[0]))
        for client in rude:
            client.close()
        assert got == list(range(1, len(got) + 1))
        assert len(got) < CHANGES
        async with streamed(chat.http, "/api/events", headers={"Last-Event-ID": str(got[-1])}) as events:
            later = [(await anext(events))["id"] for _ in range(CHANGES - len(got))]
        assert got + later == seen


async def test_an_end_lets_answers_finish_and_waits_for_nobody_who_does_not_read(mortal: Instance, standin: Standin):
    standin.script([hold_after(text("OneTwoTri", pieces=3), 1)])
    async with visitor(mortal) as chat:
        user_id = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
        rude = opened(mortal, chat.http.headers["Authorization"])
        await asyncio.to_thread(write, mortal, user_id)
        async with streamed(chat.http, "/api/chatkit", json=message("count")) as answer:
            begun = await until(answer, "text_delta")
            process = mortal._process
            assert process is not None
            mortal.supervisor.terminate()
            began = time.monotonic()
            standin.release()
            answered = Answer(begun + await rest(answer))
        assert (answered.text, answered.errors) == ("OneTwoTri", [])
        assert await asyncio.to_thread(process.wait, DROPPED_WITHIN_SECONDS) == 0
        assert time.monotonic() - began < ENDED_WITHIN_SECONDS
        rude.close()
