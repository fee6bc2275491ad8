"""Starts, follows and stops turns.

A turn runs as a task of its own and belongs to no tab, socket or request.
"""

import asyncio
from contextlib import suppress
from weakref import WeakValueDictionary

from chatkit.types import StreamingReq, ThreadRetryAfterItemParams, ThreadsRetryAfterItemReq
from sqlmodel import select

from taskchat_app.assistant.core.context import RequestContext, TurnContext
from taskchat_app.assistant.threads import leases
from taskchat_app.assistant.turns import actions, receipts
from taskchat_app.assistant.turns.admission import PreviousTurn, TurnRequest, admit, begins_turn
from taskchat_app.assistant.turns.run import (
    STOP_SECONDS,
    ReplayedTurn,
    RunningTurn,
    TurnEvent,
    all_running,
    running,
    running_turn,
    server,
)
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency import RequestKey
from taskchat_app.domain.log.changes import Actor
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Turn as TurnRow
from taskchat_app.i18n.messages import gettext

_admission_locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
"""One lock for each key whose request is being admitted in this process."""

__all__ = ["RunningTurn", "TurnEvent", "drain", "running", "running_turn", "server", "start", "stop"]


async def start(
    person: Person, request: StreamingReq, *, actor: Actor = "person", key: RequestKey | None = None
) -> RunningTurn:
    """Admit the request and start its turn; refusals raise PersonError before anything is streamed.

    The same request with the same key gets the turn that it had: as it runs here, or told again once it is over.
    """
    async with _admission_lock(person, key):
        if begins_turn(request):
            turn = await _admitted(person, actor, request, key)
        else:
            turn = RunningTurn(await actions.perform(person, actor, request, key), _without_sender(request))
        if turn.task is None:
            turn.begin()
    return turn


def _admission_lock(person: Person, key: RequestKey | None) -> asyncio.Lock:
    """Between the commit of its key and its beginning, a turn would look to the same request as if it ran elsewhere."""
    if key is None:
        return asyncio.Lock()
    return _admission_locks.setdefault((person.id, key.key), asyncio.Lock())


async def _admitted(person: Person, actor: Actor, request: TurnRequest, key: RequestKey | None) -> RunningTurn:
    admitted = await admit(person, actor, request, key)
    if isinstance(admitted, PreviousTurn):
        asking = RequestContext(person, actor)
        return running_turn(person.id, admitted.turn_id) or ReplayedTurn(asking, request, admitted)
    return RunningTurn(RequestContext(person, actor, admitted), _answer_to(admitted), keyed=key is not None)


def _answer_to(context: TurnContext) -> ThreadsRetryAfterItemReq:
    """The request that lets the SDK answer a message which the admission has stored already.

    Its own ways of creating threads and messages stamp them with naive times, and store before anything is refused.
    """
    return ThreadsRetryAfterItemReq(
        params=ThreadRetryAfterItemParams(thread_id=context.thread_id, item_id=context.turn_id)
    )


def _without_sender(request: StreamingReq) -> StreamingReq:
    """The SDK would refuse, in mid-stream, a click on anything but a card; what the click means is decided already."""
    return request.model_copy(update={"params": request.params.model_copy(update={"item_id": None})})


async def stop(user_id: str, turn_id: str) -> None:
    """Stop a turn on any instance. Idempotent; NotFound for an unknown turn."""
    turn = running_turn(user_id, turn_id)
    if turn is not None:
        await turn.stop()
        return
    async with transaction(user_id) as session:
        query = select(TurnRow.id).where(TurnRow.user_id == user_id, TurnRow.id == turn_id)
        if (await session.exec(query)).one_or_none() is None:
            raise NotFound(gettext("This answer does not exist, or not any more."))
        await leases.request_stop(session, user_id, turn_id)
    with suppress(TimeoutError, NotFound):
        async with asyncio.timeout(STOP_SECONDS):
            await receipts.wait_for_end(user_id, turn_id)


async def drain(seconds: float) -> None:
    """Give running turns some time to finish, then store them as they are."""
    tasks = [turn.task for turn in all_running() if turn.task is not None]
    if not tasks:
        return
    _, unfinished = await asyncio.wait(tasks, timeout=seconds)
    if not unfinished:
        return
    for turn in all_running():
        if turn.context is not None:
            turn.context.end("failed")
    await asyncio.wait(unfinished, timeout=STOP_SECONDS)
