"""Live events: seconds from the commit of a change until all followers of /api/events receive it."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from benchmarks.figures import Row
from benchmarks.servers import Servers
from benchmarks.sizes import Sizes
from benchmarks.streams import follow_events
from benchmarks.wire import Connection

FOLLOWERS = 50
ARRIVES_SECONDS = 60.0
CHANNEL = "taskchat_changes"


def record_change(database: psycopg.Connection[Any], user_id: str, number: int) -> int:
    """Record and announce a change of a task, as another instance would; return its id."""
    counter = "UPDATE users SET last_change_id = last_change_id + 1 WHERE id = %s RETURNING last_change_id"
    [last] = database.execute(counter, [user_id]).fetchall()[0]
    database.execute(
        "INSERT INTO changes (user_id, id, at, actor, kind, action, task_number)"
        " VALUES (%s, %s, now(), 'api', 'task', 'updated', %s)",
        [user_id, last, number],
    )
    database.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"subject": user_id, "id": last})])
    return last


@dataclass(frozen=True)
class Writer:
    """Changes a task while followers receive the events."""

    connection: Connection
    database: psycopg.Connection[Any]
    user_id: str
    number: int

    def commit(self) -> float:
        """Commit one change as another instance would; return the time just before the commit."""
        record_change(self.database, self.user_id, self.number)
        at = time.perf_counter()
        self.database.commit()
        return at

    def patch(self) -> float:
        """Make one change over HTTP; return the time just before the request."""
        at = time.perf_counter()
        self.connection.call("PATCH", f"/api/tasks/{self.number}", {"title": f"Buy milk at {at}"})
        return at


def events(servers: Servers, sizes: Sizes) -> Iterator[Row]:
    """The baseline is one Postgres connection that listens for the same notification."""
    token = servers.register("events")
    with Connection(servers.port, token) as connection, psycopg.connect(servers.database) as database:
        number = connection.call("POST", "/api/tasks", {"title": "Buy milk"})["number"]
        user_id = connection.user_id()
        writer = Writer(connection, database, user_id, number)
        baseline = asyncio.run(_baseline_delays(servers, writer, sizes))
        for followers in (1, FOLLOWERS):
            seconds = asyncio.run(_follower_delays(servers, token, followers, writer.commit, sizes))
            yield Row(f"commit to /api/events, {_many(followers)}", seconds, baseline, "p95 < 50 ms")
        seconds = asyncio.run(_follower_delays(servers, token, FOLLOWERS, writer.patch, sizes))
        yield Row(f"PATCH to /api/events, {_many(FOLLOWERS)}", seconds, baseline)


def _many(followers: int) -> str:
    return "1 follower" if followers == 1 else f"{followers} followers"


async def _baseline_delays(servers: Servers, writer: Writer, sizes: Sizes) -> list[float]:
    listener = await psycopg.AsyncConnection.connect(servers.database, autocommit=True)
    seconds: list[float] = []
    async with listener:
        await listener.execute(f"LISTEN {CHANNEL}".encode())
        for _ in range(sizes.warm_up + sizes.rounds):
            change = asyncio.create_task(asyncio.to_thread(writer.commit))
            arrived = [time.perf_counter() async for _ in listener.notifies(timeout=ARRIVES_SECONDS, stop_after=1)]
            seconds.append(arrived[0] - await change)
    return seconds[sizes.warm_up :]


async def _follower_delays(
    servers: Servers, token: str, followers: int, change: Callable[[], float], sizes: Sizes
) -> list[float]:
    """Return the seconds of every follower in every round."""
    arrivals: asyncio.Queue[float] = asyncio.Queue()
    seconds: list[float] = []
    async with _followers(servers.port, token, followers, arrivals):
        for number in range(sizes.warm_up + sizes.rounds):
            at = await asyncio.to_thread(change)
            async with asyncio.timeout(ARRIVES_SECONDS):
                arrived = [await arrivals.get() for _ in range(followers)]
            if number >= sizes.warm_up:
                seconds += [arrival - at for arrival in arrived]
    return seconds


@asynccontextmanager
async def _followers(port: int, token: str, followers: int, arrivals: asyncio.Queue[float]) -> AsyncGenerator[None]:
    """Open so many followers; each puts the time of every change that it receives into the queue."""
    writers: list[asyncio.StreamWriter] = []
    reading: list[asyncio.Task[None]] = []
    for _ in range(followers):
        reader, writer = await follow_events(port, token)
        writers.append(writer)
        reading.append(asyncio.create_task(_record_arrivals(reader, arrivals)))
    try:
        yield
    finally:
        for task in reading:
            task.cancel()
        for writer in writers:
            writer.close()
        await asyncio.gather(*reading, *(writer.wait_closed() for writer in writers), return_exceptions=True)


async def _record_arrivals(reader: asyncio.StreamReader, arrivals: asyncio.Queue[float]) -> None:
    async for line in reader:
        if line.startswith(b"data: "):
            arrivals.put_nowait(time.perf_counter())
