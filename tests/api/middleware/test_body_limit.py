"""Time limits of request bodies, on a simulated clock."""

import asyncio
from collections.abc import Iterable
from itertools import repeat
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from taskchat_app.api.core.request_bodies import BODY_SECONDS, SILENCE_SECONDS
from taskchat_app.api.middleware.body_limit import BODY_MAX_BYTES, BodyLimit

PART = BODY_MAX_BYTES // 16
MOST_OF_A_SILENCE = SILENCE_SECONDS * 0.6


class FastForwardLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock can be advanced, so that the tests do not wait."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def send_body(parts: Iterable[bytes], *, pause: float, ends: bool = True) -> tuple[int, int]:
    """Send a body with `pause` seconds before each part; return the status and how many bytes reached the app.

    A body that does not end is followed by silence.
    """
    loop, coming, answers, arrived = (
        FastForwardLoop(),
        iter([*parts, b""] if ends else parts),
        list[int](),
        list[bytes](),
    )

    async def receive() -> Message:
        loop.ahead += pause
        await asyncio.sleep(0)  # run the callbacks that are due
        part = next(coming, None)
        if part is None:
            loop.ahead += SILENCE_SECONDS
            await asyncio.Event().wait()
        return {"type": "http.request", "body": part, "more_body": part != b""}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answers.append(message["status"])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        arrived.append(await Request(scope, receive).body())
        await Response()(scope, receive, send)

    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/api/tasks", "headers": []}
    try:
        loop.run_until_complete(BodyLimit(app)(scope, receive, send))
    finally:
        loop.close()
    [status] = answers
    return status, sum(map(len, arrived))


def test_a_slow_body_of_a_mebibyte_is_read():
    parts = [PART * b" "] * 16
    pause = 0.9 * BODY_SECONDS / 17
    assert 17 * pause > 170  # the time that 50 kbit/s take
    assert send_body(parts, pause=pause) == (200, BODY_MAX_BYTES)


def test_a_short_pause_is_permitted():
    assert send_body([b"{", b"}"], pause=MOST_OF_A_SILENCE) == (200, 2)


def test_a_body_that_stalls_is_408():
    assert send_body([PART * b" "], pause=0, ends=False) == (408, 0)


def test_an_endless_body_is_408():
    assert send_body(repeat(b" "), pause=MOST_OF_A_SILENCE, ends=False) == (408, 0)


@pytest.mark.parametrize("parts", [[BODY_MAX_BYTES * b" ", b" "], [2 * BODY_MAX_BYTES * b" "]])
def test_a_too_large_body_that_stalls_is_413(parts: list[bytes]):
    assert send_body(parts, pause=0, ends=False) == (413, 0)


def test_a_too_large_body_that_times_out_is_413():
    parts = [(BODY_MAX_BYTES + 1) * b" ", *[b" "] * 100]
    assert send_body(parts, pause=MOST_OF_A_SILENCE, ends=False) == (413, 0)


def test_reading_a_too_large_body_ends_at_a_limit():
    assert send_body(repeat(BODY_MAX_BYTES * b" "), pause=0, ends=False) == (413, 0)
