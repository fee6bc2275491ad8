"""The context of a request and of a turn."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypedDict

from agents import TResponseInputItem
from chatkit.types import NoticeEvent, ThreadItem, ThreadMetadata, ThreadStreamEvent, UserMessageItem
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core import selection
from taskchat_app.assistant.core.event_queue import EventQueue
from taskchat_app.assistant.core.tool_call_workflow import ToolCallWorkflow
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.command_text import as_command
from taskchat_app.domain.log.changes import Actor, Cause, lock_user
from taskchat_app.domain.storage.database import reading, transaction

Ending = Literal["done", "stopped", "failed"]


class Failure(TypedDict):
    """An error as the user sees it and as it is stored with its turn."""

    message: str
    allow_retry: bool


class Closeable(Protocol):
    """An open item that can be ended early."""

    def close(self) -> None: ...


@dataclass(slots=True)
class RequestContext:
    """The context of every ChatKit request: the signed-in user and the transaction, if any."""

    person: Person
    actor: Actor = "person"
    turn: "TurnContext | None" = None
    replaced_items: list[ThreadItem] = field(default_factory=list[ThreadItem])
    """Items that a click has changed and stored, to be sent."""
    notice: NoticeEvent | None = None
    """What the person is told of a click."""
    session: AsyncSession | None = None
    """The transaction that all of this request belongs to, where it has one."""

    @property
    def user_id(self) -> str:
        return self.person.id

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncSession]:
        """The request's transaction, else one of its own, with the person's row locked."""
        if self.session is not None:
            yield self.session
            return
        async with transaction(self.user_id) as session:
            await lock_user(session, self.user_id)
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """The request's transaction, else a session that only reads."""
        if self.session is not None:
            yield self.session
            return
        async with reading(self.user_id) as session:
            yield session

    def cause(self) -> Cause:
        """This person as the cause of a change made by hand, within the turn if there is one."""
        turn = self.turn
        return Cause(self.person.id, self.actor, turn.thread_id if turn else None, turn.turn_id if turn else None)


@dataclass(slots=True)
class TurnContext:
    """The context of one turn: ids, event queue, and what its tools share."""

    person: Person
    thread: ThreadMetadata
    asked: UserMessageItem
    """The person's message that began the turn; its id names the turn."""
    first_change_id: int
    """The number of this run's first change: a turn that is tried again keeps its id and gets another number."""
    opening: list[ThreadStreamEvent] = field(default_factory=list[ThreadStreamEvent])
    """What the admission stored, to be sent before anything else."""
    conversation: list[TResponseInputItem] = field(default_factory=list[TResponseInputItem])
    """What the model is told of the conversation, up to this message."""
    accepted_proposal_id: str | None = None
    """The proposal that this message says yes to."""
    ended_proposal_ids: list[str] = field(default_factory=list[str])
    """Proposals that this message ended by not being a yes."""
    events: EventQueue = field(default_factory=EventQueue)
    workflow: ToolCallWorkflow = field(init=False)
    one_call_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Parallel calls run in the order in which the model made them, so that numbers follow its words."""
    shown_card_ids: set[str] = field(default_factory=set[str])
    writing: Closeable | None = None
    """The message that the model is writing now."""
    work: "asyncio.Task[None] | None" = None
    """What runs the agent; cancelling it ends the turn, and what was said and done so far is stored."""
    is_over: bool = False
    """The work has ended: a tool call that comes late must not begin."""
    ending: Ending = "done"
    failure: Failure | None = None
    """What the person was told of how it failed."""
    round: int = 0
    """How many replies the model has given in this turn."""

    def __post_init__(self) -> None:
        self.workflow = ToolCallWorkflow(self.events, self.thread_id)

    @property
    def thread_id(self) -> str:
        return self.thread.id

    @property
    def turn_id(self) -> str:
        return self.asked.id

    @property
    def message(self) -> str:
        """What the person wrote, the only text that can name a task to be deleted."""
        return selection.words_of(self.asked.content)

    @property
    def command(self) -> str:
        """The message as grammars read it (see as_command); empty where it is longer than a command can be."""
        return as_command(self.message) or ""

    @property
    def selected(self) -> tuple[int, ...]:
        """The tasks that the person had selected as they wrote, in the order of their list."""
        return selection.numbers_of(self.asked.content)

    def end(self, ending: Ending) -> None:
        """End the turn now and keep what was said and done; the first call decides how it ended."""
        if self.ending != "done" or (self.work is not None and self.work.done()):
            return
        self.ending = ending
        if self.work is not None:
            self.work.cancel()

    def close(self) -> None:
        """End the open message and workflow as far as they got, and the outbox behind them."""
        if self.writing is not None:
            self.writing.close()
        self.workflow.close()
        self.events.close()

    def cause(self) -> Cause:
        """The assistant, in this turn, as the cause of a change."""
        return Cause(self.person.id, "assistant", self.thread_id, self.turn_id)
