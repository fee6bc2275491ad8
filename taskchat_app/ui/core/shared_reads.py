"""Coalesces identical concurrent reads of the database into one: several tabs of a user ask for the same list.

Of each key at most one read runs, and one waits for its end. A new caller joins the read that waits: the running one
may have begun before the change that the caller wants to see.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

_waiting: dict[Hashable, asyncio.Task[Any]] = {}
_running: dict[Hashable, asyncio.Task[Any]] = {}


async def read_shared(key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
    """Return the result of `read`, shared with identical calls; the read starts after this call."""
    task = _waiting.get(key)
    if task is None:
        task = _waiting[key] = asyncio.create_task(_read(key, read, _running.get(key)))
    return await asyncio.shield(task)


async def _read(key: Hashable, read: Callable[[], Awaitable[T]], previous: asyncio.Task[Any] | None) -> T:
    if previous is not None:
        await asyncio.wait([previous])
    _running[key] = _waiting.pop(key)  # this task, which no new caller may join from here on
    try:
        return await read()
    finally:
        del _running[key]
