"""Turns per second and processor time of a turn: two workers of one server against one.

`python -m benchmarks.workers`; needs redis-server. Two cores hold the workers, Postgres, Redis, the model's stand-in
and the clients, so the workers are stopped four fifths of the time: they are the limit then, as with a core for each.
"""

import multiprocessing
import os
import signal
import statistics
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import psutil

from benchmarks import servers
from benchmarks.servers import Servers
from benchmarks.streams import TurnCosts, turn_costs
from tests.running.support.redis_server import REDIS, Redis
from tests.standin import text

RUNS_SECONDS = 0.004
PERIOD_SECONDS = 0.02
ROUNDS = 4
USERS = 24
TURNS_OF_USER = 2


class Side(NamedTuple):
    """A server, its users' tokens and its workers."""

    server: Servers
    tokens: Sequence[str]
    workers: Sequence[psutil.Process]


def main() -> None:
    """Print the medians of alternate rounds."""
    with ExitStack() as stack:
        model = stack.enter_context(servers.model())
        redis = stack.enter_context(_redis())
        sides = [stack.enter_context(_side(model, workers, redis)) for workers in (1, 2)]
        sides[0].server.script(text("You have three open tasks.", pieces=5), by_turn=True)  # both have this model
        costs = [list[TurnCosts](), list[TurnCosts]()]
        for _ in range(ROUNDS + 1):  # the first is the warm-up
            for found, side in zip(costs, sides, strict=True):
                with _slowed_down(side.workers):
                    found.append(turn_costs(side.server.port, side.tokens, TURNS_OF_USER, side.workers))
    one, two = (statistics.median(each.turns_per_second for each in found[1:]) for found in costs)
    sys.stdout.write(f"turns per second, slowed down: {one:.1f}, with two workers {two:.1f}: {two / one:.2f} times\n")
    one, two = (statistics.median(each.processor_seconds for each in found[1:]) * 1000 for found in costs)
    sys.stdout.write(
        f"processor time of a turn: {one:.1f} ms, with two workers {two:.1f} ms: {2 * one / two:.2f} times\n"
    )


@contextmanager
def _slowed_down(workers: Sequence[psutil.Process]) -> Generator[None]:
    """Stop the workers most of the time."""
    slowing = multiprocessing.Process(target=_slow_down, args=([worker.pid for worker in workers],), daemon=True)
    slowing.start()
    try:
        yield
    finally:
        slowing.terminate()
        slowing.join()
        for worker in workers:
            worker.resume()


def _slow_down(pids: Sequence[int]) -> None:
    """Let one after the other run; a single one has the same share of the time as each of two."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    while True:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
            time.sleep(RUNS_SECONDS)
            os.kill(pid, signal.SIGSTOP)
            time.sleep(PERIOD_SECONDS / len(pids) - RUNS_SECONDS)


@contextmanager
def _side(model_port: int, workers: int, redis_url: str) -> Generator[Side]:
    with (
        TemporaryDirectory(prefix="taskchat-bench-") as folder,
        servers.taskchat(Path(folder), model_port, workers, REDIS_URL=redis_url) as (port, home, processes),
    ):
        server = Servers(model_port, 0, processes[0], port, home, processes[0])
        yield Side(server, server.register_all("workers", USERS), processes)


@contextmanager
def _redis() -> Generator[str]:
    """Run a Redis; yield its REDIS_URL."""
    if not REDIS:
        raise SystemExit("This needs redis-server.")
    with TemporaryDirectory() as folder:
        redis = Redis(Path(folder))
        try:
            redis.start()
            yield redis.url
        finally:
            redis.end()


if __name__ == "__main__":
    main()
