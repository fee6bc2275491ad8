"""Splits long work into pieces, so that the event loop serves others in between."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

PIECE = 20
"""So many tasks are changed at once: with the longest descriptions that takes some 10 ms."""


async def in_pieces(items: Sequence[Item], size: int = PIECE) -> AsyncGenerator[Sequence[Item]]:
    """The items in their order, at most `size` at a time."""
    for start in range(0, len(items), size):
        if start:
            await asyncio.sleep(0)
        yield items[start : start + size]
