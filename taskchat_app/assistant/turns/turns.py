"""Starts, finds and stops turns.

A turn runs as an asyncio task and belongs to no tab, socket or request.
"""

import asyncio
from contextlib import aclosing, suppress
from weakref import WeakValueDictionary

from taskchat_app.assistant.threads import leases
from taskchat_app.assistant.turns import receipts
from taskchat_app.assistant.turns.admission import PreviousTurn, TurnRequest, admit
from taskchat_app.assistant.turns.remote_turn import RemoteTurn, find_remote_turn
from taskchat_app.assistant.turns.run import STOP_SECONDS, RunningTurn, all_running, running, running_turn
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency import RequestKey
from taskchat_app.domain.log.changes import Actor
from taskchat_app.domain.storage.database import transaction

_admission_locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
"""One lock for each key whose request is being admitted in this process."""

__all__ = ["RemoteTurn", "RunningTurn", "drain", "find", "running", "running_turn", "start", "stop"]

FollowableTurn = RunningTurn | RemoteTurn
"""Both have `id`, `thread_id` and `follow()`."""


async def start(
    person: Person, request: TurnRequest, *, actor: Actor = "person", key: RequestKey | None = None
) -> FollowableTurn:
    """Admit the request and start its turn; refusals raise PersonError before anything is streamed.

    The same request with the same key returns the turn that it started before.
    """
    async with _admission_lock(person, key):
        admitted = await admit(person, actor, request, key)
        if isinstance(admitted, PreviousTurn):
            here = running_turn(person.id, admitted.turn_id)
            return here or RemoteTurn(person.id, admitted.turn_id, admitted.thread_id, admitted.cleanup)
        turn = RunningTurn(admitted, is_resumable=key is not None)
        turn.start()
    return turn


def _admission_lock(person: Person, key: RequestKey | None) -> asyncio.Lock:
    """Between the commit of its key and its start, a turn would look to the same request as if it ran elsewhere."""
    if key is None:
        return asyncio.Lock()
    return _admission_locks.setdefault((person.id, key.key), asyncio.Lock())


async def find(user_id: str, turn_id: str) -> FollowableTurn:
    """Return the user's turn, wherever it runs and also when it is over; NotFound for absent and not theirs alike."""
    return running_turn(user_id, turn_id) or await find_remote_turn(user_id, turn_id)


async def stop(user_id: str, turn_id: str) -> None:
    """Stop a turn on any instance. Idempotent; NotFound for an unknown turn."""
    turn = await find(user_id, turn_id)
    if isinstance(turn, RunningTurn):
        await turn.stop()
        return
    async with transaction(user_id) as session:
        await receipts.access_turn(session, user_id, turn_id)
        await leases.request_stop(session, user_id, turn_id)
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS), aclosing(turn.follow()) as batches:
            async for _ in batches:
                pass


async def drain(seconds: float) -> None:
    """Give running turns some time to finish, then store them as they are."""
    tasks = [turn.task for turn in all_running() if turn.task is not None]
    if not tasks:
        return
    _, unfinished = await asyncio.wait(tasks, timeout=seconds)
    if not unfinished:
        return
    for turn in all_running():
        turn.context.end("failed")
    await asyncio.wait(unfinished, timeout=STOP_SECONDS)
