"""Follows a turn that another process runs (its live events: shared_events.py) or that is over (its stored items)."""

import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, NamedTuple

from chatkit.types import (
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    UserMessageItem,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)
from sqlmodel import col, select

from taskchat_app.assistant.core.context import Run, TurnEvent, changed_effects, thread_without_items, title_event
from taskchat_app.assistant.core.events import Failure, decode_failure, error_event
from taskchat_app.assistant.threads import store, thread_rows
from taskchat_app.assistant.threads.conversations import calls_of_workflows
from taskchat_app.assistant.turns import shared_events, turn_status
from taskchat_app.assistant.turns.failures import INTERRUPTED
from taskchat_app.assistant.turns.retry import RetryCleanup
from taskchat_app.domain.activity.receipts import task_changes_of
from taskchat_app.domain.log.changes import TaskChange, follow_log, last_change_id
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import ThreadItem as ItemRow

log = logging.getLogger(__name__)
Calls = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class RemoteTurn:
    """A turn that another instance runs, or that is over; also one that an earlier request with the same key began."""

    user_id: str
    id: str
    thread_id: str
    cleanup: RetryCleanup | None = None
    """What the turn's request removed, if it retried or edited a message."""

    async def follow(self, pause: float = 0) -> AsyncGenerator[Sequence[TurnEvent], None]:
        """Yield the turn's events as they happen if processes share them, else its items as they are stored.

        A turn whose server was killed ends as soon as its lease is found expired (killed_turns.py). One whose
        conversation is deleted ends with an error. Raises DATABASE_AWAY.
        """
        progress = _Progress(self.cleanup)
        run = await self._run() if shared_events.is_available() else None
        if run is not None:
            live = shared_events.follow_stream(run, self._run, pause=pause)
            try:
                async with aclosing(live) as batches:
                    async for batch in batches:
                        progress.note_sent(batch)
                        yield batch
                return
            except shared_events.REDIS_AWAY as error:
                log.warning("Following the stored parts of a turn, whose events cannot be read: %s", error)
        async with aclosing(self._follow_stored(progress)) as batches:
            async for batch in batches:
                yield batch

    async def _follow_stored(self, progress: "_Progress") -> AsyncGenerator[Sequence[TurnEvent]]:
        """Yield what of the turn is stored and was not yielded yet, until it is over."""
        seen = await last_change_id(self.user_id)  # before the first reading, so that no change falls between
        async with aclosing(follow_log(self.user_id, seen)) as batches:
            while True:
                try:
                    stored = await _read_turn(self.user_id, self.id)
                except NotFound as gone:
                    yield [TurnEvent(error_event(Failure(message=gone.detail, allow_retry=False)))]
                    return
                if new := [*progress.new_events(stored)]:
                    yield new
                if stored.is_over:
                    return
                async for batch in batches:  # wait until something of the turn or its conversation changes
                    if any(change.turn_id == self.id or change.kind == "thread" for change in batch):
                        break

    async def _run(self) -> Run | None:
        """Return the turn's current run; None if it is over or gone."""
        async with reading(self.user_id) as session:
            try:
                turn = await turn_status.access_turn(session, self.user_id, self.id)
            except NotFound:
                return None
            is_running = await turn_status.status_of(session, turn) == "running"
            return Run(turn.id, turn.first_change_id) if is_running else None

    def stop_if_unfollowed(self) -> None:
        """Do nothing: the instance that runs the turn decides."""


async def find_remote_turn(user_id: str, turn_id: str) -> RemoteTurn:
    """Return the user's turn. Raises NotFound if it does not exist or is another user's."""
    async with reading(user_id) as session:
        turn = await turn_status.access_turn(session, user_id, turn_id)
    return RemoteTurn(user_id, turn_id, turn.thread_id)


class _StoredItem(NamedTuple):
    item: ThreadItem
    calls: Calls
    """The tool calls that it shows, as ToolCall.view() gives them."""


@dataclass(frozen=True, slots=True)
class _StoredTurn:
    thread: ThreadMetadata
    items: Sequence[_StoredItem]
    is_over: bool
    changes: Sequence[TaskChange] = ()
    is_first: bool = False
    """True if the turn created its thread."""
    failure: Failure | None = None


async def _read_turn(user_id: str, turn_id: str) -> _StoredTurn:
    async with reading(user_id) as session:
        turn = await turn_status.access_turn(session, user_id, turn_id)
        status = await turn_status.status_of(session, turn)
        thread = await thread_rows.access_thread(session, user_id, turn.thread_id)
        query = select(ItemRow).where(ItemRow.thread_id == turn.thread_id, ItemRow.turn_id == turn_id)
        rows = (await session.exec(query.order_by(col(ItemRow.seq)))).all()
        calls = await calls_of_workflows(session, thread, rows)
        changes = await task_changes_of(session, turn)
        first = select(ItemRow.id).where(ItemRow.thread_id == turn.thread_id).order_by(col(ItemRow.seq))
        first_id = (await session.exec(first.limit(1))).first()
    failure = None
    if status == "failed":
        failure = decode_failure(turn.error) if turn.error else Failure(message=INTERRUPTED, allow_retry=True)
    return _StoredTurn(
        thread_rows.as_metadata(thread),
        [_StoredItem(store.as_item(row), tuple(calls.get(row.id, ()))) for row in rows],
        is_over=status != "running",
        changes=changes,
        is_first=first_id == turn_id,
        failure=failure,
    )


class _Progress:
    """Makes events of what is stored of a turn, without what was sent before."""

    def __init__(self, cleanup: RetryCleanup | None) -> None:
        self._cleanup = cleanup
        self._done: dict[str, ThreadItem] = {}
        """The finished items by their ids, as they were sent last."""
        self._open: WorkflowItem | None = None
        """The workflow that may still grow, as it was sent last."""
        self._last_change_id = 0
        self._thread: ThreadMetadata | None = None

    def note_sent(self, batch: Sequence[TurnEvent]) -> None:
        for sent in batch:
            if isinstance(sent.event, ThreadItemDoneEvent | ThreadItemReplacedEvent):
                self._done[sent.event.item.id] = sent.event.item

    def new_events(self, stored: _StoredTurn) -> Iterator[TurnEvent]:
        """Yield what is new since the last call: first the thread that the turn created, or the thread's new title."""
        if stored.is_first and not self._done and self._cleanup is None:
            yield TurnEvent(ThreadCreatedEvent(thread=thread_without_items(stored.thread)))
        elif self._thread is not None and self._thread.title != stored.thread.title:
            yield TurnEvent(title_event(stored.thread))
        self._thread = stored.thread
        last = stored.items[-1] if stored.items else None
        for found in stored.items:
            if found is last and isinstance(found.item, WorkflowItem) and not stored.is_over:
                yield from self._events_of_open_workflow(found.item, found.calls)
            else:
                yield from self._events_of_finished(found.item, found.calls)
        new_changes = [change for change in stored.changes if change.id > self._last_change_id]
        self._last_change_id = stored.changes[-1].id if stored.changes else 0
        yield from map(TurnEvent, changed_effects(new_changes))
        if stored.failure is not None:
            yield TurnEvent(error_event(stored.failure))

    def _events_of_open_workflow(self, workflow: WorkflowItem, calls: Calls) -> Iterator[TurnEvent]:
        """Yield the workflow, or which of its tasks were added or changed since it was yielded."""
        before, self._open = self._open, workflow
        if before is None or before.id != workflow.id:
            yield TurnEvent(ThreadItemAddedEvent(item=workflow), calls)
            return
        known = before.workflow.tasks
        for index, task in enumerate(workflow.workflow.tasks):
            if index >= len(known):
                added = WorkflowTaskAdded(task=task, task_index=index)
                yield TurnEvent(ThreadItemUpdatedEvent(item_id=workflow.id, update=added), calls)
            elif task != known[index]:
                updated = WorkflowTaskUpdated(task=task, task_index=index)
                yield TurnEvent(ThreadItemUpdatedEvent(item_id=workflow.id, update=updated), calls)

    def _events_of_finished(self, item: ThreadItem, calls: Calls) -> Iterator[TurnEvent]:
        """Yield an item that is new as done, one that was changed as replaced.

        After a retry the user's message is shown already: what the retry removed is yielded in its place, once.
        """
        before = self._done.get(item.id)
        self._done[item.id] = item
        if isinstance(item, UserMessageItem) and self._cleanup is not None:
            if before is None:
                yield from map(TurnEvent, self._cleanup.events(item))
        elif before is None:
            yield TurnEvent(ThreadItemDoneEvent(item=item), calls)
        elif before != item:
            yield TurnEvent(ThreadItemReplacedEvent(item=item), calls)
