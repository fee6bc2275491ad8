"""The context of a request, and of a turn: user, cause, conversation, event queue, and the turn's end."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from agents import TResponseInputItem
from chatkit.types import (
    AssistantMessageItem,
    ClientEffectEvent,
    Page,
    StreamOptions,
    StreamOptionsEvent,
    Thread,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
    UserMessageItem,
)
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core import items
from taskchat_app.assistant.core.events import Failure
from taskchat_app.assistant.core.tool_call_workflow import ToolCall, ToolCallWorkflow
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.command_text import as_command
from taskchat_app.domain.log.changes import Cause, TaskChange
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.runtime import metrics
from taskchat_app.runtime.broadcaster import Broadcaster
from taskchat_app.runtime.event_loop import run_to_completion

Ending = Literal["done", "stopped", "failed"]
STREAM_OPTIONS = StreamOptionsEvent(stream_options=StreamOptions(allow_cancel=True))
"""The ChatKit protocol's first event of an answer."""


@dataclass(slots=True)
class RequestContext:
    """The context of a ChatKit request: the signed-in user and the transaction, if any."""

    person: Person
    session: AsyncSession | None = None

    @property
    def user_id(self) -> str:
        return self.person.id

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncSession]:
        """Open the request's transaction, else a new one with the user's row locked."""
        if self.session is not None:
            yield self.session
            return
        async with transaction(self.user_id) as session:
            await lock_user(session, self.user_id)
            yield session

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Open the request's transaction, else a read-only session."""
        return reading(self.user_id) if self.session is None else nullcontext(self.session)

    def cause(self) -> Cause:
        return self.person.cause("person")


@dataclass(frozen=True, slots=True)
class TurnEvent:
    """A ChatKit event of a turn, and for our own page the tool calls that it shows, as ToolCall.view() gives them."""

    event: ThreadStreamEvent
    calls: tuple[dict[str, Any], ...] = ()


class Run(NamedTuple):
    """One run of a turn: a turn that is answered again keeps its id and gets another first change."""

    turn_id: str
    first_change_id: int


@dataclass(slots=True)
class TurnContext:
    """The context of one turn: ids, events, and what its tools share.

    `send` gives an event to the followers (RunningTurn.follow), and stores nothing. `publish` stores a finished item
    first. The assistant's messages wait: `finish_message` keeps one, which the next `publish` or
    `store_finished_message` stores and sends; the turn's end stores and sends the last one (turns.py).
    """

    person: Person
    thread: ThreadMetadata
    user_message: UserMessageItem
    """The user's message that began the turn; its id names the turn."""
    first_change_id: int
    store_item: "Callable[[TurnContext, ThreadItem], Coroutine[Any, Any, None]]"
    """Stores a finished item of this turn; raises when it cannot (see threads.turn_storage.store_item)."""
    shows_widgets: bool = False
    """True if a ChatKit client asked: it gets lists of tasks as widgets and choices as structured inputs."""

    # What the admission read and did (turns/admission.py)
    opening_events: list[ThreadStreamEvent] = field(default_factory=list[ThreadStreamEvent])
    """What the admission stored; the first events of the turn."""
    opening_changes: list[TaskChange] = field(default_factory=list[TaskChange])
    """What the admission put back."""
    conversation: list[TResponseInputItem] = field(default_factory=list[TResponseInputItem])
    """Gemini's input: the conversation up to this message."""
    rules_conversation: list[TResponseInputItem] = field(default_factory=list[TResponseInputItem])
    """The offline rules' input: the same with whole results."""
    accepted_proposal_id: str | None = None
    ended_proposal_ids: list[str] = field(default_factory=list[str])
    """Proposals that this message ended by not accepting them."""

    # What the answer shows, and what its tools share
    events: Broadcaster[TurnEvent] = field(default_factory=Broadcaster[TurnEvent])
    workflow: ToolCallWorkflow = field(init=False)
    one_call_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Parallel calls run in the order in which the model made them, so that task numbers follow its order."""
    published_card_ids: set[str] = field(default_factory=set[str])
    close_message: Callable[[], Awaitable[None]] | None = None
    """Ends the assistant's message that is being streamed."""

    # How the answer runs and ends (turns/turns.py): `work` runs until `work_ended`, then `ending` is stored
    work: "asyncio.Task[None] | None" = None
    """The task that runs the agent; cancelling it ends the turn, and what was said and done so far is stored."""
    work_ended: bool = False
    """True once the agent's run has ended: a late tool call must not begin."""
    ending: Ending = "done"
    """How the turn ends: "done" until something else is noted, also before it begins.

    Only the first end_early counts; an error, which may come later, makes it "failed"."""
    failure: Failure | None = None
    """The error that ended the turn, as the user sees it."""
    finished_message: AssistantMessageItem | None = None
    """A whole message that is not stored yet: before the next event, or, as the turn's last, together with `ending`."""

    # The model's replies (agent/turn_model.py)
    follows_rules: bool = False
    """True once the offline rules reply instead of a model."""
    round: int = 0
    """The number of the model's replies in this turn."""
    began: float = field(default_factory=time.monotonic)
    has_text: bool = False
    """True once the assistant has said something in this turn."""

    def __post_init__(self) -> None:
        self.workflow = ToolCallWorkflow(self.publish, self.thread_id)

    @property
    def thread_id(self) -> str:
        return self.thread.id

    @property
    def turn_id(self) -> str:
        return self.user_message.id

    @property
    def run(self) -> Run:
        return Run(self.turn_id, self.first_change_id)

    @property
    def message(self) -> str:
        """The user's text, the only text that can consent to the deletion of a task."""
        return items.text_of(self.user_message)

    @property
    def command(self) -> str:
        """The message as input for the grammars (see as_command); empty if it is too long for a command."""
        return as_command(self.message) or ""

    @property
    def selected(self) -> tuple[int, ...]:
        """The numbers of the tasks selected with the message, in the order of the list."""
        return items.selected_numbers(part.model_dump() for part in self.user_message.content)

    @property
    def list_order(self) -> items.ListOrder:
        """The order that the person chose for the list beside the message."""
        return items.order_of(self.user_message.content)

    async def publish(self, event: ThreadStreamEvent, call: ToolCall | None = None, *, is_stored: bool = False) -> None:
        """Send the event to all followers; a finished item is stored first, in this order, unless it `is_stored`."""
        await self.store_finished_message()
        if isinstance(event, ThreadItemDoneEvent | ThreadItemReplacedEvent) and not is_stored:
            await run_to_completion(self._store_and_send(event))
        else:
            self.send(event, call)

    async def finish_message(self, message: AssistantMessageItem) -> None:
        """Keep the message until the next event stores and sends it, or the turn's end, if it is the last one."""
        await self.store_finished_message()
        self.finished_message = message

    async def store_finished_message(self) -> None:
        """Store and send the message that finish_message has kept, if any."""
        message, self.finished_message = self.finished_message, None
        if message is not None:
            await run_to_completion(self._store_and_send(ThreadItemDoneEvent(item=message)))

    def send(self, event: ThreadStreamEvent, call: ToolCall | None = None) -> None:
        """Send a copy of the event to all followers, since items change after they are announced."""
        if isinstance(event, ThreadItemAddedEvent | ThreadItemDoneEvent | ThreadItemReplacedEvent):
            event = event.model_copy(update={"item": event.item.model_copy(deep=True)})
        self.events.publish(TurnEvent(event, (call.view(),) if call else ()))

    def send_opening(self) -> None:
        """Send what the admission has stored and put back."""
        for event in (*self.opening_events, STREAM_OPTIONS):
            self.send(event)
        if any(isinstance(event, ThreadCreatedEvent) for event in self.opening_events):
            self.send(title_event(self.thread))
        self.send_changes(self.opening_changes)

    def send_changes(self, changes: Sequence[TaskChange]) -> None:
        """Tell clients which tasks a transaction of this turn has changed, once it is committed."""
        for effect in changed_effects(changes):
            self.send(effect)

    def note_title(self, title: str | None) -> None:
        """Tell clients the thread's title, if it has another one now."""
        if title != self.thread.title:
            self.thread = self.thread.model_copy(update={"title": title})
            self.send(title_event(self.thread))

    async def _store_and_send(self, event: ThreadItemDoneEvent | ThreadItemReplacedEvent) -> None:
        await self.store_item(self, event.item)
        self.send(event)

    @property
    def ends_early(self) -> bool:
        return self.ending != "done"

    def end_early(self, ending: Ending) -> None:
        """Cancel the answer, which is stored as far as it got; do nothing if it is whole, or ends early already."""
        is_whole = self.work is not None and self.work.done()
        if is_whole or self.ends_early:
            return
        self.ending = ending
        if self.work is not None:
            self.work.cancel()

    def note_failure(self, failure: Failure) -> None:
        """Note the error that ends the turn, even one that was stopped before; its end sends it."""
        self.ending, self.failure = "failed", failure

    def note_text(self) -> None:
        """Measure the time to the turn's first text."""
        if not self.has_text:
            self.has_text = True
            metrics.FIRST_TEXT_SECONDS.observe(time.monotonic() - self.began)

    def count_in_metrics(self) -> None:
        metrics.TURNS.labels(self.ending).inc()
        metrics.TURN_SECONDS.observe(time.monotonic() - self.began)

    async def close_open_items(self) -> None:
        """Close the open message and workflow in their current state, and store them."""
        if self.close_message is not None:
            await self.close_message()
        await self.workflow.close()

    def cause(self) -> Cause:
        return self.person.cause("assistant", self.thread_id, self.turn_id)


CHANGED = "taskchat.changed"
"""The effect's name; its data are `numbers`, each once, and `last_change_id`, an id of GET /api/events."""


def changed_effects(changes: Sequence[TaskChange]) -> list[ClientEffectEvent]:
    """Return the effect that names the tasks of committed changes; none without changes."""
    if not changes:
        return []
    numbers = list(dict.fromkeys(change.number for change in changes))
    return [ClientEffectEvent(name=CHANGED, data={"numbers": numbers, "last_change_id": changes[-1].id})]


def thread_without_items(thread: ThreadMetadata) -> Thread:
    """Return the thread as an event names it: its items have their own events."""
    return Thread(**thread.model_dump(), items=Page())


def title_event(thread: ThreadMetadata) -> ThreadUpdatedEvent:
    return ThreadUpdatedEvent(thread=thread_without_items(thread))
