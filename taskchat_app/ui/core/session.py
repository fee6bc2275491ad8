"""The signed-in user of a page's socket."""

import functools
import inspect
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import reflex as rx
from starlette.requests import cookie_parser

from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person, token_in
from taskchat_app.i18n.catalogue import LANGUAGES, accepted_language
from taskchat_app.i18n.date_style import date_style
from taskchat_app.runtime.log_context import add_ids
from taskchat_app.ui.i18n.language import current_language

LANGUAGE_COOKIE = "language"
"""Set by `assets/page/core/language.js`: the language last chosen in this browser."""
LOGIN = "/login"
SETTINGS = "/settings"
EMBED = "/embed"
CONVERSATIONS = "/c/"
"""The path of a conversation, followed by its id."""


def thread_id_in(path: str) -> str:
    """Return the id of the conversation that a page's path names; "" for another page."""
    return path.removeprefix(CONVERSATIONS).strip("/") if path.startswith(CONVERSATIONS) else ""


async def current_user(state: rx.State) -> Person | None:
    """Return the signed-in user of this event's socket, or None; see signed_in.

    The cookie is read from the socket's handshake: a new login counts from the next page load on. From here on the
    handler's sentences are in the user's language.
    """
    set_reader_language(state)  # the browser's, for an error of the next line
    person = await accounts.person_of(token_in(state.router.headers.cookie))
    set_reader_language(state, person)
    if person is not None:
        add_ids(person_id=person.id)
        date_style.set(person.date_style)
    return person


S = TypeVar("S", bound=rx.State)
P = ParamSpec("P")


def signed_in(handler: Callable[Concatenate[S, Person, P], Awaitable[Any]]) -> Callable[Concatenate[S, P], Any]:
    """Give an event handler the signed-in user as its first argument; redirect to the sign-in page without one.

    It stands below `@rx.event`, which sees a handler with only the other arguments: a client cannot send a user.
    """

    @functools.wraps(handler)
    async def answer(self: S, *args: P.args, **kwargs: P.kwargs) -> Any:
        person = await current_user(self)
        if person is None:
            return redirect_to_login()
        return await handler(self, person, *args, **kwargs)

    # Reflex and ui/socket/events.py read the arguments of a client from the signature: it must not have `person`.
    signature = inspect.signature(handler)
    state, _person, *sent = signature.parameters.values()
    wrapper = cast(Any, answer)
    wrapper.__signature__ = signature.replace(parameters=[state, *sent])
    wrapper.__annotations__ = {name: hint for name, hint in handler.__annotations__.items() if name != "person"}
    return wrapper


def set_reader_language(state: rx.State, person: Person | None = None) -> None:
    """Set the language of this event's answers: the user's choice, else the browser's."""
    headers = state.router.headers
    chosen = person.language if person else cookie_parser(headers.cookie).get(LANGUAGE_COOKIE)
    current_language.set(chosen if chosen in LANGUAGES else accepted_language(headers.accept_language))


class LoginState(rx.State):
    """Tells the page that its login has ended, by a new `end_signal` each time."""

    end_signal: rx.Field[str] = rx.field("")
    error: rx.Field[str] = rx.field("")

    @rx.event
    def end(self) -> None:
        # Without a cookie there was no login that could have ended.
        self.error = "signed_out" if token_in(self.router.headers.cookie) else ""
        self.end_signal = uuid.uuid4().hex


def redirect_to_login() -> rx.event.EventSpec:
    """Return the event after which `assets/page/connection/login_redirect.js` loads the sign-in page.

    A real page load: a new socket handshake follows, and the script knows the address to return to.
    """
    return cast(rx.event.EventSpec, LoginState.end)
