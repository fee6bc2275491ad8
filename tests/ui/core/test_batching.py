"""Batching of fast streams and heartbeats of silent ones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from taskchat_app.ui.core.batching import in_batches, with_heartbeats


async def numbers(count: int, fails: bool = False) -> AsyncIterator[int]:
    for number in range(count):
        yield number
    if fails:
        raise ValueError("the stream broke")


async def test_a_burst_becomes_few_batches_and_nothing_is_lost() -> None:
    found = [batch async for batch in in_batches(numbers(1_000), 0.01)]
    assert [number for batch in found for number in batch] == list(range(1_000))
    assert len(found) < 5


async def test_a_stream_that_breaks_gives_what_it_had_and_then_raises() -> None:
    found: list[int] = []

    async def read() -> None:
        async for batch in in_batches(numbers(3, fails=True), 0.01):
            found.extend(batch)

    with pytest.raises(ValueError, match="broke"):
        await read()
    assert found == [0, 1, 2]


async def test_a_silent_stream_ticks_and_is_closed_with_its_reader() -> None:
    closed = asyncio.Event()
    more = asyncio.Event()

    async def silent() -> AsyncIterator[str]:
        try:
            yield "first"
            await more.wait()
            yield "second"
            await asyncio.Event().wait()
        finally:
            closed.set()

    async with aclosing(with_heartbeats(silent(), 0.01)) as events:
        assert await anext(events) == "first"
        assert await anext(events) is None
        more.set()
        while (event := await anext(events)) is None:
            pass
        assert event == "second"
    assert closed.is_set()
