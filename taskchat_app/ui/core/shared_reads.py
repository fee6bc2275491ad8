"""Coalesces identical concurrent reads into one."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

_waiting: dict[Hashable, asyncio.Task[Any]] = {}
_running: dict[Hashable, asyncio.Task[Any]] = {}
"""By their key: the readings that have not begun yet, which more may join, and those that have."""


async def read_shared(key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
    """Return the result of `read`, shared with identical calls; the read starts after this call.

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
