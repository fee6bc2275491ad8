"""Registers every page with its route; the 404 page."""

import reflex as rx

from taskchat_app.ui.core.elements import brand
from taskchat_app.ui.i18n import words
from taskchat_app.ui.pages.embed import EmbedState, embed_page
from taskchat_app.ui.pages.main import page
from taskchat_app.ui.pages.settings import settings_page
from taskchat_app.ui.pages.sign_in import SignInState, login_page, register_page, set_password_page
from taskchat_app.ui.settings.list_sections import LIST_SECTIONS
from taskchat_app.ui.settings.state import SettingsState
from taskchat_app.ui.shell.live_state import LiveState


def register(app: rx.App) -> None:
    at_sign_in = [SignInState.read_error, SignInState.greet, SignInState.leave_if_signed_in]
    app.add_page(login_page, route="/login", title=words.LOGIN_TITLE, on_load=at_sign_in)
    app.add_page(register_page, route="/register", title=words.REGISTER_TITLE, on_load=at_sign_in)
    app.add_page(
        set_password_page, route="/set-password", title=words.SET_PASSWORD_TITLE, on_load=SignInState.read_error
    )
    app.add_page(
        settings_page,
        route="/settings",
        title=words.SETTINGS_TITLE,
        on_load=[
            LiveState.open_page,
            *(state.open_page for state in LIST_SECTIONS),
            SettingsState.open_page,  # the last: it enables the forms of all
        ],
    )
    app.add_page(
        embed_page, route="/embed", title=words.CHAT_WIDGET_TITLE, on_load=[LiveState.open_page, EmbedState.open_page]
    )
    # One route for / and /c/<thread id>, so that the page stays mounted between them.
    # A catch-all route would not work: the router does not match / with it.
    app.add_page(page, route="/[[area]]/[[thread_id]]", title=words.PAGE_TITLE, on_load=LiveState.open_page)
    app.add_page(not_found_page, route="404", title=words.NOTHING_HERE_TITLE)


def not_found_page() -> rx.Component:
    return rx.el.main(
        rx.el.div(
            brand(),
            rx.el.h1(words.NOTHING_HERE, class_name="sign-in-heading"),
            rx.el.p(words.NOTHING_HERE_HINT, class_name="sign-in-tagline"),
            rx.el.div(rx.el.a(words.TO_TASKS, href="/", class_name="button primary wide"), class_name="sign-in-form"),
            class_name="sign-in-card",
        ),
        class_name="sign-in",
    )
