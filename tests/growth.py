"""Measures how the time of a call grows with the length of its input; other load on the machine does not count."""

import gc
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHORT = 1_000
"""Characters of the shortest text; it is doubled twice."""
FLOOR_SECONDS = 0.005
"""A call that takes no longer than this for the longest text is fast enough, whatever its growth."""
TIMEOUT_SECONDS = 0.5
"""A call that takes longer is aborted and too slow."""
STEEP_RATIO = 3.0
"""Twice the text takes twice the time if growth is linear, and four times if it is quadratic."""
RUNS = 3


class TooSlowError(Exception):
    """A call was aborted after TIMEOUT_SECONDS."""


def growth_of(call: Callable[[str], object], text_of: Callable[[int], str], shortest: int = SHORT) -> str | None:
    """Return a description of growth that is too steep; None if it is linear or stays under FLOOR_SECONDS.

    Measures CPU time of this thread, so that other processes do not count. What seems steep is measured RUNS times,
    and the least counts.
    """
    long = text_of(4 * shortest)
    first = _seconds(call, long)
    if first <= FLOOR_SECONDS:
        return None
    if first >= TIMEOUT_SECONDS:
        return f"more than {TIMEOUT_SECONDS} s for {long[:40]!r} … {long[-20:]!r}"
    times = [_seconds(call, text_of(shortest)), _seconds(call, text_of(2 * shortest)), first]
    for _ in range(RUNS - 1):
        if not _is_steep(times):
            return None
        again = (_seconds(call, text_of(size)) for size in (shortest, 2 * shortest, 4 * shortest))
        times = [min(pair) for pair in zip(times, again, strict=True)]
    if not _is_steep(times):
        return None
    return " → ".join(f"{seconds * 1000:.1f} ms" for seconds in times) + f" for {long[:40]!r} … {long[-20:]!r}"


def _is_steep(times: list[float]) -> bool:
    """Return whether each doubling of the text takes more than STEEP_RATIO times as long."""
    slow = times[2] > FLOOR_SECONDS
    return slow and times[1] > STEEP_RATIO * times[0] and times[2] > STEEP_RATIO * times[1]


def _seconds(call: Callable[[str], object], text: str) -> float:
    """Return the CPU time of the call, without garbage collection, which depends on what the process holds."""
    gc.disable()
    began = time.thread_time()
    try:
        with _aborted_after(TIMEOUT_SECONDS):
            call(text)
    except TooSlowError:
        return TIMEOUT_SECONDS
    finally:
        seconds = time.thread_time() - began
        gc.enable()
    return seconds


@contextmanager
def _aborted_after(seconds: float) -> Iterator[None]:
    """Raise TooSlowError inside after so much CPU time; a running match of `re` handles signals, too."""

    def abort(*_: object) -> None:
        raise TooSlowError

    # pytest-timeout uses ITIMER_REAL.
    before = signal.signal(signal.SIGVTALRM, abort)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
