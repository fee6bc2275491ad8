"""Coalesces identical concurrent reads of the database into one: several tabs of a user ask for the same list."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

_waiting: dict[Hashable, asyncio.Task[Any]] = {}
_running: dict[Hashable, asyncio.Task[Any]] = {}
"""Reads by key: those that have not started, which more callers may join, and those that have."""


async def read_shared(key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
    """Return the result of `read`, shared with identical calls; the read starts after this call.

    While a read of the key runs, all new callers share the next read.
    """
    task = _waiting.get(key)
    if task is None:
        task = _waiting[key] = asyncio.create_task(_read(key, read, _running.get(key)))
    return await asyncio.shield(task)


async def _read(key: Hashable, read: Callable[[], Awaitable[T]], previous: asyncio.Task[Any] | None) -> T:
    if previous is not None:
        await asyncio.wait([previous])
    task = _running[key] = _waiting.pop(key)
    try:
        return await read()
    finally:
        if _running.get(key) is task:
            del _running[key]
