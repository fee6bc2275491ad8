"""Measures how the time of a call grows with the length of its input; other load on the machine does not count."""

import gc
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise

SHORT = 1_000
"""Characters of the shortest text that growth is judged by; it is doubled twice."""
FLOOR_SECONDS = 0.005
"""A call that takes no longer than this for the longest text is fast enough, whatever its growth."""
TIMEOUT_SECONDS = 1.0
"""A call that takes longer is aborted and too slow."""
STEEP_RATIO = 3.0
"""Twice the text takes twice the time if growth is linear, and four times if it is quadratic."""
LINEAR_RATIO = 2.5
"""Growth from half of the shortest text to the shortest that counts as linear, for fast calls only."""
FAST_SECONDS = 4 * FLOOR_SECONDS
"""Such a call would take no longer than this for the longest text if it were quadratic."""
RUNS = 8


class TooSlowError(Exception):
    """A call was aborted after TIMEOUT_SECONDS."""


def first_growth(
    call: Callable[[str], object], texts: Iterable[Callable[[int], str]], shortest: int = SHORT
) -> str | None:
    """Return a description of the first growth that is too steep; None if all are linear or stay under FLOOR_SECONDS.

    Measures CPU time of this thread, so that other processes do not count, without garbage collection, which depends
    on what the process holds.
    """
    gc.disable()
    try:
        with _aborting_too_slow_calls():
            return next(filter(None, (_growth(call, text_of, shortest) for text_of in texts)), None)
    finally:
        gc.enable()


def _growth(call: Callable[[str], object], text_of: Callable[[int], str], shortest: int) -> str | None:
    """Measure shorter texts first: most show that the longest one would be fast enough even with cubic growth.

    What seems steep is measured RUNS times, and the least counts.
    """
    longest = 4 * shortest
    times: list[float] = []
    for size in (shortest // 2, shortest, 2 * shortest, longest):
        times.append(_seconds(call, text_of(size)))
        if times[-1] >= TIMEOUT_SECONDS:
            return f"more than {TIMEOUT_SECONDS} s for {size} characters, {_shown(text_of(size))}"
        if times[-1] * (longest / size) ** 3 <= FLOOR_SECONDS:
            return None
        if_quadratic = times[-1] * (longest / size) ** 2
        if size == shortest and if_quadratic <= FAST_SECONDS and times[-1] <= LINEAR_RATIO * times[-2]:
            return None
        if size > shortest and if_quadratic < TIMEOUT_SECONDS and not _is_steep(times[1:]):
            return None
    del times[0]
    for _ in range(RUNS - 1):
        again = (_seconds(call, text_of(size)) for size in (shortest, 2 * shortest, longest))
        times = [min(pair) for pair in zip(times, again, strict=True)]
        if not _is_steep(times) or times[-1] <= FLOOR_SECONDS:
            return None
    return " → ".join(f"{seconds * 1000:.1f} ms" for seconds in times) + f" for {_shown(text_of(longest))}"


def _is_steep(times: list[float]) -> bool:
    """Return whether each doubling of the text takes more than STEEP_RATIO times as long."""
    return all(later > STEEP_RATIO * earlier for earlier, later in pairwise(times))


def _shown(text: str) -> str:
    return f"{text[:40]!r} … {text[-20:]!r}"


def _seconds(call: Callable[[str], object], text: str) -> float:
    """Return the CPU time of the call, TIMEOUT_SECONDS at most."""
    signal.setitimer(signal.ITIMER_VIRTUAL, TIMEOUT_SECONDS)
    began = time.thread_time()
    try:
        call(text)
    except TooSlowError:
        return TIMEOUT_SECONDS
    finally:
        seconds = time.thread_time() - began
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return seconds


@contextmanager
def _aborting_too_slow_calls() -> Iterator[None]:
    """Raise TooSlowError when the timer ends; a running match of `re` handles signals, too."""

    def abort(*_: object) -> None:
        raise TooSlowError

    # pytest-timeout uses ITIMER_REAL.
    before = signal.signal(signal.SIGVTALRM, abort)
    try:
        yield
    finally:
        signal.signal(signal.SIGVTALRM, before)
