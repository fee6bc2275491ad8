"""Passes numbered events from one producer to any number of subscribers, at once or in batches with pauses.

A subscriber is only a position in the kept events: a slow one holds up neither the producer nor the others.
"""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Hashable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from anyio import CancelScope

Event = TypeVar("Event")


class FellBehind(Exception):
    """Events after the subscriber's position are no longer kept: read them from where they are stored."""

    def __init__(self, kept_after: int) -> None:
        super().__init__(kept_after)
        self.kept_after = kept_after
        """The number of the last event that is not kept."""


class Broadcaster(Generic[Event]):
    """Events in the order of their numbers, which only grow.

    Without `keep` all events are kept, so that later subscribers replay them from the first. With `keep`, an event is
    dropped once every subscriber has read it, or there are `keep` newer ones.
    """

    def __init__(self, *, keep: int | None = None, after: int = 0) -> None:
        self._keep = keep
        self._numbers: list[int] = []
        self._events: list[Event] = []
        self._kept_after = after
        """The number of the last event that is not kept."""
        self._positions: dict[object, int] = {}
        """The number of the last event that each subscriber has read."""
        self._changed = asyncio.Event()
        self._error: Exception | None = None
        self.is_over = False

    @property
    def last(self) -> int:
        """The number of the newest event."""
        return self._numbers[-1] if self._numbers else self._kept_after

    @property
    def subscribers(self) -> int:
        return len(self._positions)

    def publish(self, *events: Event, numbers: Sequence[int] | None = None) -> None:
        """Append events, with these numbers or those that follow the last one."""
        self._numbers.extend(numbers or range(self.last + 1, self.last + 1 + len(events)))
        self._events.extend(events)
        self._drop()
        self._wake()

    def close(self, error: Exception | None = None) -> None:
        """End every subscription once it has read what is kept, with the error if there is one."""
        self._error, self.is_over = error, True
        self._wake()

    async def subscribe(
        self, after: int = 0, *, pause: float = 0, tick: float | None = None, is_counted: bool = True
    ) -> AsyncGenerator[Sequence[Event], None]:
        """Yield the events after that number: those that are kept as one batch, then what comes, until the end.

        Seconds of `pause` between two batches make fewer and larger ones. After `tick` seconds without an event an
        empty batch is yielded. Raises FellBehind when the next events are no longer kept. A subscriber that is not
        counted among `subscribers` keeps no events from being dropped: use it without `keep`.
        """
        subscriber = object()
        positions = self._positions if is_counted else {}
        positions[subscriber] = after
        try:
            while True:
                if after < self._kept_after:
                    raise FellBehind(self._kept_after)
                batch = self._events[bisect_right(self._numbers, after) :]
                if batch:
                    after = positions[subscriber] = self.last
                    yield batch
                    if pause and not self.is_over:
                        await asyncio.sleep(pause)
                elif self.is_over:
                    if self._error is not None:
                        raise self._error
                    return
                elif not await self._wait(tick):
                    yield ()
        finally:
            del positions[subscriber]

    async def _wait(self, seconds: float | None) -> bool:
        """Return True once something is published, False if the seconds are over before; None waits without limit."""
        try:
            async with asyncio.timeout(seconds):
                return await self._changed.wait()
        except TimeoutError:
            return False

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _drop(self) -> None:
        """Drop what every subscriber has read, and what is beyond `keep`; without a subscriber only the latter."""
        if self._keep is None or not self._numbers:
            return
        slowest = min(self._positions.values(), default=self._kept_after)
        read_by_all = bisect_right(self._numbers, slowest)
        count = max(read_by_all, len(self._numbers) - self._keep)
        if count > 0:
            self._kept_after = self._numbers[count - 1]
            del self._numbers[:count], self._events[:count]


Fill = Callable[[Broadcaster[Event]], Coroutine[Any, Any, None]]
"""Publishes events until there are no more."""


@dataclass(slots=True)
class _Filled(Generic[Event]):
    """A broadcaster, the task that fills it, and how many use it."""

    broadcaster: Broadcaster[Event]
    filling: asyncio.Task[None]
    users: int = 0


class SharedBroadcasters(Generic[Event]):
    """Broadcasters by key, each filled by a task that runs while somebody follows."""

    def __init__(self) -> None:
        self._open: dict[Hashable, _Filled[Event]] = {}

    @contextmanager
    def shared(
        self, key: Hashable, create: Callable[[], Broadcaster[Event]], fill: Fill[Event]
    ) -> Generator[Broadcaster[Event]]:
        """The key's broadcaster; the first user creates it and starts `fill`, the last one ends both.

        What `fill` raises is raised in every subscription, and the next user of the key creates another broadcaster.
        """
        entry = self._open.get(key)
        if entry is None:
            made = create()
            entry = self._open[key] = _Filled(made, asyncio.create_task(self._run(key, made, fill)))
        entry.users += 1
        try:
            yield entry.broadcaster
        finally:
            entry.users -= 1
            if entry.users == 0:
                self._remove(key, entry.broadcaster)
                entry.filling.cancel()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._open

    async def _run(self, key: Hashable, broadcaster: Broadcaster[Event], fill: Fill[Event]) -> None:
        error: Exception | None = None
        try:
            await fill(broadcaster)
        except Exception as raised:
            error = raised
        self._remove(key, broadcaster)
        broadcaster.close(error)

    def _remove(self, key: Hashable, broadcaster: Broadcaster[Event]) -> None:
        """Forget the broadcaster, unless `fill` has ended and the key has another one by now."""
        if key in self._open and self._open[key].broadcaster is broadcaster:
            del self._open[key]


async def until(events: AsyncGenerator[Event, None], end: asyncio.Future[None]) -> AsyncGenerator[Event, None]:
    """Yield the events until there are no more or `end` is done, and close them. Raises what `end` raises."""
    try:
        while not end.done():
            try:
                arrived = await _next_before(end, events)
            except StopAsyncIteration:
                return
            for event in arrived:
                yield event
        end.result()
    finally:
        with CancelScope(shield=True):  # a response whose client left cancels every await again
            await events.aclose()


async def _next_before(end: asyncio.Future[None], events: AsyncGenerator[Event, None]) -> list[Event]:
    """Return the next event, in a list that is empty if `end` comes first. Raises StopAsyncIteration after the last."""
    with CancelScope() as waiting:  # of one wait: no scope may stay open while `until` yields

        def stop_waiting(_: asyncio.Future[None]) -> None:
            waiting.cancel()

        end.add_done_callback(stop_waiting)
        try:
            return [await anext(events)]
        finally:
            end.remove_done_callback(stop_waiting)
    return []  # the scope was cancelled by `end`; that has ended the generator, too
