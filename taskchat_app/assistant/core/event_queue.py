"""Queue of a turn's ChatKit events, in the order they happened."""

import asyncio
from collections.abc import AsyncIterator

from chatkit.types import ThreadItemAddedEvent, ThreadItemDoneEvent, ThreadItemReplacedEvent, ThreadStreamEvent


class EventQueue:
    """Events between the agent's run (which puts them) and the loop that stores and sends them.

    Text comes from the model's stream and cards from the tools, both inside the run; one queue keeps their order,
    which two merged streams would not.
    """

    def __init__(self) -> None:
        self._queue: asyncio.Queue[ThreadStreamEvent | None] = asyncio.Queue()

    def put(self, event: ThreadStreamEvent) -> None:
        """Queue a copy of the event, since items change after they are announced."""
        if isinstance(event, ThreadItemAddedEvent | ThreadItemDoneEvent | ThreadItemReplacedEvent):
            event = event.model_copy(update={"item": event.item.model_copy(deep=True)})
        self._queue.put_nowait(event)

    async def settled(self) -> None:
        """Wait until everything put so far was stored and sent."""
        await self._queue.join()

    def close(self) -> None:
        """No more events will come."""
        self._queue.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[ThreadStreamEvent]:
        while (event := await self._queue.get()) is not None:
            yield event
            self._queue.task_done()
        self._queue.task_done()
