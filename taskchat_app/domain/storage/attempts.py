"""Background work for many users, whose errors are logged: an error with one user's rows delays no other's work."""

import logging
from collections.abc import Awaitable
from typing import Literal, TypeVar

from taskchat_app.domain.storage.database import DATABASE_AWAY

log = logging.getLogger(__name__)

Result = TypeVar("Result")
_failing: set[str] = set()
"""What had an unexpected error at its last attempt: it is logged once."""


async def attempt(work: Awaitable[Result], what: str) -> Result | Literal[False]:
    """Return the result of the work; False after an error, whose words are not logged: they may quote a text."""
    try:
        result = await work
    except DATABASE_AWAY as error:
        log.warning("%s: the database did not do it: %s", what, str(error).partition("\n")[0])
        return False
    except Exception as error:
        if what not in _failing:
            log.error("%s: it failed: %s", what, type(error).__name__)
        _failing.add(what)
        return False
    _failing.discard(what)
    return result
