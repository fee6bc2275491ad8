"""Runs work that nobody waits for."""

import asyncio
from collections.abc import Coroutine
from typing import Any

_running: set[asyncio.Task[None]] = set()
"""The event loop itself keeps only weak references, so a task could disappear while it runs."""


def start(work: Coroutine[Any, Any, None]) -> None:
    """Run the work as a task of its own. An exception of it is logged by the event loop."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
