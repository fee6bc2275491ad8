"""Memory: whether the server's memory grows with the number of answered turns."""

from collections.abc import Iterator

from benchmarks.chat import TURNS_IN_THREAD, Chat
from benchmarks.figures import Row
from benchmarks.servers import Servers
from benchmarks.sizes import Sizes
from benchmarks.wire import Connection
from tests.standin import call, calls, text

HALF = 2
"""Turns for each round: the first half of them fills caches and pools, the second should add nothing."""


def memory(servers: Servers, sizes: Sizes) -> Iterator[Row]:
    """Compare the worker's resident memory after all turns, with a tool call each, to that after half of them."""
    servers.script(calls(call("list_tasks")), text("You have three open tasks.", pieces=20))
    half, used = HALF * sizes.rounds, list[float]()
    with Connection(servers.port, servers.register("memory")) as connection:
        chat = Chat(connection)
        for number in range(2 * half):
            chat.ask(new_thread=number % TURNS_IN_THREAD == 0)
            if number + 1 in (half, 2 * half):
                used.append(servers.worker.memory_info().rss)
    before, after = used
    yield Row(f"memory after {2 * half} turns: after {half}", [after], [before], "ratio ≤ 1.05", "MiB")
