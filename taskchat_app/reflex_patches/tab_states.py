"""The state that Reflex keeps for each tab: which tab an event is of, its socket, its address, its deletion."""

import dataclasses
import functools

import redis.exceptions
import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.utils.prerequisites import get_and_validate_app
from reflex_base.event.context import EventContext

STATES_AWAY = (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError)
"""What an event raises while the Redis that holds the tabs' states does not answer. Nothing of the event was done."""


def tab_of_event() -> str:
    """Return the client token of the tab whose event runs."""
    return EventContext.get().token


def forget_address() -> None:
    """Let the events that a background event yields leave the tab's address as it is.

    Each carries the address of when the background event began, and Reflex would set it again.
    """
    EventContext.set(dataclasses.replace(EventContext.get(), router_data={}))


def connected_socket(token: str) -> str | None:
    """Return the id of the socket over which the tab with this client token is connected, None without one."""
    namespace = _app().event_namespace
    return namespace.token_to_sid.get(token) if namespace else None


def forget_state(token: str) -> None:
    """Forget the state of a disconnected tab. With Redis, which expires states by itself, nothing is done."""
    manager = _app().state_manager
    if isinstance(manager, StateManagerMemory) and connected_socket(token) is None:
        manager._purge_token(BaseStateToken(ident=token, cls=rx.State))  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]  # Reflex offers no other way, and its own expiry calls this


@functools.cache
def _app() -> rx.App:
    """Return this process's app. Reflex adds the working directory to sys.path at every call for it."""
    return get_and_validate_app().app
