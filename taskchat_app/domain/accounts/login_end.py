"""Waits until a login has ended; api/streams/sse.py and ui/shell/live_state.py then end its streams and pages."""

import asyncio
from functools import partial
from typing import Never

from taskchat_app.domain.accounts import access_tokens
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import DATABASE_AWAY, now
from taskchat_app.runtime.broadcaster import Broadcaster, SharedBroadcasters

CHECK_SECONDS = 5.0
"""How often a login is checked; clients are promised an end within 15."""

_watches: SharedBroadcasters[Never] = SharedBroadcasters()
"""A broadcaster for each login in use: it publishes nothing and is closed when the login ends."""


async def wait_for_login_end(person: Person) -> None:
    """Return once the user's login or access token is revoked or expired; all who wait for one share a check.

    For a chat secret, the expiry of the login that made it counts, not its own.
    A database that cannot be reached does not end a login that has not expired.
    """
    with _watches.shared(person.login_id, Broadcaster, partial(_check_until_ended, person)) as watch:
        async for _ in watch.subscribe():
            pass


async def _check_until_ended(person: Person, _: Broadcaster[Never]) -> None:
    valid = True
    while valid:
        left = (person.streams_until - now()).total_seconds()
        await asyncio.sleep(max(0.0, min(left, CHECK_SECONDS)))
        try:
            valid = await access_tokens.is_valid(person)
        except DATABASE_AWAY:
            valid = person.streams_until > now()
