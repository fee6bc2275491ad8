"""Keeps the lease of a running turn: renewals of all turns of a process that fall together are one statement."""

import asyncio
import logging
from typing import NamedTuple

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.threads import leases
from taskchat_app.assistant.threads.leases import Renewed
from taskchat_app.domain.event_loop import start_background
from taskchat_app.domain.log.announcements import TURNS, announcements
from taskchat_app.domain.storage.database import DATABASE_AWAY

log = logging.getLogger(__name__)

RENEW_SECONDS = leases.LEASE.total_seconds() / 3
RENEW_AGAIN_SECONDS = 0.5
"""After an outage the lease may have run out: it is renewed before the turn is taken for a killed one."""
NOT_WITHIN_SECONDS = 1.0
"""A turn is not renewed so soon after its start: most have ended by then."""

_due: list["Due"] = []
"""Turns of this process whose renewal is the next statement's."""


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
    if not _due:
        start_background(_renew_due())  # runs once all turns that are due now have come to this line
    due = Due(turn, asyncio.get_running_loop().create_future())
    _due.append(due)
    return await due.renewed


async def _renew_due() -> None:
    due = list(_due)
    _due.clear()
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
