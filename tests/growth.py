"""Measures how the time of a call grows with the length of its input, on a machine that does other work besides."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHORT = 1_000
"""Characters of the shortest text; it is doubled twice."""
FLOOR_SECONDS = 0.005
"""What takes no longer than this for the longest text is fast, whatever its growth."""
MOST_SECONDS = 0.5
"""A call that takes longer is ended, and is too slow."""
STEEP = 3.0
"""Twice the text takes twice the time where growth is linear, and four times where it is quadratic."""
RUNS = 3


class TooSlowError(Exception):
    """A call was ended after MOST_SECONDS."""


def growth_of(call: Callable[[str], object], text_of: Callable[[int], str], shortest: int = SHORT) -> str | None:
    """What is wrong with the growth, in words; None where it is linear or stays under the floor.

    The time is that of the processor for this thread, the least of several runs, so that other processes do not count.
    """
    long = text_of(4 * shortest)
    first = _seconds(call, long)
    if first <= FLOOR_SECONDS:
        return None
    if first >= MOST_SECONDS:
        return f"more than {MOST_SECONDS} s for {long[:40]!r} … {long[-20:]!r}"
    times = [min(_seconds(call, text_of(size)) for _ in range(RUNS)) for size in (shortest, 2 * shortest, 4 * shortest)]
    if times[2] <= FLOOR_SECONDS:
        return None
    steep = times[1] > STEEP * times[0] and times[2] > STEEP * times[1]
    if not steep:
        return None
    return " → ".join(f"{seconds * 1000:.1f} ms" for seconds in times) + f" for {long[:40]!r} … {long[-20:]!r}"


def _seconds(call: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    try:
        with _ended_after(MOST_SECONDS):
            call(text)
    except TooSlowError:
        return MOST_SECONDS
    return time.thread_time() - began


@contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    """Raise TooSlowError inside after so much time of the processor; a running match of `re` sees signals, too."""

    def end(*_: object) -> None:
        raise TooSlowError

    # Not the timer of pytest-timeout, which is ITIMER_REAL.
    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
