"""The signed-in user of a page's socket."""

import uuid
from typing import cast

import reflex as rx

from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.i18n.catalogue import LANGUAGES
from taskchat_app.i18n.messages import ENGLISH
from taskchat_app.ui.i18n.language import set_language

COOKIE = "auth_token"
LANGUAGE_COOKIE = "language"
"""Set by `assets/page/core/language.js`: the language last chosen in this browser."""
LOGIN = "/login"
SETTINGS = "/settings"
CONVERSATIONS = "/c/"
"""The path of a conversation, followed by its id."""


async def current_user(state: rx.State) -> Person | None:
    """Return the signed-in user of this event's socket, or None; every handler calls it first.

    The cookie is read from the socket's handshake: a new login counts from the next page load on. What the handler
    says from here on is said in the person's language.
    """
    set_reader_language(state)  # what fails here is told as well
    person = await accounts.person_of(cookie_of(state, COOKIE))
    set_reader_language(state, person)
    return person


def set_reader_language(state: rx.State, person: Person | None = None) -> None:
    """Set the language of this event's answers: the user's choice, else the browser's."""
    headers = state.router.headers
    chosen = person.language if person else cookie_of(state, LANGUAGE_COOKIE)
    own = (tag.split(";")[0].split("-")[0].strip() for tag in headers.accept_language.split(","))
    set_language(next((language for language in (chosen, *own) if language in LANGUAGES), ENGLISH))


class LoginState(rx.State):
    """Whether the login of the page has ended."""

    ended: rx.Field[str] = rx.field("")
    error: rx.Field[str] = rx.field("")

    @rx.event
    def end(self) -> None:
        # Without a cookie there was no login: a separate page server does not check the cookie.
        self.error = "signed_out" if cookie_of(self, COOKIE) else ""
        self.ended = uuid.uuid4().hex


def redirect_to_login() -> rx.event.EventSpec:
    """Redirect to the sign-in page with a page load, so that a new socket handshake follows.

    The page does it (`assets/page/core/session_end.js`), because only it knows the address to return to.
    """
    return cast(rx.event.EventSpec, LoginState.end)


def cookie_of(state: rx.State, name: str) -> str | None:
    """Return the cookie's value in the socket's handshake."""
    for pair in state.router.headers.cookie.split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return value
    return None
