"""Runs work that goes on whether or not somebody waits for it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

_running: set[asyncio.Task[Any]] = set()
"""The event loop itself keeps only weak references, so a task could disappear while it runs."""


def start(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Run the work as a task of its own, and return it. An exception that nobody awaits is logged by the event loop."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task
