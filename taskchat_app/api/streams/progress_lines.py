"""Answers long work as NDJSON: lines with its progress, then one with its result or its problem."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Scope

from taskchat_app.api.core.problems import problem_of
from taskchat_app.api.streams.sse import HEADERS
from taskchat_app.runtime.event_loop import start_background

MEDIA_TYPE = "application/x-ndjson"
EVERY_SECONDS = 0.25


async def answer_with_progress(
    request: Request, work: Coroutine[Any, Any, bytes], progress: Callable[[], dict[str, Any]]
) -> Response:
    """Return the lines of this work, which returns JSON; it goes on to its end if the client goes away.

    Work that fails within EVERY_SECONDS, before the first line, is answered with the problem and its status.
    """
    running = start_background(_outcome(work, request.scope))
    await asyncio.wait([running], timeout=EVERY_SECONDS)
    if running.done():
        result = running.result()
        if isinstance(result, Response):
            return result
    return StreamingResponse(_lines(running, progress), headers=HEADERS, media_type=MEDIA_TYPE)


async def _outcome(work: Coroutine[Any, Any, bytes], scope: Scope) -> bytes | Response:
    """Return the result of the work, or the problem that ended it."""
    try:
        return await work
    except Exception as error:
        return problem_of(error, scope)


async def _lines(
    running: asyncio.Task[bytes | Response], progress: Callable[[], dict[str, Any]]
) -> AsyncGenerator[bytes]:
    while not running.done():
        yield _line("progress", json.dumps(progress()).encode())
        await asyncio.wait([running], timeout=EVERY_SECONDS)
    result = running.result()
    if isinstance(result, Response):
        yield _line("problem", bytes(result.body))
    else:
        yield _line("result", result)


def _line(name: str, value: bytes) -> bytes:
    return b'{"%s": %s}\n' % (name.encode(), value)
