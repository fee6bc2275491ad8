"""Limits how many answers to one user are written at once; further ones wait."""

import asyncio
from weakref import WeakValueDictionary

ANSWERS_AT_ONCE = 3
"""In each process. A turn that waits can be followed and stopped as well; it holds its thread's lease but no database
connection, and its time begins when its work does."""

_slots: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
"""One semaphore for each user whose turns work or wait."""


def answer_slot(user_id: str) -> asyncio.Semaphore:
    """Return the user's semaphore, which a turn holds while it works. It lives as long as a turn refers to it."""
    return _slots.setdefault(user_id, asyncio.Semaphore(ANSWERS_AT_ONCE))
