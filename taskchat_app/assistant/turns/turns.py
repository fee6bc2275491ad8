"""Starts, runs, finds and stops turns.

A turn runs as an asyncio task that any number of clients may follow; it belongs to no tab, socket or request.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from datetime import timedelta
from weakref import WeakValueDictionary

from chatkit.types import ThreadCreatedEvent, ThreadItemDoneEvent

from taskchat_app.assistant.core.context import STREAM_OPTIONS, TurnContext, TurnEvent
from taskchat_app.assistant.core.events import Failure, error_event, title_event
from taskchat_app.assistant.threads import leases, turn_storage
from taskchat_app.assistant.threads.leases import TurnOverError, keep_lease
from taskchat_app.assistant.threads.turn_storage import ItemNotStored
from taskchat_app.assistant.turns import draining, shared_events
from taskchat_app.assistant.turns.admission import PreviousTurn, TurnRequest, admit
from taskchat_app.assistant.turns.answer import answer
from taskchat_app.assistant.turns.failures import ENDED_EARLY, UNEXPECTED, failure_of
from taskchat_app.assistant.turns.remote_turn import RemoteTurn, find_remote_turn
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency import RequestKey
from taskchat_app.domain.activity.receipts import Receipt
from taskchat_app.domain.log.changes import Actor
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, transaction
from taskchat_app.domain.storage.errors import Overloaded
from taskchat_app.i18n.messages import gettext
from taskchat_app.runtime.event_loop import start_background
from taskchat_app.runtime.log_context import add_ids

log = logging.getLogger(__name__)

END_TRIES = 5
STOP_SECONDS = 5.0
"""How long a stop waits for the turn's end: what has begun to commit is finished."""

TURNS_MAX = 1_000
"""Turns that one process admits or runs at once: about 200 MB, and three times as many as were measured to stream
smoothly. Below it, requests wait for a database connection in a queue."""
OVERLOADED_FOR = timedelta(seconds=5)
OVERLOADED = gettext("The server is answering as many messages as it can. Nothing was stored: try again in a moment.")

_admission_locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
"""One lock for each key whose request is being admitted in this process."""


class RunningTurn:
    """A turn that this process runs, with all its events so far."""

    def __init__(self, context: TurnContext, *, is_resumable: bool = False) -> None:
        self.context = context
        self._is_resumable = is_resumable
        self.id = context.turn_id
        self.thread_id = context.thread_id
        self.user_id = context.person.id
        self.task: asyncio.Task[None] | None = None
        self._is_decided = asyncio.Event()
        if context.is_admitted.is_set():
            self._is_decided.set()

    def follow(self, pause: float = 0) -> AsyncGenerator[Sequence[TurnEvent], None]:
        """Yield all events from the first, then live ones until the turn is over, in batches `pause` seconds apart."""
        return self.context.events.follow(pause=pause)

    @property
    def receipt(self) -> Receipt | None:
        """What the turn has changed, once it is over; None if its end could not be stored."""
        return self.context.receipt

    @property
    def followers(self) -> int:
        return self.context.events.subscribers

    @property
    def is_over(self) -> bool:
        return self.context.events.is_over

    def prepare(self) -> None:
        """Begin to run, beside the commit of the admission; `start` or `discard` follows."""
        self.task = start_background(self.run())

    def start(self) -> None:
        """Let others find and follow the turn, whose admission is committed."""
        _running[self.id] = self
        self._is_decided.set()

    def discard(self) -> None:
        """End the turn, of which nothing is stored."""
        self.context.end("failed")
        self._is_decided.set()

    def stop_if_unfollowed(self) -> None:
        """Stop the turn after its client left, unless another client follows it or a key allows resuming."""
        if self.followers == 0 and not self._is_resumable:
            self.context.end("stopped")

    async def stop(self) -> None:
        """End the turn, and wait until it is stored and the thread is free again."""
        self.context.end("stopped")
        if self.task is not None:
            await asyncio.wait([self.task], timeout=STOP_SECONDS)

    async def run(self) -> None:
        """Answer the message, then store how the turn ended, release its lease and end all subscriptions."""
        with shared_events.offered(self.context):
            await self._run()

    async def _run(self) -> None:
        context = self.context
        add_ids(turn_id=self.id, person_id=self.user_id)
        renewing = asyncio.create_task(keep_lease(context))
        try:
            for event in (*context.opening_events, STREAM_OPTIONS):
                context.send(event)
            if any(isinstance(event, ThreadCreatedEvent) for event in context.opening_events):
                context.send(title_event(context.thread))
            context.announce(context.opening_changes)
            if (failure := await _answer(context)) is not None:
                context.ending, context.failure = "failed", failure
        except Exception:
            log.exception("A turn could not be ended in order")
            context.ending, context.failure = "failed", Failure(message=UNEXPECTED, allow_retry=True)
        finally:
            try:
                renewing.cancel()
                await asyncio.wait([renewing])
                await self._is_decided.wait()  # whatever ended the turn, it is stored only if its message is
                if context.is_admitted.is_set():
                    await _end(context)
            finally:
                if context.is_admitted.is_set():
                    context.note_end()
                    log.info("The turn is %s", context.ending)
                if _running.get(self.id) is self:
                    del _running[self.id]
                context.events.close()


FollowableTurn = RunningTurn | RemoteTurn
"""Both have `id`, `thread_id`, `follow()` and, at its end, `receipt`."""

_running: dict[str, RunningTurn] = {}
"""Turns of this process by their id."""


def all_running() -> list[RunningTurn]:
    """Return the turns of this process, of all users."""
    return list(_running.values())


def running(user_id: str, thread_id: str) -> RunningTurn | None:
    """Return the turn of this process that answers the user's thread."""
    for turn in _running.values():
        if turn.user_id == user_id and turn.thread_id == thread_id:
            return turn
    return None


def running_turn(user_id: str, turn_id: str) -> RunningTurn | None:
    """Return the user's turn of this id, if this process runs it."""
    turn = _running.get(turn_id)
    return turn if turn is not None and turn.user_id == user_id else None


def runs_here(user_id: str, turn_id: str) -> bool:
    """Return whether this process runs the user's turn of this id."""
    return running_turn(user_id, turn_id) is not None


async def start(
    person: Person,
    request: TurnRequest,
    *,
    actor: Actor = "person",
    key: RequestKey | None = None,
    shows_widgets: bool = False,
) -> FollowableTurn:
    """Admit the request and start its turn; refusals, such as Draining, raise PersonError before the stream.

    The same request with the same key returns the turn that it started before. Raises Overloaded if TURNS_MAX turns
    are admitted or run.
    """
    if draining.admitted() + len(_running) >= TURNS_MAX:
        raise Overloaded(OVERLOADED, resets_at=now() + OVERLOADED_FOR)
    prepared: list[RunningTurn] = []

    def prepare(context: TurnContext) -> None:
        context.shows_widgets = shows_widgets
        prepared.append(RunningTurn(context, is_resumable=key is not None))
        prepared[0].prepare()

    async with draining.admitting(), _admission_lock(person, key):
        try:
            admitted = await admit(person, actor, request, key, prepare)
        except BaseException:
            for turn in prepared:
                turn.discard()
            raise
        if isinstance(admitted, PreviousTurn):
            here = running_turn(person.id, admitted.turn_id)
            return here or RemoteTurn(person.id, admitted.turn_id, admitted.thread_id, admitted.cleanup)
        [turn] = prepared
        turn.start()
    return turn


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
    if isinstance(turn, RunningTurn):
        await turn.stop()
        return
    async with transaction(user_id) as session:
        await leases.request_stop(session, user_id, turn_id)
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS), aclosing(turn.follow()) as batches:
            async for _ in batches:
                pass


async def drain(seconds: float) -> None:
    """Begin no turn any more, give running ones some time to finish, then store them as they are."""
    deadline = time.monotonic() + seconds
    await draining.begin(seconds)
    tasks = [turn.task for turn in all_running() if turn.task is not None]
    if not tasks:
        return
    _, unfinished = await asyncio.wait(tasks, timeout=max(0, deadline - time.monotonic()))
    if not unfinished:
        return
    for turn in all_running():
        turn.context.end("failed")
    await asyncio.wait(unfinished, timeout=STOP_SECONDS)


async def _answer(context: TurnContext) -> Failure | None:
    """Run the answer to its end and store what is open; return what ended it early, None for done and stopped."""
    error: BaseException | None = None
    if context.ending == "done":
        context.work = asyncio.create_task(answer(context))
        await _wait_for_work(context, context.work)
        error = None if context.work.cancelled() else context.work.exception()
    if not isinstance(error, ItemNotStored):
        try:
            await context.close_open_items()
        except Exception as raised:
            error = error or raised
    if isinstance(error, Exception):
        return failure_of(error)
    return Failure(message=ENDED_EARLY, allow_retry=True) if context.ending == "failed" else None


async def _wait_for_work(context: TurnContext, work: asyncio.Task[None]) -> None:
    """Wait for the work; when the event loop ends it is ended too, and stored as far as it got."""
    try:
        await asyncio.wait([work])
    except asyncio.CancelledError:
        context.end("failed")
        await asyncio.wait([work])


async def _end(context: TurnContext) -> None:
    """Store how the turn ended, with its last message, and send what followers lack: that message, and the failure."""
    message, is_stored = context.finished_message, False
    if message is not None:
        try:
            await _store_last_message(context)
            context.send(ThreadItemDoneEvent(item=message))
            is_stored = True
        except (TurnOverError, ItemNotStored) as error:
            context.ending, context.failure = "failed", failure_of(error)
        context.finished_message = None
    if context.failure is not None:
        context.send(error_event(context.failure))
    if not is_stored:
        await _store_end(context)


async def _store_last_message(context: TurnContext) -> None:
    """Store the finished message and the turn's end, or neither; raise TurnOverError or ItemNotStored."""
    try:
        if not await turn_storage.end_turn(context):
            raise TurnOverError(context.turn_id)
    except DATABASE_AWAY as error:
        raise ItemNotStored(context.turn_id) from error


async def _store_end(context: TurnContext) -> None:
    """Release the lease and record how the turn ended; without a database the lease runs out by itself."""
    for attempt in range(END_TRIES):
        try:
            await turn_storage.end_turn(context)
            return
        except DATABASE_AWAY:
            log.warning("The end of a turn could not be stored, trying again")
            await asyncio.sleep(0.2 * 2**attempt)
