"""Waits, with a timeout, for conditions in other processes."""

import time
from collections.abc import Callable

import psutil


def until(condition: Callable[[], object], seconds: float) -> None:
    """Return as soon as the condition is true; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"The condition is still false after {seconds:g} s"
        time.sleep(0.01)


def has_ended(process: psutil.Process) -> bool:
    """True if the process has ended; a zombie counts, since init collects it later."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
