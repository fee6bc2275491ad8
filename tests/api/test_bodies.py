"""How long a body may take to arrive, on a clock that is set forward."""

import asyncio
from collections.abc import Iterable
from itertools import repeat
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from taskchat_app.api.bodies import BODY_MAX_BYTES, BODY_SECONDS, SILENCE_SECONDS, BodyLimit

PART = BODY_MAX_BYTES // 16
MOST_OF_A_SILENCE = SILENCE_SECONDS * 0.6


class SetForward(asyncio.SelectorEventLoop):
    """A loop whose clock is ahead, so that nobody waits."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def answered(parts: Iterable[bytes], *, pause: float, ends: bool = True) -> tuple[int, int]:
    """The status that a body gets, each part of it after that many seconds, and how much of it reached the app.

    A body that does not end is followed by silence.
    """
    loop, coming, answers, arrived = SetForward(), iter([*parts, b""] if ends else parts), list[int](), list[bytes]()

    async def receive() -> Message:
        loop.ahead += pause
        await asyncio.sleep(0)  # what is due meanwhile comes first
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

    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/api/import", "headers": []}
    try:
        loop.run_until_complete(BodyLimit(app)(scope, receive, send))
    finally:
        loop.close()
    [status] = answers
    return status, sum(map(len, arrived))


def test_a_mebibyte_that_comes_slowly_is_read():
    parts = [PART * b" "] * 16
    pause = 0.9 * BODY_SECONDS / 17
    assert 17 * pause > 170  # as long as 50 kbit/s take
    assert answered(parts, pause=pause) == (200, BODY_MAX_BYTES)


def test_a_client_may_think_for_a_while():
    assert answered([b"{", b"}"], pause=MOST_OF_A_SILENCE) == (200, 2)


def test_a_body_that_stops_coming_is_refused():
    assert answered([PART * b" "], pause=0, ends=False) == (408, 0)


def test_a_body_that_comes_bit_by_bit_without_end_is_refused():
    assert answered(repeat(b" "), pause=MOST_OF_A_SILENCE, ends=False) == (408, 0)


@pytest.mark.parametrize("parts", [[BODY_MAX_BYTES * b" ", b" "], [2 * BODY_MAX_BYTES * b" "]])
def test_a_body_that_is_too_large_when_it_stops_coming_is_too_large(parts: list[bytes]):
    assert answered(parts, pause=0, ends=False) == (413, 0)


def test_a_body_that_is_too_large_when_its_time_is_over_is_too_large():
    parts = [(BODY_MAX_BYTES + 1) * b" ", *[b" "] * 100]
    assert answered(parts, pause=MOST_OF_A_SILENCE, ends=False) == (413, 0)


def test_what_is_too_large_is_not_read_without_end():
    assert answered(repeat(BODY_MAX_BYTES * b" "), pause=0, ends=False) == (413, 0)
