"""Limits how many states of closed tabs stay in memory, of which Reflex keeps all for an hour."""

import asyncio

from taskchat_app.reflex_patches.tab_states import forget_state

ANONYMOUS_STATE_SECONDS = 60.0
"""How long the state of a closed tab without a login is kept: a reconnect on a bad network takes less."""
STATES_PER_OWNER_MAX = 50
"""States of closed tabs kept for each account or network; the oldest is deleted first. A tab that reconnects without
a state loads everything again, as after a restart."""
STATES_MAX = 4_000

_closed: dict[str, tuple[str, float]] = {}
"""The tokens of closed tabs, oldest first, each with its owner and the time of its closing."""


def tab_opened(token: str) -> None:
    _closed.pop(token, None)


def tab_closed(token: str, owner: str, *, is_anonymous: bool) -> None:
    """Count the tab as closed, and delete states beyond the limits; `owner` is its account or network."""
    _closed.pop(token, None)  # so that it becomes the last one
    loop = asyncio.get_running_loop()
    closing = (owner, loop.time())
    _closed[token] = closing
    tokens = [closed for closed, (its_owner, _) in _closed.items() if its_owner == owner]
    if len(tokens) > STATES_PER_OWNER_MAX:
        _delete(tokens[0])
    if len(_closed) > STATES_MAX:
        _delete(next(iter(_closed)))  # the oldest
    if is_anonymous:
        loop.call_later(ANONYMOUS_STATE_SECONDS, _expire, token, closing)


def _expire(token: str, closing: tuple[str, float]) -> None:
    if _closed.get(token) == closing:  # not opened again since
        _delete(token)


def _delete(token: str) -> None:
    _closed.pop(token, None)
    forget_state(token)
