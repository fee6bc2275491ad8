"""Time limits of uploaded files, on a simulated clock."""

import asyncio
from collections.abc import Iterable
from itertools import chain, repeat

import pytest
from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import Message

from taskchat_app.api.core.request_bodies import SILENCE_SECONDS
from taskchat_app.api.streams.uploads import UPLOAD_SECONDS, held_bytes, uploaded
from taskchat_app.domain.limits.open_connections import Bound
from taskchat_app.domain.storage.errors import TooManyOpen
from tests.api.middleware.test_body_limit import FastForwardLoop

MOST_OF_A_SILENCE = SILENCE_SECONDS * 0.9
MOST_BYTES = 1_000


def upload(parts: Iterable[bytes], *, pause: float) -> int:
    """Send a file with `pause` seconds before each part; return the number of bytes of the file."""
    loop, coming = FastForwardLoop(), iter(parts)

    async def receive() -> Message:
        loop.ahead += pause
        for _ in range(2):
            await asyncio.sleep(0)  # the time-outs that are due come behind what runs already
        part = next(coming)
        return {"type": "http.request", "body": part, "more_body": part != b""}

    async def size() -> int:
        request = Request({"type": "http", "method": "POST", "headers": []}, receive)
        async with uploaded(request, MOST_BYTES, Bound("files", MOST_BYTES), free=0) as file:
            return len(file.read())

    try:
        return loop.run_until_complete(size())
    finally:
        loop.close()


def test_a_slow_file_is_read_and_one_that_stalls_or_never_ends_is_408():
    count = int(UPLOAD_SECONDS / MOST_OF_A_SILENCE) - 1
    assert upload(chain(repeat(b"x", count), [b""]), pause=MOST_OF_A_SILENCE) == count
    for parts, pause in (([b"x", b""], SILENCE_SECONDS * 1.1), (repeat(b"x"), MOST_OF_A_SILENCE)):
        with pytest.raises(HTTPException) as refused:
            upload(parts, pause=pause)
        assert refused.value.status_code == 408, pause


def test_what_a_file_holds_beside_its_free_bytes_is_counted_until_it_ends():
    bound, kept = Bound("files", 10), bytearray()
    with held_bytes(bound, kept.extend, free=5) as first, held_bytes(bound, kept.extend, free=5) as second:
        first(b"x" * 15)
        second(b"x" * 5)
        with pytest.raises(TooManyOpen):
            second(b"x")
    with held_bytes(bound, kept.extend) as third:
        third(b"x" * 10)
    assert len(kept) == 30
