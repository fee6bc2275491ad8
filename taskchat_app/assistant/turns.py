"""Turns in progress: started, followed from their first event by anybody of the same person, stopped by a verb.

A turn runs as a task of its own and belongs to no tab, socket or request.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from chatkit.server import StreamingResult
from chatkit.types import (
    StreamingReq,
    ThreadRetryAfterItemParams,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsRetryAfterItemReq,
)
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from taskchat_app.assistant import actions
from taskchat_app.assistant.admission import LEASE, admit
from taskchat_app.assistant.context import Asking, TurnContext
from taskchat_app.assistant.server import TaskChatServer
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.announcements import announce, announcements
from taskchat_app.domain.changes import Actor, Cause, Entry, lock_user, record
from taskchat_app.domain.database import now, transaction
from taskchat_app.domain.errors import NotFound
from taskchat_app.domain.models import Thread
from taskchat_app.domain.models import Turn as TurnRow

log = logging.getLogger(__name__)

STOPS = "taskchat_stops"
RELEASE_TRIES = 5

server = TaskChatServer()


@dataclass(frozen=True, slots=True)
class TurnEvent:
    """One ChatKit event: as it goes over the wire, and with the tool call that it is about, for our own page."""

    wire: bytes
    turn: "Turn"

    @property
    def event(self) -> dict[str, Any]:
        """The event as a JSON object (chatkit.types.ThreadStreamEvent)."""
        return json.loads(self.wire.removeprefix(b"data: "))

    @property
    def call(self) -> dict[str, Any] | None:
        """The tool call of a workflow event: call_id, tool, status, title, arguments, result; else None."""
        return self.turn.call_of(self.event)


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

    async def follow(self) -> AsyncIterator[TurnEvent]:
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

    def call_of(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """The call behind a workflow event, with the status that the event announces."""
        if self.context is None:
            return None
        found = _place_of_call(event)
        if found is None:
            return None
        item_id, index, task = found
        for call in self.context.trail.calls.values():
            if (call.item_id, call.index) == (item_id, index):
                running = task.get("status_indicator") == "loading"
                return {**call.view(), "title": task.get("title", ""), **({"status": "running"} if running else {})}
        return None

    async def run(self) -> None:
        """Produce the events, then free the thread; never raises."""
        keeper = asyncio.create_task(_keep_lease(self.context)) if self.context else None
        try:
            for event in self.context.opening if self.context else ():
                self._append(b"data: " + event.model_dump_json(by_alias=True, exclude_none=True).encode())
            result = await server.process(self._request.model_dump_json(), self._asking)
            if isinstance(result, StreamingResult):
                async for wire in result:
                    self._append(wire)
        except Exception:
            log.exception("A turn could not be streamed to its end")
            if self.context is not None:
                self.context.ending = "failed"
            self._append(_error_event())
        finally:
            if keeper is not None:
                keeper.cancel()
            if self.context is not None:
                await _release(self.context)
                _running.pop(self.id, None)
            self._over = True
            self._ring()

    def _append(self, wire: bytes) -> None:
        self._events.append(TurnEvent(wire.rstrip(b"\n"), self))
        self._ring()

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
            turn = Turn(await actions.perform(person, actor, request), request)
    turn.task = asyncio.create_task(turn.run())
    return turn


def _answer_to(context: TurnContext) -> ThreadsRetryAfterItemReq:
    """The request that lets the SDK answer a message which the admission has stored already.

    Its own ways of creating threads and messages stamp them with naive times, and store before anything is refused.
    """
    return ThreadsRetryAfterItemReq(
        params=ThreadRetryAfterItemParams(thread_id=context.thread_id, item_id=context.turn_id)
    )


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
    async with transaction() as session:
        query = select(TurnRow.thread_id).where(TurnRow.user_id == user_id, TurnRow.id == turn_id)
        if (await session.exec(query)).one_or_none() is None:
            raise NotFound("This answer does not exist, or not any more.")
        held = update(Thread).where(col(Thread.user_id) == user_id, col(Thread.lease_turn_id) == turn_id)
        await session.exec(held.values(stop_requested=True))
        await announce(session, STOPS, turn_id)
    turn = running_turn(user_id, turn_id)
    if turn is not None and turn.context is not None:
        turn.context.end("stopped")


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
            turn.context.end("stopped")
    await asyncio.wait(unfinished, timeout=5)


async def _keep_lease(context: TurnContext) -> None:
    """Renew the thread's lease while the turn runs; end the turn when it is asked to stop or has lost the lease."""
    with announcements().listen(STOPS, context.turn_id) as bell:
        while True:
            await bell.wait(LEASE.total_seconds() / 3)
            bell.clear()
            try:
                stop_requested = await _renew(context)
            except (SQLAlchemyError, OSError):
                log.warning("The lease of a turn could not be renewed, trying again")
                continue
            if stop_requested is not False:
                context.end("stopped" if stop_requested else "failed")
                return


async def _renew(context: TurnContext) -> bool | None:
    """Whether a stop is asked for; None when the lease is lost."""
    async with transaction() as session:
        held = update(Thread).where(col(Thread.id) == context.thread_id, col(Thread.lease_turn_id) == context.turn_id)
        renewed = held.values(lease_until=now() + LEASE).returning(col(Thread.stop_requested))
        return (await session.exec(renewed)).scalar_one_or_none()


async def _release(context: TurnContext) -> None:
    """Free the thread and note how the turn ended; without a database the lease runs out by itself."""
    for attempt in range(RELEASE_TRIES):
        try:
            await _store_end(context)
            return
        except NotFound:
            return
        except (SQLAlchemyError, OSError):
            log.warning("The end of a turn could not be stored, trying again")
            await asyncio.sleep(0.2 * 2**attempt)


async def _store_end(context: TurnContext) -> None:
    async with transaction() as session:
        await lock_user(session, context.person.id)
        held = update(Thread).where(col(Thread.id) == context.thread_id, col(Thread.lease_turn_id) == context.turn_id)
        await session.exec(held.values(lease_turn_id=None, lease_until=None, stop_requested=False, updated_at=now()))
        over = update(TurnRow).where(col(TurnRow.id) == context.turn_id, col(TurnRow.status) == "running")
        await session.exec(over.values(status=context.ending, ended_at=now()))
        by = Cause(context.person.id, "assistant", context.thread_id, context.turn_id)
        await record(session, by, [Entry("turn", context.ending)])


def _place_of_call(event: dict[str, Any]) -> tuple[str, int, dict[str, Any]] | None:
    """Which task of which workflow an event is about: (item id, index, task)."""
    if event["type"] == "thread.item.added" and event["item"]["type"] == "workflow":
        tasks = event["item"]["workflow"]["tasks"]
        return event["item"]["id"], 0, tasks[0] if tasks else {}
    if event["type"] == "thread.item.updated" and event["update"]["type"].startswith("workflow.task."):
        return event["item_id"], event["update"]["task_index"], event["update"]["task"]
    return None


def _error_event() -> bytes:
    sentence = "Something went wrong on our side. What is shown as done is kept. Try again."
    return (
        b"data: " + json.dumps({"type": "error", "code": "custom", "message": sentence, "allow_retry": True}).encode()
    )
