"""The way out is bounded: whatever hangs as a process comes to its end, it is gone soon after it was asked to go."""

import os
import signal
import sys
import threading
from functools import partial
from types import FrameType
from typing import Any, cast

from granian import server

WORKER_SECONDS = 12.0
"""From SIGTERM to the end of a worker: 10 for running answers, the rest to store the others and to end what is open."""
SUPERVISOR_PATIENCE_SECONDS = 13
"""How long the supervisor waits for a worker that not even sees to its own bound, since it is stopped or blocked."""


def end_within(seconds: float, code: int) -> None:
    """End this process then at the latest, whatever its loop and its threads wait for."""
    last = threading.Timer(seconds, os._exit, [code])
    last.daemon = True  # the regular end does not wait for it
    last.start()


def bound_supervisor(patience_seconds: int = SUPERVISOR_PATIENCE_SECONDS) -> None:
    """Have the supervisor that this process becomes end at SIGTERM, from now on, and its workers with it."""
    # Until Granian has its own handler: an end by the signal itself would leave Postgres running.
    signal.signal(signal.SIGTERM, _exit)
    # A worker inherits Granian's handler, which does nothing there, and has its own only after a while.
    os.register_at_fork(before=_hold_sigterm, after_in_parent=_take_sigterm, after_in_child=_end_by_sigterm)
    # Reflex sets no limit, and without one Granian waits for a worker for ever.
    cast(Any, server).Server = partial(server.Server, workers_kill_timeout=patience_seconds)


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _hold_sigterm() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


def _take_sigterm() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def _end_by_sigterm() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _take_sigterm()
