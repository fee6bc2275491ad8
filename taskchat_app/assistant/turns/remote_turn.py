"""Follows a turn that runs on another instance, through its stored items."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing

from chatkit.types import (
    ErrorEvent,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

from taskchat_app.assistant.turns import receipts
from taskchat_app.domain.log import feeds
from taskchat_app.domain.log.changes import last_change_id
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Change


async def follow(user_id: str, turn_id: str) -> AsyncGenerator[ThreadStreamEvent]:
    """Yield the turn's events as they are stored, then how it ended.

    Only the instance that runs the turn knows its tokens. A conversation that is deleted meanwhile ends with an error.
    """
    telling = _Progress()
    async with aclosing(feeds.follow(user_id, await last_change_id(user_id), tick=feeds.IDLE_SECONDS)) as batches:
        while True:
            try:
                running = await receipts.is_running(user_id, turn_id)
                stored = await receipts.stored_events(user_id, turn_id)
            except NotFound as gone:
                yield ErrorEvent(code="custom", message=gone.detail, allow_retry=False)
                return
            for event in telling.news(stored, is_over=not running):
                yield event
            if not running or isinstance(stored[-1], ErrorEvent):
                return
            await _wait_for_news(batches, turn_id)


async def _wait_for_news(batches: AsyncGenerator[Sequence[Change]], turn_id: str) -> None:
    """Until there is something new of the turn or its conversation, or nothing at all: a killed server says nothing."""
    async for batch in batches:
        if not batch or any(change.turn_id == turn_id or change.kind == "thread" for change in batch):
            return


class _Progress:
    """What has been told so far."""

    def __init__(self) -> None:
        self._told: dict[str, ThreadItem] = {}
        self._open: str | None = None
        """The workflow that may still grow."""

    def news(self, stored: list[ThreadStreamEvent], *, is_over: bool) -> Iterator[ThreadStreamEvent]:
        """What of the stored events was not told before."""
        items = [event.item for event in stored if isinstance(event, ThreadItemDoneEvent)]
        for event in stored:
            if isinstance(event, ThreadItemDoneEvent):
                grows = isinstance(event.item, WorkflowItem) and event.item is items[-1] and not is_over
                yield from self._growing(event.item) if grows else self._done(event.item)
            elif not (isinstance(event, ThreadCreatedEvent) and self._told):
                yield event
        self._told = {item.id: item for item in items}

    def _growing(self, item: ThreadItem) -> Iterator[ThreadStreamEvent]:
        assert isinstance(item, WorkflowItem)
        before = self._told.get(item.id)
        self._open = item.id
        if not isinstance(before, WorkflowItem):
            yield ThreadItemAddedEvent(item=item)
            return
        known = before.workflow.tasks
        for index, task in enumerate(item.workflow.tasks):
            if index >= len(known):
                yield ThreadItemUpdatedEvent(item_id=item.id, update=WorkflowTaskAdded(task=task, task_index=index))
            elif task != known[index]:
                yield ThreadItemUpdatedEvent(item_id=item.id, update=WorkflowTaskUpdated(task=task, task_index=index))

    def _done(self, item: ThreadItem) -> Iterator[ThreadStreamEvent]:
        before = self._told.get(item.id)
        if before is None or item.id == self._open:
            self._open = None
            yield ThreadItemDoneEvent(item=item)
        elif before != item:
            yield ThreadItemReplacedEvent(item=item)
