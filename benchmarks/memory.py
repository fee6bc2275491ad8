"""Memory: whether the server's memory grows with the number of answered turns."""

from collections.abc import Iterator

from benchmarks.chat import TURNS_IN_THREAD, Chat
from benchmarks.servers import Servers
from benchmarks.wire import Connection
from tests.standin import call, calls, text

TURNS = 80
"""Turns of each half: the first half fills caches and pools, the second should add nothing."""


def memory(servers: Servers) -> Iterator[tuple[str, ...]]:
    """Compare the worker's resident memory after 2 * TURNS turns with a tool call each to that after TURNS."""
    servers.script(calls(call("list_tasks")), text("You have three open tasks.", pieces=20))
    sizes: list[float] = []
    with Connection(servers.port, servers.register("memory")) as connection:
        chat = Chat(connection)
        for number in range(2 * TURNS):
            for _ in chat.send("What is open?", new_thread=number % TURNS_IN_THREAD == 0):
                pass
            if number + 1 in (TURNS, 2 * TURNS):
                sizes.append(servers.worker.memory_info().rss)
    before, after = sizes
    name = f"memory after {2 * TURNS} turns, against after {TURNS}"
    yield name, mebibytes(after), "-", mebibytes(before), f"{after / before:.2f}", "ratio ≤ 1.05"


def mebibytes(size: float) -> str:
    return f"{size / 2**20:.0f} MiB"
