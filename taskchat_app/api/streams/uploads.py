"""Receives uploaded files as request bodies, large ones into temporary files.

The bytes of arriving files are limited (held_bytes), not their number: a few slow uploads would keep out all others.
"""

import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import IO

from fastapi import Request
from starlette.exceptions import HTTPException

from taskchat_app.api.core.request_bodies import BODY_SECONDS, IncomingBody
from taskchat_app.domain.limits.open_connections import Bound, OpenCounts
from taskchat_app.domain.storage.errors import TooLarge
from taskchat_app.i18n.messages import gettext

UPLOAD_SECONDS = 3600.0
"""Maximum time for a large file. 512 MB at 1.2 Mbit/s take that long."""
IN_MEMORY_BYTES = 64 * 1024
TOO_LARGE = gettext("The file is larger than {most} MB. Split it into several files, and import one after the other.")
FULL = gettext("Other files are being uploaded. Try again in a moment.")

_held = OpenCounts()


@contextmanager
def held_bytes(bound: Bound, keep: Callable[[bytes], object], *, free: int = 0) -> Generator[Callable[[bytes], None]]:
    """Yield a function that gives a part of a file to `keep`, and counts its bytes as held until the context ends.

    The function raises TooManyOpen if the part would exceed the bound. The first `free` bytes of the file do not count.
    """
    free_left = free
    with _held.growing((bound,), FULL) as grow:

        def take(part: bytes) -> None:
            nonlocal free_left
            uncounted = min(free_left, len(part))
            free_left -= uncounted
            grow(len(part) - uncounted)
            keep(part)

        yield take


@asynccontextmanager
async def uploaded(request: Request, most_bytes: int, bound: Bound, *, free: int) -> AsyncGenerator[IO[bytes]]:
    """Yield the request's body as a file, from its beginning. Raises TooLarge, TooManyOpen, HTTPException 408 or 400.

    `bound` is that of all such files together, `free` what does not count of each.
    """
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as file, held_bytes(bound, file.write, free=free) as take:
        size = await receive_upload(request, most_bytes, take, seconds=UPLOAD_SECONDS)
        if size > most_bytes:
            raise TooLarge(TOO_LARGE.with_values(most=most_bytes // 1024 // 1024))
        file.seek(0)
        yield file


async def receive_upload(
    request: Request, most_bytes: int, take: Callable[[bytes], None], *, seconds: float = BODY_SECONDS
) -> int:
    """Give at most `most_bytes` of the body to `take`, part by part; return its size, which may be larger.

    Raises HTTPException 408 for a body that stops or takes longer than `seconds` (unless it is too large by then), 400
    if the client left, and the PersonError that `take` raises.
    """
    incoming = IncomingBody(most_bytes, take)
    last = await incoming.read(request.receive, seconds)
    if last is None and not incoming.is_too_large:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT)
    if last is not None and last["type"] == "http.disconnect":
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    if incoming.refusal is not None:
        raise incoming.refusal
    return incoming.size
