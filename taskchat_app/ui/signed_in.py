"""The gate of the page: who is signed in on the socket that an event came over."""

import reflex as rx

from taskchat_app.domain import accounts
from taskchat_app.domain.accounts import Person

COOKIE = "auth_token"
LOGIN = "/login"
CONVERSATIONS = "/c/"
"""A conversation's address is this and its id."""


async def signed_in(state: rx.State) -> Person | None:
    """Who sent this event; every handler asks first, for anybody on the socket can call any of them.

    The cookie is read from the socket's handshake: a new login counts from the next page load on.
    """
    return await accounts.person_of(_cookie(state.router.headers.cookie))


def to_login() -> rx.event.EventSpec:
    """Where somebody who is not signed in goes, with a page load, so that a new handshake follows."""
    return rx.redirect(LOGIN)


def _cookie(header: str) -> str | None:
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            return value
    return None
