"""Limits how many states of closed tabs stay in memory, of which Reflex keeps all for an hour."""

import asyncio
from typing import NamedTuple

from taskchat_app.reflex_patches.tab_states import forget_state

ANONYMOUS_STATE_SECONDS = 60.0
"""How long the state of a closed tab without a login is kept: a reconnect on a bad network takes less."""
STATES_PER_OWNER_MAX = 50
"""States of closed tabs kept for each account or network; the oldest is deleted first. A tab that reconnects without
a state loads everything again, as after a restart."""
STATES_MAX = 4_000


class _ClosedTab(NamedTuple):
    owner: str
    expiry: asyncio.TimerHandle | None


_closed: dict[str, _ClosedTab] = {}
"""By their tokens, oldest first."""


def tab_opened(token: str) -> None:
    tab = _closed.pop(token, None)
    if tab and tab.expiry:
        tab.expiry.cancel()


def tab_closed(token: str, owner: str, *, is_anonymous: bool) -> None:
    """Count the tab as closed, and delete states beyond the limits; `owner` is its account or network."""
    tab_opened(token)  # so that it becomes the last one
    loop = asyncio.get_running_loop()
    expiry = loop.call_later(ANONYMOUS_STATE_SECONDS, _delete, token) if is_anonymous else None
    _closed[token] = _ClosedTab(owner, expiry)
    tokens = [closed for closed, tab in _closed.items() if tab.owner == owner]
    if len(tokens) > STATES_PER_OWNER_MAX:
        _delete(tokens[0])
    if len(_closed) > STATES_MAX:
        _delete(next(iter(_closed)))  # the oldest


def _delete(token: str) -> None:
    tab_opened(token)  # it is no longer counted, and its timer ends
    forget_state(token)
