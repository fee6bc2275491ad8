"""Force-exits a process that exceeds its shutdown timeout."""

import os
import signal
import sys
import threading
from functools import partialmethod
from types import FrameType
from typing import Any, cast

from granian import server

DRAIN_SECONDS = 10.0
"""How long running answers may still go on after SIGTERM; then they are stored as far as they got."""
LINGER_SECONDS = 1.5
"""How long open responses may then take to come to their end; part of TEARDOWN_SECONDS."""
TEARDOWN_SECONDS = 3.0
"""How long all may take that comes after DRAIN_SECONDS: the last answers are stored, responses and connections end.

What waits longer is cut off. It is not the time to stop Postgres in: the supervisor does that, as its last user.
"""
WORKER_SECONDS = DRAIN_SECONDS + TEARDOWN_SECONDS
"""From SIGTERM to the end of a worker."""
SUPERVISOR_PATIENCE_SECONDS = WORKER_SECONDS + 1
"""How long the supervisor waits for a worker that not even sees to its own bound, since it is stopped or blocked."""


def exit_within(seconds: float, code: int) -> None:
    """Force-exit this process after so many seconds, whatever still runs."""
    last = threading.Timer(seconds, os._exit, [code])
    last.daemon = True  # the regular end does not wait for it
    last.start()


def limit_supervisor_shutdown(patience_seconds: float = SUPERVISOR_PATIENCE_SECONDS) -> None:
    """Make the supervisor exit soon after SIGTERM, together with its workers."""
    # Until Granian has its own handler: an end by the signal itself would leave Postgres running.
    signal.signal(signal.SIGTERM, _exit)
    # A worker inherits Granian's handler, which does nothing there, and has its own only after a while.
    os.register_at_fork(before=_hold_sigterm, after_in_parent=_take_sigterm, after_in_child=_end_by_sigterm)
    # With --env prod Reflex sets no limit, and without one Granian waits for a worker for ever.
    made = cast(Any, server.Server)
    made.__init__ = partialmethod(made.__init__, workers_kill_timeout=patience_seconds)


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _hold_sigterm() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


def _take_sigterm() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def _end_by_sigterm() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _take_sigterm()
