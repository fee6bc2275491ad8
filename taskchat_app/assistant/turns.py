"""Turns in progress: started, followed from their first event by anybody of the same person, stopped by a verb.

A turn runs as a task of its own and belongs to no tab, socket or request.
"""

import asyncio
from contextlib import suppress
from weakref import WeakValueDictionary

from chatkit.types import StreamingReq, ThreadRetryAfterItemParams, ThreadsRetryAfterItemReq
from sqlmodel import select

from taskchat_app.assistant import actions, leases, receipts
from taskchat_app.assistant.admission import AnsweredBefore, TurnRequest, admit, begins_turn
from taskchat_app.assistant.context import Asking, TurnContext
from taskchat_app.assistant.turn_run import (
    STOP_SECONDS,
    RetoldTurn,
    Turn,
    TurnEvent,
    all_running,
    running,
    running_turn,
    server,
)
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.changes import Actor
from taskchat_app.domain.database import transaction
from taskchat_app.domain.errors import NotFound
from taskchat_app.domain.idempotency import RequestKey
from taskchat_app.domain.models import Turn as TurnRow

_beginnings: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
"""One lock for each key whose request is being admitted in this process."""

__all__ = ["Turn", "TurnEvent", "drain", "running", "running_turn", "server", "start", "stop"]


async def start(
    person: Person, request: StreamingReq, *, actor: Actor = "person", key: RequestKey | None = None
) -> Turn:
    """Admit the request and begin its turn; every refusal is a PersonError raised before anything is streamed.

    The same request with the same key gets the turn that it had: as it runs here, or told again once it is over.
    """
    async with _one_at_a_time(person, key):
        if begins_turn(request):
            turn = await _admitted(person, actor, request, key)
        else:
            turn = Turn(await actions.perform(person, actor, request, key), _without_sender(request))
        if turn.task is None:
            turn.begin()
    return turn


def _one_at_a_time(person: Person, key: RequestKey | None) -> asyncio.Lock:
    """Between the commit of its key and its beginning, a turn would look to the same request as if it ran elsewhere."""
    if key is None:
        return asyncio.Lock()
    return _beginnings.setdefault((person.id, key.key), asyncio.Lock())


async def _admitted(person: Person, actor: Actor, request: TurnRequest, key: RequestKey | None) -> Turn:
    admitted = await admit(person, actor, request, key)
    if isinstance(admitted, AnsweredBefore):
        asking = Asking(person, actor)
        return running_turn(person.id, admitted.turn_id) or RetoldTurn(asking, request, admitted)
    return Turn(Asking(person, actor, admitted), _answer_to(admitted), keyed=key is not None)


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
    """End the turn wherever it runs; twice is the same as once. Raises NotFound when there is no such turn."""
    turn = running_turn(user_id, turn_id)
    if turn is not None:
        await turn.stop()
        return
    async with transaction(user_id) as session:
        query = select(TurnRow.id).where(TurnRow.user_id == user_id, TurnRow.id == turn_id)
        if (await session.exec(query)).one_or_none() is None:
            raise NotFound("This answer does not exist, or not any more.")
        await leases.ask_to_stop(session, user_id, turn_id)
    with suppress(TimeoutError, NotFound):
        async with asyncio.timeout(STOP_SECONDS):
            await receipts.wait_for_end(user_id, turn_id)


async def drain(seconds: float) -> None:
    """Let running turns finish for a while, then store them as far as they got; for the end of the process."""
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
