"""Time limits of a shutdown: for the answers that lifespan.py lets end on SIGTERM, and for the exit of each process."""

import atexit
import os
import signal
import sys
import threading
from functools import partial, partialmethod
from types import FrameType
from typing import Any, cast

import granian.server

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
EXIT_AGAIN_SECONDS = 0.5
"""At this interval SystemExit is raised again while the process still runs."""

END_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
"""At the end of a terminal, the kernel sends SIGHUP to the processes in the foreground, and a shell to all its jobs."""


def exit_within(seconds: float) -> None:
    """Force-exit this process after `seconds`, with code 0, whatever still runs."""
    timer = threading.Timer(seconds, os._exit, [0])
    timer.daemon = True  # the regular exit does not wait for it
    timer.start()


def limit_supervisor_shutdown() -> None:
    """Make the supervisor end with its workers within a bounded time after SIGTERM, and when its terminal is closed.

    A server that nohup started, with SIGHUP ignored, outlives its terminal.
    """
    signals = {number for number in END_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN}
    _exit_on(signals)
    server = cast(Any, granian.server.Server)  # with `--env prod`, Reflex sets neither of these
    server.__init__ = partialmethod(server.__init__, workers_kill_timeout=SUPERVISOR_PATIENCE_SECONDS)
    # On SIGHUP Granian would replace its workers, and serve on without a terminal. With None it does not handle SIGHUP.
    server.signal_handler_reload = server.signal_handler_interrupt if signal.SIGHUP in signals else None


def _exit_on(signals: set[signal.Signals]) -> None:
    """Exit on these signals until Granian installs its handlers: the default action would leave Postgres running.

    A forked worker inherits Granian's handlers, which have no effect there: until it installs its own (lifespan.py), it
    has the default action. During the fork the signals are blocked, and delivered afterwards.
    """
    for number in signals:
        signal.signal(number, _exit)
    os.register_at_fork(
        before=partial(signal.pthread_sigmask, signal.SIG_BLOCK, signals),
        after_in_parent=partial(signal.pthread_sigmask, signal.SIG_UNBLOCK, signals),
        after_in_child=partial(_use_default_action, signals),
    )


def _use_default_action(signals: set[signal.Signals]) -> None:
    for number in signals:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)


def _exit(number: int, frame: FrameType | None) -> None:
    """Raise SystemExit. Python may drop that (see _exit_again): a timer raises it again until the process ends."""
    for end_signal in END_SIGNALS:  # kernel and shell both send SIGHUP: the second would interrupt the exit
        signal.signal(end_signal, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, _exit_again)
    signal.setitimer(signal.ITIMER_REAL, EXIT_AGAIN_SECONDS, EXIT_AGAIN_SECONDS)
    atexit.register(signal.setitimer, signal.ITIMER_REAL, 0)
    sys.exit(0)


def _exit_again(number: int, frame: FrameType | None) -> None:
    """Raise SystemExit again if Python dropped it, as it does in callbacks of weak references: each import runs one."""
    is_ending = not threading.main_thread().is_alive() or _handles_exit()
    if is_ending:
        return
    has_granian_handlers = signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN  # which _exit has set
    if not has_granian_handlers:
        sys.exit(0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    os.kill(os.getpid(), signal.SIGTERM)  # Granian ends the process


def _handles_exit() -> bool:
    """Return whether the interrupted code handles a SystemExit, for example in a `finally`."""
    error = sys.exception()
    while error is not None and not isinstance(error, SystemExit):
        error = error.__context__
    return error is not None
