"""Limits how many turns of one user work at once in this process.

A turn that waits is a running turn for everybody else: its message is stored, it holds its thread's lease, and it can
be followed and stopped. It holds no database connection, and its time begins when its work does.
"""

import asyncio
from weakref import WeakValueDictionary

TURNS_AT_ONCE = 3

_slots: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
"""One semaphore for each user whose turns work or wait."""


def turn_slot(user_id: str) -> asyncio.Semaphore:
    """Hold one of the user's places for running turns: `async with turn_slot(user_id): ...`."""
    return _slots.setdefault(user_id, asyncio.Semaphore(TURNS_AT_ONCE))
