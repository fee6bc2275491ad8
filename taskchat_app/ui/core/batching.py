"""Joins a fast stream into batches, and adds heartbeats to a silent one."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def in_batches(events: AsyncIterator[T], seconds: float) -> AsyncIterator[list[T]]:
    """Yield lists of the events that arrived within so many seconds; the first event comes alone, at once."""
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


async def with_heartbeats(events: AsyncIterator[T], seconds: float) -> AsyncGenerator[T | None]:
    """Yield every event, and None after so many seconds without one; closes the stream at its end."""
    waiting: asyncio.Future[T] | None = None
    try:
        while True:
            waiting = waiting or asyncio.ensure_future(anext(events))
            done, _ = await asyncio.wait([waiting], timeout=seconds)
            if not done:
                yield None
                continue
            finished, waiting = waiting, None
            try:
                event = finished.result()
            except StopAsyncIteration:
                return
            yield event
    finally:
        if waiting is not None:
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        if isinstance(events, AsyncGenerator):
            await events.aclose()


async def _read(events: AsyncIterator[T], queue: "asyncio.Queue[T | None]") -> None:
    try:
        async for event in events:
            queue.put_nowait(event)
    finally:
        queue.put_nowait(None)
