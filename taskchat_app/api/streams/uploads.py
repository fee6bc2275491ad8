"""Receives large request bodies into temporary files."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import IO

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from taskchat_app.domain.storage.errors import TooLarge
from taskchat_app.i18n.messages import gettext

SILENCE_SECONDS = 30.0
"""Maximum time without data."""
UPLOAD_SECONDS = 3600.0
"""Maximum time for a whole file: each holds one of few places. 512 MB take it at 1.2 Mbit/s."""
IN_MEMORY_BYTES = 1024 * 1024
DISCARDED_BYTES = 16 * 1024 * 1024
"""Read and discarded of a body that is too large: a client that is still sending would see a broken connection."""
TOO_LARGE = gettext("The file is larger than {most} MB. Split it into several files, and import one after the other.")


@asynccontextmanager
async def uploaded(request: Request, most_bytes: int) -> AsyncGenerator[IO[bytes]]:
    """Yield the request's body as a file, from its beginning. Raises TooLarge, or HTTPException 408."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as file:
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                size = await _receive(request, file, most_bytes)
        except TimeoutError as error:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from error
        except ClientDisconnect as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST) from error
        if size > most_bytes:
            raise TooLarge(TOO_LARGE.with_values(most=most_bytes // 1024 // 1024))
        file.seek(0)
        yield file


async def _receive(request: Request, file: IO[bytes], most_bytes: int) -> int:
    """Write the body to `file`, at most `most_bytes`; return the size of what was received.

    Raises TimeoutError after SILENCE_SECONDS without data, ClientDisconnect.
    """
    size = 0
    parts = request.stream()
    while size <= most_bytes + DISCARDED_BYTES:
        async with asyncio.timeout(SILENCE_SECONDS):
            part = await anext(parts, None)
        if part is None:
            break
        size += len(part)
        if size <= most_bytes:
            file.write(part)
    return size
