"""Refuses new turns once this process is about to end; `turns.drain` ends the running ones."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from taskchat_app.domain.storage.errors import Draining
from taskchat_app.i18n.messages import gettext

draining = asyncio.Event()
"""Set when the process is about to end."""
RESTARTING = gettext("The server is restarting. Nothing was stored. Send it again in a few seconds.")

_admissions: set[asyncio.Future[None]] = set()
"""Requests that passed `admitting` and whose turns have not started yet."""


@asynccontextmanager
async def admitting() -> AsyncGenerator[None]:
    """Hold the end of the process back until the turn has started. Raises Draining before anything is stored."""
    if draining.is_set():
        raise Draining(RESTARTING)
    admission = asyncio.get_running_loop().create_future()
    _admissions.add(admission)
    try:
        yield
    finally:
        _admissions.remove(admission)
        admission.set_result(None)


def admitted() -> int:
    """Return how many turns are about to start."""
    return len(_admissions)


async def begin(seconds: float) -> None:
    """Refuse what arrives from now on, and wait up to `seconds` for what arrived before."""
    draining.set()
    if _admissions:
        await asyncio.wait(set(_admissions), timeout=seconds)
