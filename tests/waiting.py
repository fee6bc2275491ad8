"""Waiting, within a bound, for what other processes do by themselves."""

import time
from collections.abc import Callable

import psutil


def until(holds: Callable[[], object], seconds: float) -> None:
    """Return as soon as it holds; fails where it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"It does not hold after {seconds:g} s"
        time.sleep(0.01)


def has_ended(process: psutil.Process) -> bool:
    """Whether it runs no more; it may be there still until init collects it."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
