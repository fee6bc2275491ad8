"""Events joined into batches, so that a fast stream becomes a steady one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def batches(events: AsyncIterator[T], seconds: float) -> AsyncIterator[list[T]]:
    """What arrives within so many seconds, as one list; the first event comes at once, alone."""
    queue: asyncio.Queue[T | None] = asyncio.Queue()
    reader = asyncio.create_task(_read(events, queue))
    pause = 0.0
    try:
        while (event := await queue.get()) is not None:
            batch, over = [event], False
            await asyncio.sleep(pause)
            pause = seconds
            while not queue.empty() and not over:
                event = queue.get_nowait()
                over = event is None
                if event is not None:
                    batch.append(event)
            yield batch
            if over:
                break
        await reader
    finally:
        reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reader


async def _read(events: AsyncIterator[T], queue: "asyncio.Queue[T | None]") -> None:
    try:
        async for event in events:
            queue.put_nowait(event)
    finally:
        queue.put_nowait(None)
