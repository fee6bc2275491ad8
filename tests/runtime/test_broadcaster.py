"""One producer, any number of subscribers: order, replay, bounds and ends."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from taskchat_app.runtime.broadcaster import Broadcaster, FellBehind, SharedBroadcasters, until
from tests.waiting import PATIENCE_SECONDS, until_async


async def read_all(broadcaster: Broadcaster[int], after: int = 0, pause: float = 0) -> list[list[int]]:
    return [list(batch) async for batch in broadcaster.subscribe(after, pause=pause)]


async def test_a_subscriber_that_comes_late_reads_every_event_from_the_first() -> None:
    numbers: Broadcaster[int] = Broadcaster()
    read: list[list[int]] = []

    async def read_early() -> None:
        async for batch in numbers.subscribe():
            read.append(list(batch))  # noqa: PERF401 -- it is looked at before the end

    early = asyncio.create_task(read_early())
    await until_async(lambda: numbers.subscribers == 1, PATIENCE_SECONDS)
    numbers.publish(1)
    await until_async(lambda: read == [[1]], PATIENCE_SECONDS)
    numbers.publish(2, 3)
    numbers.close()
    await early
    assert read == [[1], [2, 3]]
    assert await read_all(numbers) == [[1, 2, 3]]
    assert await read_all(numbers, after=2) == [[3]]
    assert numbers.subscribers == 0


async def test_a_burst_becomes_few_batches_and_nothing_is_lost() -> None:
    numbers: Broadcaster[int] = Broadcaster()
    reading = asyncio.create_task(read_all(numbers, pause=0.2))
    for number in range(1_000):
        numbers.publish(number)
        await asyncio.sleep(0)
    numbers.close()
    batches = await reading
    assert [number for batch in batches for number in batch] == list(range(1_000))
    assert len(batches) < 100


async def test_a_producer_that_fails_raises_after_its_last_event() -> None:
    numbers: Broadcaster[int] = Broadcaster()
    numbers.publish(1, 2, 3)
    numbers.close(ValueError("the producer broke"))
    following = numbers.subscribe()
    assert list(await anext(following)) == [1, 2, 3]
    with pytest.raises(ValueError, match="broke"):
        await anext(following)


async def test_a_subscriber_that_does_not_read_falls_behind_and_holds_up_no_other() -> None:
    numbers: Broadcaster[int] = Broadcaster(keep=10)
    slow, quick = numbers.subscribe(), numbers.subscribe()
    numbers.publish(1)
    assert list(await anext(slow)) == [1]
    for number in range(2, 50):
        assert list(await anext(quick))[-1] == number - 1
        numbers.publish(number)
    with pytest.raises(FellBehind) as behind:
        await anext(slow)
    assert (behind.value.kept_after, numbers.last) == (39, 49)
    await quick.aclose()


async def test_events_that_every_subscriber_has_read_are_dropped() -> None:
    numbers: Broadcaster[int] = Broadcaster(keep=10)
    async with aclosing(numbers.subscribe()) as reading:
        for number in range(1, 5):
            numbers.publish(number)
            assert list(await anext(reading)) == [number]
        with pytest.raises(FellBehind) as behind:
            await anext(numbers.subscribe())
        assert (behind.value.kept_after, numbers.last) == (3, 4)


async def test_events_keep_numbers_of_their_own() -> None:
    numbers: Broadcaster[str] = Broadcaster(after=5)
    numbers.publish("seven", "nine", numbers=[7, 9])
    numbers.publish("ten")
    numbers.close()
    assert [list(batch) async for batch in numbers.subscribe(7)] == [["nine", "ten"]]
    with pytest.raises(FellBehind):
        await anext(numbers.subscribe(4))


async def test_without_an_event_an_empty_batch_comes_after_each_tick() -> None:
    numbers: Broadcaster[int] = Broadcaster()
    async with aclosing(numbers.subscribe(tick=0.01)) as batches:
        assert list(await anext(batches)) == []
        numbers.publish(1)
        assert list(await anext(batches)) == [1]
        assert list(await anext(batches)) == []


async def test_a_shared_broadcaster_is_filled_once_and_ends_with_its_last_user() -> None:
    shared: SharedBroadcasters[int] = SharedBroadcasters()
    started, ended = 0, asyncio.Event()

    async def fill(broadcaster: Broadcaster[int]) -> None:
        nonlocal started
        started += 1
        broadcaster.publish(1)
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with shared.shared("key", Broadcaster, fill) as first:
        with shared.shared("key", Broadcaster, fill) as second:
            assert first is second
            assert list(await anext(first.subscribe())) == [1]
        assert "key" in shared
    assert "key" not in shared
    async with asyncio.timeout(60):
        await ended.wait()
    assert started == 1


async def test_a_shared_broadcaster_that_failed_is_replaced_for_the_next_user() -> None:
    shared: SharedBroadcasters[int] = SharedBroadcasters()

    async def fail(broadcaster: Broadcaster[int]) -> None:
        raise ConnectionError("gone")

    with shared.shared("key", Broadcaster, fail) as first:
        with pytest.raises(ConnectionError):
            await anext(first.subscribe())
        with shared.shared("key", Broadcaster, fail) as second:
            assert second is not first


@pytest.mark.parametrize("is_waiting", [True, False])
async def test_events_end_when_their_end_comes_and_are_closed(is_waiting: bool) -> None:
    closed = asyncio.Event()
    end: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def endless() -> AsyncGenerator[str, None]:
        try:
            yield "first"
            if is_waiting:
                await asyncio.Event().wait()
            yield "second"
        finally:
            closed.set()

    async with aclosing(until(endless(), end)) as events:
        assert await anext(events) == "first"
        if is_waiting:
            asyncio.get_running_loop().call_soon(end.set_result, None)  # once anext() waits
        else:
            end.set_result(None)
        with pytest.raises(StopAsyncIteration):
            await anext(events)
    assert closed.is_set()


async def test_until_raises_the_exception_of_the_end() -> None:
    end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    end.set_exception(ConnectionError("gone"))

    async def nothing() -> AsyncGenerator[str, None]:
        yield "never"

    with pytest.raises(ConnectionError):
        await anext(until(nothing(), end))
