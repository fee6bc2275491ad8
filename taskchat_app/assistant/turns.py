"""Turns in progress: started, followed from their first event by anybody of the same person, stopped by a verb.

A turn runs as a task of its own and belongs to no tab, socket or request.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from chatkit.server import StreamingResult
from chatkit.types import (
    ErrorEvent,
    StreamingReq,
    ThreadRetryAfterItemParams,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsRetryAfterItemReq,
    ThreadStreamEvent,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from taskchat_app.assistant import actions, leases
from taskchat_app.assistant.admission import admit
from taskchat_app.assistant.context import Asking, TurnContext
from taskchat_app.assistant.server import UNEXPECTED, TaskChatServer
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.announcements import announcements
from taskchat_app.domain.changes import Actor
from taskchat_app.domain.database import transaction
from taskchat_app.domain.embedded import EmbeddedPostgresError
from taskchat_app.domain.errors import NotFound
from taskchat_app.domain.models import Turn as TurnRow

log = logging.getLogger(__name__)

RELEASE_TRIES = 5
STOP_SECONDS = 5.0
"""How long a stop waits for the turn's end: what has begun to commit is finished."""
OUTAGES = (SQLAlchemyError, OSError, EmbeddedPostgresError)

server = TaskChatServer()


@dataclass(frozen=True, slots=True)
class TurnEvent:
    """One ChatKit event: as it goes over the wire, and with the tool call that it is about, for our own page."""

    wire: bytes
    event: dict[str, Any]
    """The event as a JSON object (chatkit.types.ThreadStreamEvent)."""
    call: dict[str, Any] | None
    """The tool call of a workflow event: call_id, tool, status, title, arguments, result; else None."""


class Turn:
    """One streamed answer and all its events so far, as bytes: the SDK changes event objects after sending them."""

    def __init__(self, asking: Asking, request: StreamingReq) -> None:
        self._asking = asking
        self._request = request
        self._events: list[TurnEvent] = []
        self._news = asyncio.Event()
        self._over = False
        self.followers = 0
        self.context = asking.turn
        self.user_id = asking.user_id
        self.thread_id = self.context.thread_id if self.context else getattr(request.params, "thread_id", "")
        self.id = self.context.turn_id if self.context else ""
        self.task: asyncio.Task[None] | None = None

    async def follow(self) -> AsyncGenerator[TurnEvent, None]:
        """Every event from the first, then live ones until the turn is over; any number may follow."""
        self.followers += 1
        seen = 0
        try:
            while True:
                news = self._news
                while seen < len(self._events):
                    seen += 1
                    yield self._events[seen - 1]
                if self._over:
                    return
                await news.wait()
        finally:
            self.followers -= 1

    @property
    def is_over(self) -> bool:
        return self._over

    def leave(self) -> None:
        """A client that goes away stops the turn, if nobody else follows it."""
        if self.context is not None and self.followers == 0:
            self.context.end("stopped")

    async def stop(self) -> None:
        """End the turn, and wait until it is stored and the thread is free again."""
        if self.context is not None:
            self.context.end("stopped")
        if self.task is not None:
            await asyncio.wait([self.task], timeout=STOP_SECONDS)

    async def run(self) -> None:
        """Produce the events, then free the thread; never raises, and never leaves a follower waiting."""
        keeper = asyncio.create_task(_keep_lease(self.context)) if self.context else None
        try:
            await self._produce()
        except Exception:
            log.exception("A turn could not be streamed to its end")
            if self.context is not None:
                self.context.ending = "failed"
            self._append(_line(ErrorEvent(code="custom", message=UNEXPECTED, allow_retry=True)))
        finally:
            try:
                if keeper is not None and self.context is not None:
                    keeper.cancel()
                    await asyncio.wait([keeper])
                    await self._end(self.context)
            finally:
                self._over = True
                self._ring()

    async def _produce(self) -> None:
        for event in self.context.opening if self.context else ():
            self._append(_line(event))
        result = await server.process(self._request.model_dump_json(), self._asking)
        assert isinstance(result, StreamingResult)
        async for wire in result:
            self._append(wire)

    async def _end(self, context: TurnContext) -> None:
        """Leave nothing running: the SDK goes on without the agent's events when it could not store one."""
        if context.work is not None:
            if not context.work.done():
                context.end("failed")
                context.work.cancel()
            # What it fails with after that, the person has been told already in other words.
            await asyncio.gather(context.work, return_exceptions=True)
        try:
            await _release(context)
        finally:
            if _running.get(self.id) is self:
                del _running[self.id]

    def _append(self, wire: bytes) -> None:
        event = json.loads(wire.removeprefix(b"data: "))
        self._events.append(TurnEvent(wire.rstrip(b"\n"), event, self._call_of(event)))
        self._ring()

    def _call_of(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """The call behind a workflow event, with the status that the event announces."""
        found = _place_of_call(event)
        if self.context is None or found is None:
            return None
        item_id, index, task = found
        for call in self.context.trail.calls.values():
            if (call.item_id, call.index) == (item_id, index):
                view = {**call.view(), "title": task["title"]}
                return {**view, "status": "running", "result": {}} if task["status_indicator"] == "loading" else view
        return None

    def _ring(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


_running: dict[str, Turn] = {}
"""Turns of this process by their id."""


async def start(person: Person, request: StreamingReq, *, actor: Actor = "person") -> Turn:
    """Admit the request and begin its turn; every refusal is a PersonError raised before anything is streamed."""
    match request:
        case ThreadsCreateReq() | ThreadsAddUserMessageReq() | ThreadsRetryAfterItemReq():
            context = await admit(person, actor, request)
            turn = Turn(Asking(person, actor, context), _answer_to(context))
            _running[turn.id] = turn
        case _:
            turn = Turn(await actions.perform(person, actor, request), _without_sender(request))
    turn.task = asyncio.create_task(turn.run())
    return turn


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


def running(user_id: str, thread_id: str) -> Turn | None:
    """The turn that answers this thread now on this instance, for whoever wants to follow it."""
    for turn in _running.values():
        if turn.user_id == user_id and turn.thread_id == thread_id:
            return turn
    return None


def running_turn(user_id: str, turn_id: str) -> Turn | None:
    """The person's turn of this id, if it runs on this instance."""
    turn = _running.get(turn_id)
    return turn if turn is not None and turn.user_id == user_id else None


async def stop(user_id: str, turn_id: str) -> None:
    """End the turn wherever it runs; twice is the same as once. Raises NotFound when there is no such turn."""
    turn = running_turn(user_id, turn_id)
    if turn is not None:
        await turn.stop()
        return
    async with transaction() as session:
        query = select(TurnRow.id).where(TurnRow.user_id == user_id, TurnRow.id == turn_id)
        if (await session.exec(query)).one_or_none() is None:
            raise NotFound("This answer does not exist, or not any more.")
        await leases.ask_to_stop(session, user_id, turn_id)


async def drain(seconds: float) -> None:
    """Let running turns finish for a while, then store them as far as they got; for the end of the process."""
    tasks = [turn.task for turn in _running.values() if turn.task is not None]
    if not tasks:
        return
    _, unfinished = await asyncio.wait(tasks, timeout=seconds)
    if not unfinished:
        return
    for turn in list(_running.values()):
        if turn.context is not None:
            turn.context.end("failed")
    await asyncio.wait(unfinished, timeout=STOP_SECONDS)


async def _keep_lease(context: TurnContext) -> None:
    """Renew the thread's lease while the turn runs; end the turn when it is asked to stop or has lost the lease."""
    with announcements().listen(leases.STOPS, context.turn_id) as bell:
        while True:
            await bell.wait(leases.LEASE.total_seconds() / 3)
            bell.clear()
            try:
                stop_requested = await leases.renew(context)
            except OUTAGES:
                log.warning("The lease of a turn could not be renewed, trying again")
                continue
            if stop_requested is not False:
                context.end("stopped" if stop_requested else "failed")
                return


async def _release(context: TurnContext) -> None:
    """Free the thread and note how the turn ended; without a database the lease runs out by itself."""
    for attempt in range(RELEASE_TRIES):
        try:
            await leases.release(context)
            return
        except NotFound:
            return
        except OUTAGES:
            log.warning("The end of a turn could not be stored, trying again")
            await asyncio.sleep(0.2 * 2**attempt)


def _place_of_call(event: dict[str, Any]) -> tuple[str, int, dict[str, Any]] | None:
    """Which task of which workflow an event is about: (item id, index, task)."""
    if event["type"] == "thread.item.added" and event["item"]["type"] == "workflow":
        tasks = event["item"]["workflow"]["tasks"]
        return event["item"]["id"], 0, tasks[0] if tasks else {}
    if event["type"] == "thread.item.updated" and event["update"]["type"].startswith("workflow.task."):
        return event["item_id"], event["update"]["task_index"], event["update"]["task"]
    return None


def _line(event: ThreadStreamEvent) -> bytes:
    """The event as the SDK writes it."""
    return b"data: " + event.model_dump_json(by_alias=True, exclude_none=True).encode()
