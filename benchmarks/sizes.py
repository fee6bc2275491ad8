"""Sizes of the benchmarks' work: full ones, and small ones that only show that they run; how work is timed."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Numbers of rows, clients and repetitions."""

    rounds: int = 40
    warm_up: int = 8
    rows_of_others: tuple[int, ...] = (100_000, 1_000_000)
    own_tasks: tuple[int, ...] = (100, 2_000, 20_000)
    streams: int = 300
    chunks: int = 40
    followers: int = 1_000
    users: int = 20
    turns_of_user: int = 3
    long_threads: tuple[int, ...] = (200, 1_000)
    long_thread_rounds: int = 5
    bulk: int = 1_000

    def alternately(self, *works: Callable[[], object]) -> list[list[float]]:
        """Do the works by turns; return the seconds of each, without those of the warm-up."""
        rounds = [[seconds_of(work) for work in works] for _ in range(self.warm_up + self.rounds)]
        return [list(seconds) for seconds in zip(*rounds[self.warm_up :], strict=True)]


def seconds_of(work: Callable[[], object]) -> float:
    """Do the work; return the seconds that it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


SMOKE = Sizes(
    rounds=2,
    warm_up=1,
    rows_of_others=(200, 400),
    own_tasks=(10, 20),
    streams=3,
    chunks=3,
    followers=3,
    users=2,
    turns_of_user=1,
    long_threads=(26, 40),
    long_thread_rounds=1,
    bulk=20,
)
