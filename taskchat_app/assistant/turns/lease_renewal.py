"""Keeps the lease of a running turn: renewals of all turns of a process that fall together are one statement."""

import asyncio
import logging
from collections.abc import Sequence
from typing import NamedTuple

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.threads import leases
from taskchat_app.assistant.threads.leases import Renewed
from taskchat_app.domain.log.announcements import TURNS, announcements
from taskchat_app.domain.storage.database import DATABASE_AWAY

log = logging.getLogger(__name__)

RENEW_SECONDS = leases.LEASE.total_seconds() / 3
RENEW_AGAIN_SECONDS = 0.5
"""After an outage the lease may have run out: it is renewed before the turn is taken for a killed one."""
NOT_WITHIN_SECONDS = 1.0
"""A turn is not renewed so soon after its start: most have ended by then."""

_due: dict[str, "Due"] = {}
"""Turns of this process, by their ids, whose renewal is the next statement's."""
_renewals: set[asyncio.Task[None]] = set()
"""Statements under way."""


class Due(NamedTuple):
    """A turn, and what its renewal gives: None when its lease is lost."""

    turn: TurnContext
    renewed: asyncio.Future[Renewed | None]


async def keep_lease(turn: TurnContext) -> None:
    """Renew the thread's lease while the turn runs, and follow its title; end the turn by a stop or a lost lease."""
    with announcements().listen(TURNS, turn.turn_id) as stop:
        pause = until_renewal()
        while True:
            await stop.wait(pause)
            stop.clear()
            try:
                thread = await _renew(turn)
            except DATABASE_AWAY:
                log.warning("The lease of a turn could not be renewed, trying again")
                pause = RENEW_AGAIN_SECONDS
                continue
            if thread is None or thread.stop_requested:
                turn.end("failed" if thread is None else "stopped")
                return
            turn.note_title(thread.title)
            pause = until_renewal()


def until_renewal() -> float:
    """Return the seconds until the next moment at which all turns of this process renew their leases."""
    remaining = RENEW_SECONDS - asyncio.get_running_loop().time() % RENEW_SECONDS
    return remaining if remaining > NOT_WITHIN_SECONDS else remaining + RENEW_SECONDS


async def _renew(turn: TurnContext) -> Renewed | None:
    """Extend the lease in one statement with all turns that are due now; return None when it is lost."""
    loop = asyncio.get_running_loop()
    if not _due:
        loop.call_soon(_begin_renewal)
    _due[turn.turn_id] = due = Due(turn, loop.create_future())
    return await due.renewed


def _begin_renewal() -> None:
    renewal = asyncio.create_task(_renew_all(list(_due.values())))
    _due.clear()
    _renewals.add(renewal)
    renewal.add_done_callback(_renewals.discard)


async def _renew_all(due: Sequence[Due]) -> None:
    try:
        together = await leases.renew_free([one.turn for one in due]) if len(due) > 1 else {}
        for turn, renewed in due:
            if renewed.done():  # the turn has ended meanwhile
                continue
            thread = together.get(turn.turn_id) or await leases.renew(turn)
            if not renewed.done():
                renewed.set_result(thread)
    except Exception as error:
        for _, renewed in due:
            if not renewed.done():
                renewed.set_exception(error)
