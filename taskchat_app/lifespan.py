"""Startup and shutdown of a worker process: migrations, background tasks, ending answers on SIGTERM."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from taskchat_app import tcp_connections
from taskchat_app.api.streams import sse
from taskchat_app.assistant.agent.agent import warm_up
from taskchat_app.assistant.gemini.client import disable_tracing
from taskchat_app.assistant.tools.expired_proposals import end_expired_proposals
from taskchat_app.assistant.turns import turns
from taskchat_app.assistant.turns.killed_turns import end_killed_turns
from taskchat_app.config import settings
from taskchat_app.domain.log.announcements import PART as ANNOUNCEMENTS
from taskchat_app.domain.log.announcements import announcements
from taskchat_app.domain.push import delivery
from taskchat_app.domain.reminders import scheduler
from taskchat_app.domain.retention import delete_expired
from taskchat_app.domain.storage import embedded_postgres
from taskchat_app.domain.storage.attempts import attempt
from taskchat_app.domain.storage.database import close_pool
from taskchat_app.domain.webhooks import dispatcher
from taskchat_app.runtime.limited_process import hide_memory
from taskchat_app.runtime.metrics import measure_event_loop
from taskchat_app.runtime.supervision import supervise
from taskchat_app.shutdown_limits import DRAIN_SECONDS, LINGER_SECONDS, TEARDOWN_SECONDS, WORKER_SECONDS, exit_within
from taskchat_app.start import prepare
from taskchat_app.ui.socket.unfinished_frames import watch_frames

log = logging.getLogger(__name__)

PARENT_CHECK_SECONDS = 0.2
"""Short, since an orphaned worker occupies the port of the next start."""
RETENTION_SECONDS = 3600


@asynccontextmanager
async def lifespan() -> AsyncGenerator[None]:
    disable_tracing()
    hide_memory()
    await _prepare()
    background = [asyncio.create_task(supervise(part, run), name=part) for part, run in _parts().items()]
    draining = _drain_on_sigterm(background)
    try:
        yield
    finally:
        await _end([*background, *draining])


def _parts() -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
    """Return the background tasks by the names that health and metrics give them."""
    parent = os.getppid()
    return {
        ANNOUNCEMENTS: announcements().run,
        "parent watch": lambda: _end_with_parent(parent),
        "warm-up": lambda: asyncio.to_thread(_warm_up),
        "retention": _delete_expired_hourly,
        "reminders": scheduler.run_scheduler,
        "push": delivery.run_sender,
        "webhooks": dispatcher.run_dispatcher,
        "killed turns": end_killed_turns,
        "expired proposals": end_expired_proposals,
        "connections": tcp_connections.limit_networks,
        "unfinished frames": watch_frames,
        **({"event loop lag": measure_event_loop} if settings().metrics_token else {}),
    }


async def _end(background: list[asyncio.Task[None]]) -> None:
    """Stop the turns, which stores what they have; end the background tasks; release the database."""
    await turns.drain(0)
    for task in background:
        task.cancel()
    await asyncio.gather(*background, return_exceptions=True)
    await close_pool()
    if settings().database_url is None:
        await asyncio.to_thread(embedded_postgres.release, settings().home)


def _warm_up() -> None:
    """Do the work that the first turn would wait for, then exclude all existing objects from garbage collection.

    A collection that visits all loaded modules blocks the process for about 100 ms.
    """
    warm_up()
    gc.collect()
    gc.freeze()


async def _prepare() -> None:
    """Make what the app needs (start.py); end the server if that fails, with the reason."""
    try:
        await asyncio.to_thread(prepare)
    except SystemExit as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        # Without this, the supervisor would restart the worker forever.
        os.kill(os.getppid(), signal.SIGTERM)
        os._exit(1)


def _drain_on_sigterm(background: list[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
    """Replace the server's handler of SIGTERM by `_drain`, which calls that one later.

    Returns a set that is empty until the first SIGTERM, and then contains the task of `_drain`.
    """
    # When a terminal is closed, the supervisor gets SIGHUP as well, and sends SIGTERM.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    loop = asyncio.get_running_loop()
    # Granian set its handler by loop.add_signal_handler. No function of asyncio returns it, so its private table is
    # read; other event loops have none.
    server_handler: Any = getattr(loop, "_signal_handlers", {}).get(signal.SIGTERM)
    draining: set[asyncio.Task[None]] = set()

    def on_sigterm() -> None:
        if not draining:
            exit_within(WORKER_SECONDS)
            draining.add(asyncio.create_task(_drain(server_handler, background)))

    loop.add_signal_handler(signal.SIGTERM, on_sigterm)
    return draining


async def _drain(server_handler: Any, background: list[asyncio.Task[None]]) -> None:
    """End the running answers, then the streams, then the server.

    The server waits for its open responses, and then ends the lifespan, whose `_end` cancels this task. It would wait
    forever for a client that does not read: after LINGER_SECONDS this task ends the process instead.
    """
    await turns.drain(DRAIN_SECONDS)
    exit_within(TEARDOWN_SECONDS)
    sse.drain.set()
    if server_handler is None:  # the event loop does not tell it: the time limit ends the process
        return
    server_handler._run()
    await asyncio.sleep(LINGER_SECONDS)
    log.warning("Some clients do not take the end of what they asked for, ending without them")
    await _end(background)
    os._exit(0)


async def _delete_expired_hourly() -> None:
    while True:
        await attempt(delete_expired(), "Deleting what is too old")
        await asyncio.sleep(RETENTION_SECONDS)


async def _end_with_parent(parent: int) -> None:
    """Stop this worker when its supervisor has ended, since it would occupy the port."""
    while os.getppid() == parent:  # noqa: ASYNC110 -- there is no event for the end of the parent
        await asyncio.sleep(PARENT_CHECK_SECONDS)
    log.warning("The supervisor is gone, ending")
    # Without time for running turns, for the same reason.
    await turns.drain(0)
    os.kill(os.getpid(), signal.SIGTERM)
