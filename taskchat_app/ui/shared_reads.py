"""Reads that many tabs ask for at the same moment, since all of them saw the same change: made once for all."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

_waiting: dict[Hashable, asyncio.Task[Any]] = {}
_running: dict[Hashable, asyncio.Task[Any]] = {}
"""By their key: the readings that have not begun yet, which more may join, and those that have."""


async def read_together(key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
    """What `read` gives, by a reading that begins after this call, so that it is never older than the question.

    While one reading of the key runs, all who ask for it wait for the next one, together.
    """
    reading = _waiting.get(key)
    if reading is None:
        reading = _waiting[key] = asyncio.create_task(_read(key, read, _running.get(key)))
    return await asyncio.shield(reading)


async def _read(key: Hashable, read: Callable[[], Awaitable[T]], before: asyncio.Task[Any] | None) -> T:
    if before is not None:
        await asyncio.wait([before])
    reading = _running[key] = _waiting.pop(key)
    try:
        return await read()
    finally:
        if _running.get(key) is reading:
            del _running[key]
