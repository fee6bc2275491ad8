"""The pages /login, /register and /set-password. They post forms, so that the server can set the httpOnly cookie."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import reflex as rx
from reflex_base.components.component import field

from taskchat_app.domain.accounts import sign_in
from taskchat_app.domain.accounts.passwords import PASSWORD_MIN_CHARACTERS
from taskchat_app.domain.storage.database import DATABASE_AWAY
from taskchat_app.ui.core.components import PAGE, ApiForm, PageComponent
from taskchat_app.ui.core.elements import brand
from taskchat_app.ui.core.session import current_user, set_reader_language
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.settings.section_parts import text_field
from taskchat_app.ui.shell.connection_status import unreachable

PASSWORD: dict[str, Any] = {"type": "password", "required": True, "auto_complete": "current-password"}
NEW_PASSWORD: dict[str, Any] = PASSWORD | {"auto_complete": "new-password", "min_length": PASSWORD_MIN_CHARACTERS}
"""The props of the fields."""


class QueryField(PageComponent):
    library = f"{PAGE}connection/login_redirect.js"
    name: rx.Var[str] = field(doc="The name of the field and of the parameter")


class ReturnAddressField(PageComponent):
    library = f"{PAGE}connection/login_redirect.js"
    name: rx.Var[str] = field(doc="The field's name in the form")
    email_field: rx.Var[str] = field(doc="The id of the field for the email")


class SignInState(rx.State):
    """The error of the last attempt or a notice, read from the address; `query` is passed on to the other page."""

    error: rx.Field[str] = rx.field("")
    notice: rx.Field[str] = rx.field("")
    query: rx.Field[str] = rx.field("")
    is_fresh: rx.Field[bool] = rx.field(False)
    """Whether this server has no account yet."""

    @rx.event
    async def greet(self) -> None:
        """Find out whether the first account is to be created."""
        with suppress(*DATABASE_AWAY):
            self.is_fresh = not await sign_in.has_accounts()

    @rx.event
    async def leave_if_signed_in(self) -> Any:
        """Redirect a signed-in user, who came here by Back or a bookmark, to the tasks."""
        return None if await current_user(self) is None else rx.redirect("/", replace=True)

    @rx.event
    def read_error(self) -> None:
        set_reader_language(self)
        parameters = self.router.url.query_parameters
        code = parameters.get("error", "")
        self.error = say(words.SIGN_IN_ERRORS.get(code, words.SIGN_IN_ERROR)) if code else ""
        notice = words.SIGN_IN_NOTICES.get(parameters.get("notice", ""))
        self.notice = say(notice) if notice else ""
        target = parameters.get("next", "")
        self.query = f"?{urlencode({'next': target})}" if target else ""


def login_page() -> rx.Component:
    first_account = rx.el.div(
        rx.el.p(words.FRESH_SERVER),
        rx.el.a(words.REGISTER_HEADING, href=f"/register{SignInState.query}", class_name="button primary wide"),
        class_name="first-account",
    )
    return _page(
        words.SIGN_IN,
        rx.fragment(rx.cond(SignInState.is_fresh, first_account), _form("/auth/login", words.SIGN_IN)),
        rx.fragment(
            _other_page(words.NO_ACCOUNT, words.CREATE_ACCOUNT, "/register"),
            rx.el.p(words.FORGOT_PASSWORD, class_name="sign-in-other"),
        ),
    )


def register_page() -> rx.Component:
    return _page(
        words.REGISTER_HEADING,
        _form("/auth/register", words.CREATE_ACCOUNT, new=True),
        _other_page(words.HAVE_ACCOUNT, words.SIGN_IN, "/login"),
    )


def set_password_page() -> rx.Component:
    """Return the page that a link of the server's owner opens (see accounts/password_links.py)."""
    form = ApiForm.create(
        text_field(words.NEW_PASSWORD, "password", **NEW_PASSWORD),
        rx.el.p(words.PASSWORD_HINT, class_name="field-hint"),
        QueryField.create(name="token"),
        rx.el.button(words.SET_PASSWORD, type="submit", class_name="button primary wide"),
        action="/auth/set-password",
        class_name="sign-in-form",
    )
    return _page(words.SET_PASSWORD_HEADING, form, _other_page(words.HAVE_ACCOUNT, words.SIGN_IN, "/login"))


def _page(heading: str, form: rx.Component, other: rx.Component) -> rx.Component:
    return rx.el.main(
        rx.el.div(
            brand(),
            rx.el.h1(heading, class_name="sign-in-heading"),
            rx.el.p(words.TAGLINE, class_name="sign-in-tagline"),
            unreachable(alone=True),
            rx.cond(SignInState.notice != "", rx.el.p(SignInState.notice, class_name="sign-in-notice", role="status")),
            rx.cond(SignInState.error != "", rx.el.p(SignInState.error, class_name="sign-in-error", role="alert")),
            form,
            other,
            class_name="sign-in-card",
        ),
        class_name="sign-in",
    )


def _form(action: str, button: str, *, new: bool = False) -> rx.Component:
    # Of the browser: only after hydration, because the page is prerendered.
    zone = rx.Var("Intl.DateTimeFormat().resolvedOptions().timeZone", _var_type=str)
    return ApiForm.create(
        text_field(words.EMAIL, "email", type="email", required=True, auto_complete="username"),
        text_field(words.PASSWORD, "password", **NEW_PASSWORD if new else PASSWORD),
        rx.el.p(words.PASSWORD_HINT, class_name="field-hint") if new else rx.fragment(),
        rx.cond(SignInState.is_hydrated, rx.el.input(type="hidden", name="timezone", value=zone, read_only=True)),
        ReturnAddressField.create(name="next", email_field="email"),
        rx.el.button(button, type="submit", class_name="button primary wide"),
        action=action,
        class_name="sign-in-form",
    )


def _other_page(question: str, action: str, href: str) -> rx.Component:
    link = rx.el.a(action, href=f"{href}{SignInState.query}", class_name="text-link")
    return rx.el.p(question, " ", link, class_name="sign-in-other")
