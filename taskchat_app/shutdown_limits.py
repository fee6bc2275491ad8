"""Time limits of a shutdown: exits by force after them. lifespan.py ends the answers on SIGTERM."""

import os
import signal
import sys
import threading
from functools import partialmethod
from types import FrameType
from typing import Any, cast

from granian import server

DRAIN_SECONDS = 10.0
"""Time for running answers after SIGTERM; then the partial answers are stored."""
LINGER_SECONDS = 1.5
"""Time for open responses to end after that; part of TEARDOWN_SECONDS."""
TEARDOWN_SECONDS = 3.0
"""Time for everything after DRAIN_SECONDS: store the last answers, close responses and connections.

Does not include stopping Postgres: the supervisor does that as its last user.
"""
WORKER_SECONDS = DRAIN_SECONDS + TEARDOWN_SECONDS
"""Maximum time from SIGTERM to the end of a worker."""
SUPERVISOR_PATIENCE_SECONDS = WORKER_SECONDS + 1
"""How long the supervisor waits for a suspended or blocked worker, which cannot enforce its own limit."""


def exit_within(seconds: float) -> None:
    """Force-exit this process after `seconds`, with code 0, whatever still runs."""
    timer = threading.Timer(seconds, os._exit, [0])
    timer.daemon = True  # the regular exit does not wait for it
    timer.start()


def limit_supervisor_shutdown() -> None:
    """Make the supervisor end with its workers within a bounded time after SIGTERM."""
    # Until Granian installs its handler: the signal's default action would leave Postgres running.
    signal.signal(signal.SIGTERM, _exit)
    # A forked worker inherits Granian's handler, which has no effect there, until it installs its own.
    os.register_at_fork(before=_block_sigterm, after_in_parent=_unblock_sigterm, after_in_child=_reset_sigterm)
    # With --env prod Reflex sets no limit, and without one Granian waits for a worker forever.
    granian_server = cast(Any, server.Server)
    initialize = partialmethod(granian_server.__init__, workers_kill_timeout=SUPERVISOR_PATIENCE_SECONDS)
    granian_server.__init__ = initialize


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _block_sigterm() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


def _unblock_sigterm() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def _reset_sigterm() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _unblock_sigterm()
