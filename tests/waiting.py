"""Waits, with a timeout, for conditions of which nothing tells, such as those in other processes; background tasks."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import Any

import psutil
import psycopg

from taskchat_app.config import settings
from taskchat_app.domain.storage.database import connection_string

PATIENCE_SECONDS = 120
"""How long a test waits for what must come: only a machine that stands still needs so long."""


def until(condition: Callable[[], object], seconds: float) -> None:
    """Return as soon as the condition is true; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"The condition is still false after {seconds:g} s"
        time.sleep(0.01)


async def until_async(condition: Callable[[], Awaitable[object] | object], seconds: float) -> None:
    """As `until`, while the event loop goes on; the condition may be a coroutine function. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if await found if isawaitable(found) else found:
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def in_background(*works: Coroutine[Any, Any, Any]) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Run these until the context ends, then cancel them; what they raise is dropped."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def has_ended(process: psutil.Process) -> bool:
    """True if the process has ended; a zombie counts, since init collects it later."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def end_connection_that_waits() -> None:
    """Wait until a connection to the tests' database waits for a locked row, and terminate it."""
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'transactionid'"
    async with await psycopg.AsyncConnection.connect(connection_string(settings()), autocommit=True) as operator:

        async def is_ended() -> bool:
            return await (await operator.execute(end)).fetchone() is not None

        await until_async(is_ended, 10)
