"""Restarts background tasks that end with an unexpected error, and knows which of them are not working."""

import asyncio
import logging
from asyncio import sleep
from collections.abc import Callable, Coroutine
from typing import Any

from taskchat_app.runtime.metrics import BACKGROUND_ERRORS

log = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
"""Pause before the first restart; each further one is twice as long, at most PAUSE_MAX_SECONDS."""
PAUSE_MAX_SECONDS = 60.0
STEADY_SECONDS = 10.0
"""A part that has run for so long since its restart works again."""

_failing: set[str] = set()
"""Parts that have failed and have not run for STEADY_SECONDS since."""
_reported: set[str] = set()
"""Parts that have reported themselves as failing (set_failing)."""


def failing_parts() -> list[str]:
    return sorted(_failing | _reported)


def set_failing(part: str, *, is_failing: bool) -> None:
    """Report whether a part fails that handles its errors itself: health then names it."""
    if is_failing:
        _reported.add(part)
    else:
        _reported.discard(part)


async def supervise(part: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run the part until it returns or this task is cancelled; log, count and repeat after each unexpected error."""
    task = asyncio.current_task()
    errors = BACKGROUND_ERRORS.labels(part)
    pause = PAUSE_SECONDS
    while True:
        steady = asyncio.get_running_loop().call_later(STEADY_SECONDS, _failing.discard, part)
        try:
            await run()
        except (Exception, asyncio.CancelledError) as error:
            is_cancelled = task is not None and task.cancelling() > 0  # else the part raised CancelledError itself
            if isinstance(error, asyncio.CancelledError) and is_cancelled:
                raise
            pause = min(2 * pause, PAUSE_MAX_SECONDS) if part in _failing else PAUSE_SECONDS
            _failing.add(part)
            errors.inc()
            log.exception("The background task “%s” failed, and begins again in %g s", part, pause)
        else:
            _failing.discard(part)
            return
        finally:
            steady.cancel()
        await sleep(pause)
