"""Runs work in the background, in pieces with pauses, or to its end in spite of a cancellation."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
PIECE = 20
"""Tasks changed without a pause: with the longest descriptions, 20 take about 10 ms."""

_running: set[asyncio.Task[Any]] = set()
"""The event loop itself keeps only weak references, so a task could disappear while it runs."""


def start_background(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Run the work as a task of its own, and return it. An exception that nobody awaits is logged by the event loop."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


async def in_pieces(items: Sequence[Item], size: int = PIECE) -> AsyncGenerator[Sequence[Item]]:
    """Yield the items in order, at most `size` at a time, and return to the event loop between pieces."""
    for start in range(0, len(items), size):
        if start:
            await asyncio.sleep(0)
        yield items[start : start + size]


async def run_to_completion(work: Coroutine[Any, Any, Result]) -> Result:
    """Await the work to its end, and only then raise a cancellation of this task: for a transaction of a turn."""
    running = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        if not running.cancelled():
            running.exception()  # read, so that asyncio does not log it: the cancellation is raised in its place
        raise cancelled
    return running.result()
