"""Runs one turn as an asyncio task that any number of clients may follow."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from chatkit.types import (
    ErrorEvent,
    StreamingReq,
    ThreadCreatedEvent,
    ThreadItemDoneEvent,
    ThreadStreamEvent,
    UserMessageItem,
)

from taskchat_app.assistant.core.context import Failure, RequestContext, TurnContext
from taskchat_app.assistant.threads import leases
from taskchat_app.assistant.turns import receipts
from taskchat_app.assistant.turns.admission import PreviousTurn
from taskchat_app.assistant.turns.chatkit_server import UNEXPECTED, TaskChatServer
from taskchat_app.domain.broadcaster import Broadcaster
from taskchat_app.domain.log.announcements import STOPS, announcements
from taskchat_app.domain.storage.database import DATABASE_AWAY
from taskchat_app.domain.storage.errors import NotFound

log = logging.getLogger(__name__)

NOT_READ = "The database did not answer, so this answer cannot be shown now. Try again in a moment."
RELEASE_TRIES = 5
STOP_SECONDS = 5.0
"""How long a stop waits for the turn's end: what has begun to commit is finished."""
RENEW_SECONDS = leases.LEASE.total_seconds() / 3
RENEW_AGAIN_SECONDS = 0.5
"""After an outage the lease may have run out: it is renewed before anybody takes the turn for abandoned."""

server = TaskChatServer()


@dataclass(frozen=True, slots=True)
class TurnEvent:
    """One ChatKit event: as it goes over the wire, and with the tool call that it is about, for our own page."""

    wire: bytes
    event: dict[str, Any]
    """The event as a JSON object (chatkit.types.ThreadStreamEvent)."""
    call: dict[str, Any] | None
    """The tool call of a workflow event: call_id, tool, status, title, arguments, result; else None."""


class RunningTurn:
    """A running turn and all its events so far, as bytes, since the SDK changes events after sending."""

    def __init__(self, asking: RequestContext, request: StreamingReq, *, keyed: bool = False) -> None:
        self._asking = asking
        self._request = request
        self._keyed = keyed
        self._events: Broadcaster[TurnEvent] = Broadcaster()
        self.context = asking.turn
        self.user_id = asking.user_id
        self.thread_id = self.context.thread_id if self.context else getattr(request.params, "thread_id", "")
        self.id = self.context.turn_id if self.context else ""
        self.task: asyncio.Task[None] | None = None

    def follow(self, pause: float = 0) -> AsyncGenerator[Sequence[TurnEvent], None]:
        """Yield all events from the first, then live ones until the turn is over, in batches `pause` seconds apart."""
        return self._events.follow(pause=pause)

    @property
    def followers(self) -> int:
        return self._events.subscribers

    @property
    def is_over(self) -> bool:
        return self._events.is_over

    def begin(self) -> None:
        """Run from now on."""
        if self.context is not None:
            _running[self.id] = self
        self.task = asyncio.create_task(self.run())

    def leave(self) -> None:
        """Stop the turn after its client left, unless another client follows it or a key allows resuming."""
        if self.context is not None and self.followers == 0 and not self._keyed:
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
                self._events.close()

    async def _produce(self) -> None:
        for event in self.context.opening if self.context else ():
            self._append(_line(event))
        async for wire in server.stream(self._request, self._asking):
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
        if event["type"] == "error" and self.context is not None:
            told = Failure(message=event.get("message") or UNEXPECTED, allow_retry=bool(event.get("allow_retry")))
            self.context.failure = told
        self._events.publish(TurnEvent(wire.rstrip(b"\n"), event, self._call_of(event)))

    def _call_of(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """The call behind a workflow event, with the status that the event announces."""
        found = _place_of_call(event)
        if self.context is None or found is None:
            return None
        item_id, index, task = found
        for call in self.context.workflow.calls.values():
            if (call.item_id, call.index) == (item_id, index):
                view = {**call.view(), "title": task["title"]}
                return {**view, "status": "running", "result": {}} if task["status_indicator"] == "loading" else view
        return None


_running: dict[str, RunningTurn] = {}
"""Turns of this process by their id."""


def all_running() -> list[RunningTurn]:
    """The turns of this process, of everybody."""
    return list(_running.values())


def running(user_id: str, thread_id: str) -> RunningTurn | None:
    """The turn that answers this thread now on this instance, for whoever wants to follow it."""
    for turn in _running.values():
        if turn.user_id == user_id and turn.thread_id == thread_id:
            return turn
    return None


def running_turn(user_id: str, turn_id: str) -> RunningTurn | None:
    """The person's turn of this id, if it runs on this instance."""
    turn = _running.get(turn_id)
    return turn if turn is not None and turn.user_id == user_id else None


class ReplayedTurn(RunningTurn):
    """A turn that an earlier request with the same key began elsewhere, replayed when it is over."""

    def __init__(self, asking: RequestContext, request: StreamingReq, before: PreviousTurn) -> None:
        super().__init__(asking, request)
        self.id, self.thread_id = before.turn_id, before.thread_id
        self._before = before

    def leave(self) -> None:
        """Nobody has anything from the telling any more."""
        if self.task is not None and self.followers == 0:
            self.task.cancel()

    async def _produce(self) -> None:
        try:
            await receipts.wait_for_end(self.user_id, self.id)
            told = self._as_answered(await receipts.stored_events(self.user_id, self.id))
        except NotFound as gone:
            told = [ErrorEvent(code="custom", message=gone.detail, allow_retry=False)]
        except DATABASE_AWAY as error:
            log.warning("An answer could not be told again: %s", str(error).splitlines()[:1])
            told = [ErrorEvent(code="custom", message=NOT_READ, allow_retry=True)]
        for event in told:
            self._append(_line(event))

    def _as_answered(self, told: list[ThreadStreamEvent]) -> list[ThreadStreamEvent]:
        """The stored events as this request was answered: a new answer to an old message begins with neither."""
        clearing = self._before.clearing
        if clearing is None:
            return told
        messages = [message for message in map(_message_in, told) if message is not None]
        opening = [event for message in messages for event in clearing.events(message)]
        answer = [event for event in told if _message_in(event) is None and not isinstance(event, ThreadCreatedEvent)]
        return [*opening, *answer]


async def _keep_lease(context: TurnContext) -> None:
    """Renew the thread's lease while the turn runs; end the turn when it is asked to stop or has lost the lease."""
    with announcements().listen(STOPS, context.turn_id) as bell:
        pause = RENEW_SECONDS
        while True:
            await bell.wait(pause)
            bell.clear()
            try:
                stop_requested, pause = await leases.renew(context), RENEW_SECONDS
            except DATABASE_AWAY:
                log.warning("The lease of a turn could not be renewed, trying again")
                pause = RENEW_AGAIN_SECONDS
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
        except DATABASE_AWAY:
            log.warning("The end of a turn could not be stored, trying again")
            await asyncio.sleep(0.2 * 2**attempt)


def _message_in(event: ThreadStreamEvent) -> UserMessageItem | None:
    """The person's message that an event is about."""
    item = event.item if isinstance(event, ThreadItemDoneEvent) else None
    return item if isinstance(item, UserMessageItem) else None


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
