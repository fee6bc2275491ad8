"""Receives uploaded files as request bodies, large ones into temporary files."""

import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import IO

from fastapi import Request
from starlette.exceptions import HTTPException

from taskchat_app.api.core.request_bodies import BODY_SECONDS, IncomingBody
from taskchat_app.domain.storage.errors import TooLarge
from taskchat_app.i18n.messages import gettext

UPLOAD_SECONDS = 3600.0
"""Maximum time for a large file: each holds one of few places. 512 MB take it at 1.2 Mbit/s."""
IN_MEMORY_BYTES = 1024 * 1024
TOO_LARGE = gettext("The file is larger than {most} MB. Split it into several files, and import one after the other.")


@asynccontextmanager
async def uploaded(request: Request, most_bytes: int) -> AsyncGenerator[IO[bytes]]:
    """Yield the request's body as a file, from its beginning. Raises TooLarge, or HTTPException 408 or 400."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as file:
        size = await receive_upload(request, most_bytes, file.write, seconds=UPLOAD_SECONDS)
        if size > most_bytes:
            raise TooLarge(TOO_LARGE.with_values(most=most_bytes // 1024 // 1024))
        file.seek(0)
        yield file


async def receive_upload(
    request: Request, most_bytes: int, keep: Callable[[bytes], object], *, seconds: float = BODY_SECONDS
) -> int:
    """Give at most `most_bytes` of the body to `keep`, part by part; return its size, which may be larger.

    Raises HTTPException 408 for a body that stops or takes longer than `seconds`, 400 if the client left.
    """
    incoming = IncomingBody(most_bytes, keep)
    last = await incoming.read(request.receive, seconds)
    if last is None and not incoming.is_too_large:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT)
    if last is not None and last["type"] != "http.request":
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    return incoming.size
