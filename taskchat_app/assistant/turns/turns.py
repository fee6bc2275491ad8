"""Starts, finds, stops and drains turns.

A turn runs as an asyncio task that any number of clients may follow; it belongs to no tab, socket or request. `start`:
1. `admit` (admission.py) stores the message and takes the thread's lease, in one transaction.
2. Once that is committed, `RunningTurn.start` (running_turn.py) starts the task, and others can find and follow it.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import timedelta
from weakref import WeakValueDictionary

from taskchat_app.assistant.threads import leases
from taskchat_app.assistant.turns.admission import TurnRequest, admit
from taskchat_app.assistant.turns.remote_turn import RemoteTurn, find_remote_turn
from taskchat_app.assistant.turns.running_turn import STOP_SECONDS, RunningTurn, all_running, running_turn
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency_keys import RequestKey
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import Draining, Overloaded
from taskchat_app.i18n.messages import gettext

TURNS_MAX = 1_000
"""Turns that one process admits or runs at once: about 200 MB, and three times as many as were measured to stream
smoothly. Below it, requests wait for a database connection in a queue."""
OVERLOADED_FOR = timedelta(seconds=5)
OVERLOADED = gettext("The server is answering as many messages as it can. Nothing was stored: try again in a moment.")

RESTARTING = gettext("The server is restarting. Nothing was stored. Send it again in a few seconds.")

draining = asyncio.Event()
"""Set when the process is about to end: no turn is begun any more."""
_admissions: set[asyncio.Future[None]] = set()
"""Requests whose turns have not started yet."""
_admission_locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
"""One lock for each key whose request is being admitted in this process."""

FollowableTurn = RunningTurn | RemoteTurn
"""Both have `id`, `thread_id` and `follow()`."""


async def start(
    person: Person, request: TurnRequest, *, key: RequestKey | None = None, shows_widgets: bool = False
) -> FollowableTurn:
    """Admit the request and start its turn; refusals, such as Draining, raise PersonError before the stream.

    The same request with the same key returns the turn that it started before. Raises Overloaded if TURNS_MAX turns
    are admitted or run.
    """
    if len(_admissions) + len(all_running()) >= TURNS_MAX:
        raise Overloaded(OVERLOADED, resets_at=now() + OVERLOADED_FOR)
    async with _admitting(), _admission_lock(person, key):
        admitted = await admit(person, request, key)
        if isinstance(admitted, RemoteTurn):
            return running_turn(person.id, admitted.id) or admitted
        admitted.shows_widgets = shows_widgets
        turn = RunningTurn(admitted, is_resumable=key is not None)
        turn.start()
        return turn


@asynccontextmanager
async def _admitting() -> AsyncGenerator[None]:
    """Make `drain` wait until the turn has started. Raises Draining before anything is stored."""
    if draining.is_set():
        raise Draining(RESTARTING)
    admission = asyncio.get_running_loop().create_future()
    _admissions.add(admission)
    try:
        yield
    finally:
        _admissions.remove(admission)
        admission.set_result(None)


def _admission_lock(person: Person, key: RequestKey | None) -> asyncio.Lock:
    """Between the commit of its key and its start, a turn would look to the same request as if it ran elsewhere."""
    if key is None:
        return asyncio.Lock()
    return _admission_locks.setdefault((person.id, key.key), asyncio.Lock())


async def find(user_id: str, turn_id: str) -> FollowableTurn:
    """Return the user's turn, running here, elsewhere or ended. Raises NotFound if it is absent or another user's."""
    return running_turn(user_id, turn_id) or await find_remote_turn(user_id, turn_id)


async def stop(user_id: str, turn_id: str) -> None:
    """Stop a turn on any instance. Idempotent; NotFound for an unknown turn."""
    turn = await find(user_id, turn_id)
    if isinstance(turn, RemoteTurn):
        async with transaction(user_id) as session:
            await leases.request_stop(session, user_id, turn_id)
    await _stopped(turn)


async def await_stop(user_id: str, turn_id: str) -> None:
    """Wait, for STOP_SECONDS at most, until a turn has ended whose stop is requested (leases.request_stop)."""
    await _stopped(await find(user_id, turn_id))


async def _stopped(turn: FollowableTurn) -> None:
    if isinstance(turn, RunningTurn):
        await turn.stop()
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS), aclosing(turn.follow()) as batches:
            async for _ in batches:
                pass


async def drain(seconds: float) -> None:
    """Begin no turn any more, give running ones some time to finish, then store them as they are."""
    deadline = time.monotonic() + seconds
    draining.set()
    if _admissions:
        await asyncio.wait(set(_admissions), timeout=seconds)
    tasks = [turn.task for turn in all_running() if turn.task is not None]
    if not tasks:
        return
    _, unfinished = await asyncio.wait(tasks, timeout=max(0, deadline - time.monotonic()))
    if not unfinished:
        return
    for turn in all_running():
        turn.context.end_early("failed")
    await asyncio.wait(unfinished, timeout=STOP_SECONDS)
