"""Limits how many states of closed tabs are kept.

Reflex keeps the state of each token that a page names for an hour after its last event, however many there are.
"""

import asyncio
from collections import OrderedDict

from taskchat_app.reflex_patches.tab_states import forget_state

STRANGER_SECONDS = 60.0
"""How long the state of a page without a login is kept: a reconnect on a bad network takes less."""
OWN_STATES_MAX = 50
"""States of tabs that are gone, for each account or network. The oldest one goes first; a tab that comes back to none
reads everything again, as after a restart."""
STATES_MAX = 4_000

_left: OrderedDict[str, str] = OrderedDict()
"""The tokens of tabs that are gone, oldest first, each with its owner."""
_of_owner: dict[str, OrderedDict[str, None]] = {}


def come(token: str) -> None:
    """A tab of this token is there."""
    owner = _left.pop(token, None)
    if owner is not None:
        tokens = _of_owner[owner]
        tokens.pop(token, None)
        if not tokens:
            del _of_owner[owner]


def leave(token: str, owner: str, *, is_stranger: bool) -> None:
    """The tab is gone; `owner` is the account or network that its state counts for."""
    come(token)
    _left[token] = owner
    tokens = _of_owner.setdefault(owner, OrderedDict())
    tokens[token] = None
    if len(tokens) > OWN_STATES_MAX:
        _give_back(next(iter(tokens)))
    if len(_left) > STATES_MAX:
        _give_back(next(iter(_left)))
    if is_stranger:
        asyncio.get_running_loop().call_later(STRANGER_SECONDS, _expire, token, owner)


def _expire(token: str, owner: str) -> None:
    if _left.get(token) == owner:
        _give_back(token)


def _give_back(token: str) -> None:
    come(token)
    forget_state(token)
