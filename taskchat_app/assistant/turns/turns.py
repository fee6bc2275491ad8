"""Starts, runs, finds, stops and drains turns.

A turn runs as an asyncio task that any number of clients may follow; it belongs to no tab, socket or request. It is
admitted (admission.py) before that; the task makes the answer (answer.py), and stores how the turn ended.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import timedelta

from chatkit.types import ThreadItem, ThreadItemDoneEvent

from taskchat_app.assistant.core.context import TurnContext, TurnEvent
from taskchat_app.assistant.core.events import Failure, error_event
from taskchat_app.assistant.threads import leases, turn_storage
from taskchat_app.assistant.threads.turn_storage import ItemNotStored, StopRequestedError, TurnOverError
from taskchat_app.assistant.turns import shared_events
from taskchat_app.assistant.turns.admission import TurnRequest, admit
from taskchat_app.assistant.turns.answer import answer
from taskchat_app.assistant.turns.failures import ENDED_EARLY, UNEXPECTED, failure_to_show, raised_by_tool
from taskchat_app.assistant.turns.remote_turn import RemoteTurn, find_remote_turn
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency_keys import RequestKey
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, transaction
from taskchat_app.domain.storage.errors import Draining, Overloaded
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
OVERLOADED = gettext("The server is answering as many messages as it can. Nothing was stored: try again in a moment.")
RESTARTING = gettext("The server is restarting. Nothing was stored. Send it again in a few seconds.")

draining = asyncio.Event()
"""Set when the process is about to end: no turn is begun any more."""
_admissions: set[asyncio.Future[None]] = set()
"""Requests whose turns have not started yet."""


class RunningTurn:
    """A turn that this process runs, with all its events so far."""

    def __init__(self, context: TurnContext, *, is_resumable: bool = False) -> None:
        self.context = context
        self._is_resumable = is_resumable
        self.id = context.turn_id
        self.thread_id = context.thread_id
        self.user_id = context.person.id
        self.task: asyncio.Task[None] | None = None

    def follow(self, pause: float = 0) -> AsyncGenerator[Sequence[TurnEvent], None]:
        """Yield all events from the first, then live ones until the turn is over, in batches `pause` seconds apart."""
        return self.context.events.subscribe(pause=pause)

    def start(self) -> None:
        """Start the turn's task, which calls `run`, and let others find and follow the turn."""
        _running[self.id] = self
        self.task = start_background(self.run())

    def stop_if_unfollowed(self) -> None:
        """Stop the turn after its client left, unless another client follows it or a key allows resuming."""
        if self.context.events.subscribers == 0 and not self._is_resumable:
            self.context.end_early("stopped")

    async def stop(self) -> None:
        """End the turn, and wait until it is stored and the thread is free again."""
        self.context.end_early("stopped")
        if self.task is not None:
            await asyncio.wait([self.task], timeout=STOP_SECONDS)

    async def run(self) -> None:
        """Answer the message, then store how the turn ended, release its lease and end all subscriptions."""
        context = self.context
        add_ids(turn_id=self.id, person_id=self.user_id)
        with shared_events.share_on_request(context):
            try:
                with leases.kept_lease(context):  # until the turn's end is stored, for which it may wait
                    await self._answer_and_end()
            finally:
                context.count_in_metrics()
                if _running.get(self.id) is self:
                    del _running[self.id]
                context.events.close()
                log.info("The turn is %s", context.ending)

    async def _answer_and_end(self) -> None:
        context = self.context
        try:
            context.send_opening()
            await _answer(context)
        except Exception:
            log.exception("A turn could not be ended in order")
            context.note_failure(Failure(message=UNEXPECTED, allow_retry=True))
        finally:
            await _store_end(context)


_running: dict[str, RunningTurn] = {}
"""Turns of this process by their id."""


def all_running() -> list[RunningTurn]:
    """Return the turns of this process, of all users."""
    return list(_running.values())


def running(user_id: str, thread_id: str) -> RunningTurn | None:
    """Return the turn of this process that answers the user's thread."""
    place = (user_id, thread_id)
    return next((turn for turn in _running.values() if (turn.user_id, turn.thread_id) == place), None)


def running_turn(user_id: str, turn_id: str) -> RunningTurn | None:
    """Return the user's turn of this id, if this process runs it."""
    turn = _running.get(turn_id)
    return turn if turn is not None and turn.user_id == user_id else None


FollowableTurn = RunningTurn | RemoteTurn


async def start(
    person: Person, request: TurnRequest, *, key: RequestKey | None = None, shows_widgets: bool = False
) -> FollowableTurn:
    """Admit the request and start its turn; refusals, such as Draining, raise PersonError before the stream.

    The same request with the same key returns the turn that it started before. Raises Overloaded if TURNS_MAX turns
    are admitted or run.
    """
    if len(_admissions) + len(all_running()) >= TURNS_MAX:
        raise Overloaded(OVERLOADED, resets_at=now() + timedelta(seconds=5))
    async with _admitting():
        admitted = await admit(person, request, key)
        if isinstance(admitted, RemoteTurn):
            return running_turn(person.id, admitted.id) or admitted
        # Without an await until it runs: the next request of the user, which waits for this one in a queue, may have
        # the same key.
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
    """Wait until a turn whose stop is requested (leases.request_stop) has ended, for STOP_SECONDS at most."""
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


async def _answer(context: TurnContext) -> None:
    """Run the answer to its end and store what is open; note what ended it early."""
    error: Exception | None = None
    if not context.ends_early:  # else it was ended before it began
        error = await _run_answer(context)
    if not isinstance(error, ItemNotStored):  # else the database takes no more items
        try:
            await context.close_open_items()
        except Exception as raised:
            error = error or raised
    if error is not None:
        context.note_failure(failure_to_show(error))
    elif context.ending == "failed":
        context.note_failure(Failure(message=ENDED_EARLY, allow_retry=True))


async def _run_answer(context: TurnContext) -> Exception | None:
    """Run the answer until it is whole, fails or is ended early; return what made it fail."""
    context.work = work = asyncio.create_task(answer(context))
    try:
        await asyncio.wait([work])
    except asyncio.CancelledError:  # the event loop ends: the answer ends too, and is stored as far as it got
        context.end_early("failed")
        await asyncio.wait([work])
    error = None if work.cancelled() else work.exception()
    if not isinstance(error, Exception):
        return None
    if isinstance(raised_by_tool(error), StopRequestedError):
        context.ending = "stopped"  # found in the database before its announcement arrived
        return None
    return error


async def _store_end(context: TurnContext) -> None:
    """Store how the turn ended, its last message with it, and send what followers lack: that message, and the failure.

    A last message that cannot be stored fails the turn, whose end is then stored without it.
    """
    message, context.finished_message = context.finished_message, None
    has_ended = False
    if message is not None:
        try:
            await _end_with_message(context, message)
            has_ended = True
            context.send(ThreadItemDoneEvent(item=message))
        except (TurnOverError, ItemNotStored) as error:
            context.note_failure(failure_to_show(error))
    if context.failure is not None:
        context.send(error_event(context.failure))
    if not has_ended:
        with suppress(*DATABASE_AWAY):  # without a database the lease runs out by itself
            await _try_to_end(context)


async def _end_with_message(context: TurnContext, message: ThreadItem) -> None:
    """Store the turn's end and its last message, or neither; raise TurnOverError or ItemNotStored."""
    try:
        # A try whose connection broke during its commit may have stored both.
        if not await _try_to_end(context, message) and not await turn_storage.has_stored(context, message):
            raise TurnOverError(context.turn_id)
    except DATABASE_AWAY as error:
        raise ItemNotStored(context.turn_id) from error


async def _try_to_end(context: TurnContext, last_message: ThreadItem | None = None) -> bool:
    """Call end_turn until it raises no error, at most END_TRIES times; the user's row may be locked by an import."""
    for attempt in range(END_TRIES - 1):
        try:
            return await turn_storage.end_turn(context, last_message)
        except DATABASE_AWAY:
            log.warning("The end of a turn could not be stored, trying again")
            await asyncio.sleep(0.2 * 2**attempt)
    return await turn_storage.end_turn(context, last_message)
