"""Ends the wait for a silent stand-in at once, however slow the machine is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from taskchat_app.assistant.gemini.client import GeminiCall
from taskchat_app.assistant.gemini.response_state import ResponseState
from tests.standin import Standin
from tests.waiting import until_async

ROUNDS = 20
"""Rounds of the event loop in which what was sent before the silence is read."""


def end_when_it_hangs(standin: Standin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a call time out once the stand-in hangs, instead of after a share of the time limit."""
    seen = standin.hangs

    async def expire(limit: asyncio.Timeout) -> None:
        nonlocal seen
        await until_async(lambda: standin.hangs > seen, 60)
        for _ in range(ROUNDS):
            await asyncio.sleep(0)
        seen = standin.hangs
        limit.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def silence_timeout(_call: GeminiCall, _state: ResponseState) -> AsyncIterator[None]:
        async with asyncio.timeout(None) as limit:
            expiring = asyncio.create_task(expire(limit))
            try:
                yield
            finally:
                expiring.cancel()

    monkeypatch.setattr(GeminiCall, "_silence_timeout", silence_timeout)
