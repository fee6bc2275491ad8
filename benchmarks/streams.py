"""Many clients at once: answers that stream side by side, turns per second, and idle followers of /api/events."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from psutil import Process

from benchmarks.chat import PATH, is_text
from benchmarks.figures import Row, percentile
from benchmarks.servers import Servers
from benchmarks.sizes import Sizes, seconds_of
from benchmarks.wire import Connection
from tests.chatting import message
from tests.standin import call, calls, text

CHUNK_SECONDS = 0.1
PATIENCE_SECONDS = 240
"""For one answer, on a busy machine."""
SETTLE_SECONDS = 1.0
WORDS = "word " * 8
LIST = "/api/tasks?limit=50"


class AnswerFailed(Exception):
    """An answer that ended with an error."""


@dataclass
class Streamed:
    """The responses of one server: how many were refused or failed, and the seconds between the pieces of each."""

    lost: int = 0
    gaps: list[float] = field(default_factory=list[float])


class TurnCosts(NamedTuple):
    turns_per_second: float
    processor_seconds: float
    """Of one turn."""


def streams(servers: Servers, sizes: Sizes) -> Iterator[Row]:
    """Answers of as many users at once, first of the baseline server, then of taskchat."""
    tokens = servers.register_all("stream", sizes.streams)
    servers.script(text(WORDS * sizes.chunks, pieces=sizes.chunks, delay=CHUNK_SECONDS))
    bare, ours = Streamed(), Streamed()
    asyncio.run(_stream_all(servers.bare_port, [""] * sizes.streams, bare))
    before = servers.worker.memory_info().rss
    asyncio.run(_stream_all(servers.port, tokens, ours))
    grown = servers.worker.memory_info().rss - before
    name = f"{sizes.streams} answers at once"
    yield Row(f"{name}: refused or failed", [ours.lost], [bare.lost], "0", "")
    yield Row(
        f"{name}: p99 of the gaps between pieces", [percentile(ours.gaps, 99)], [percentile(bare.gaps, 99)], "ratio ≤ 2"
    )
    yield Row(f"{name}: memory each", [max(0, grown) / sizes.streams], goal="≤ 0.5 MiB", unit="MiB")


def throughput(servers: Servers, sizes: Sizes) -> Iterator[Row]:
    """Turns per second of several users who each send one message after the other, and the processor time of a turn.

    The latter is without Postgres, and hardly depends on what else the machine does.
    """
    tokens = servers.register_all("throughput", sizes.users)
    plain = text("You have three open tasks.", pieces=5)
    with_tool = (calls(call("create_task", {"title": "Buy milk"})), text("Added it.", pieces=3))
    sides = ((servers.port, tokens, servers.worker), (servers.bare_port, [""] * sizes.users, servers.bare))
    for name, replies in (("plain answer", (plain,)), ("one tool call", with_tool)):
        servers.script(*replies, by_turn=True)
        costs = [list[TurnCosts](), list[TurnCosts]()]
        for _ in range(4):
            for found, (port, users, process) in zip(costs, sides, strict=True):
                found.append(turn_costs(port, users, sizes.turns_of_user, [process]))
        ours, bare = costs[0][1:], costs[1][1:]  # the first is the warm-up
        rates, bare_rates = ([each.turns_per_second for each in found] for found in (ours, bare))
        yield Row(f"turns, {sizes.users} users, {name}", rates, bare_rates, "ratio ≥ 0.8", "/s")
        seconds, bare_seconds = ([each.processor_seconds for each in found] for found in (ours, bare))
        yield Row(f"processor time of a turn, {name}", seconds, bare_seconds)


def followers(servers: Servers, sizes: Sizes) -> Iterator[Row]:
    """Followers of one user's events who receive nothing: their memory, and the time of another user's request."""
    token, other = servers.register("idle"), servers.register("beside-idle")
    with Connection(servers.port, other) as connection:
        [alone] = sizes.alternately(lambda: connection.call("GET", LIST))
        grown, beside = asyncio.run(_follow_idle(servers, token, sizes, connection))
    many = f"{sizes.followers:,} idle followers"
    yield Row(f"{many}: memory each", [grown / sizes.followers], goal="≤ 100 KB", unit="KB")
    yield Row(f"list of another user beside {many}: none", beside, alone, "ratio ≤ 1.1")


async def _follow_idle(servers: Servers, token: str, sizes: Sizes, connection: Connection) -> tuple[float, list[float]]:
    before = servers.worker.memory_info().rss
    writers: list[asyncio.StreamWriter] = []
    for _ in range(sizes.followers):
        _, writer = await follow_events(servers.port, token)
        writers.append(writer)
    await asyncio.sleep(SETTLE_SECONDS)
    grown = servers.worker.memory_info().rss - before
    [seconds] = await asyncio.to_thread(sizes.alternately, lambda: connection.call("GET", LIST))
    for writer in writers:
        writer.close()
    return max(0, grown), seconds


async def follow_events(port: int, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open /api/events; return once the stream has begun."""
    reader, writer = await _opened(port, "GET", "/api/events", token)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await reader.readuntil(b": connected\n\n")
    return reader, writer


async def _stream_all(port: int, tokens: Sequence[str], streamed: Streamed) -> None:
    await asyncio.gather(*(_stream(port, token, streamed) for token in tokens))


async def _stream(port: int, token: str, streamed: Streamed) -> None:
    """Ask one question and record the times of the pieces of its answer."""
    last = None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), _asked(port, token) as lines:
            async for event in lines:
                if is_text(event):
                    at = time.perf_counter()
                    if last is not None:
                        streamed.gaps.append(at - last)
                    last = at
    except (AnswerFailed, TimeoutError):
        streamed.lost += 1


def turn_costs(port: int, tokens: Sequence[str], turns: int, processes: Sequence[Process]) -> TurnCosts:
    """Let all users at once send so many messages, one after the other; measure these processes."""

    async def converse(token: str) -> None:
        for _ in range(turns):
            async with asyncio.timeout(PATIENCE_SECONDS), _asked(port, token) as lines:
                async for _event in lines:
                    pass

    async def converse_all() -> None:
        await asyncio.gather(*(converse(token) for token in tokens))

    count, spent_before = len(tokens) * turns, _processor_seconds(processes)
    seconds = seconds_of(lambda: asyncio.run(converse_all()))
    return TurnCosts(count / seconds, (_processor_seconds(processes) - spent_before) / count)


def _processor_seconds(processes: Sequence[Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


@asynccontextmanager
async def _asked(port: int, token: str) -> AsyncGenerator[AsyncGenerator[dict[str, Any]]]:
    """Send a message to a new thread; yield the events of the answer. Raises AnswerFailed."""
    reader, writer = await _opened(port, "POST", PATH, token, json.dumps(message("What is open?")).encode())
    try:
        status = (await reader.readuntil(b"\r\n\r\n")).split()[1]
        if status != b"200":
            raise AnswerFailed(status)
        yield _events(reader)
    finally:
        writer.close()


async def _events(reader: asyncio.StreamReader) -> AsyncGenerator[dict[str, Any]]:
    async for line in reader:
        if line.startswith(b"data: "):
            event = json.loads(line.removeprefix(b"data: "))
            if event["type"] == "error":
                raise AnswerFailed(event)
            yield event


async def _opened(
    port: int, method: str, path: str, token: str, body: bytes = b""
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send a request on a connection of its own, which ends with the response."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Length: {len(body)}", "Connection: close"]
    head += ["Content-Type: application/json", *([f"Authorization: Bearer {token}"] if token else [])]
    writer.write("\r\n".join([*head, "", ""]).encode() + body)
    return reader, writer
