# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].
"""The routes of the page, as a table."""

import reflex as rx

from taskchat_app.ui import words
from taskchat_app.ui.live_state import LiveState
from taskchat_app.ui.nothing_here import nothing_here_page
from taskchat_app.ui.page import page
from taskchat_app.ui.settings_page import settings_page
from taskchat_app.ui.settings_state import SettingsState
from taskchat_app.ui.sign_in import SignInState, login_page, register_page


def register(app: rx.App) -> None:
    """Add every page to the app."""
    app.add_page(login_page, route="/login", title=words.LOGIN_TITLE, on_load=SignInState.read_error)
    app.add_page(register_page, route="/register", title=words.REGISTER_TITLE, on_load=SignInState.read_error)
    app.add_page(
        settings_page,
        route="/settings",
        title=words.SETTINGS_TITLE,
        on_load=[LiveState.open_page, SettingsState.open_page],
    )
    # One route for / and /c/<conversation>, so that going from one to the other keeps the page as it stands;
    # a catch-all would not do: the router does not match / with it.
    app.add_page(page, route="/[[area]]/[[thread_id]]", title=words.PAGE_TITLE, on_load=LiveState.open_page)
    app.add_page(nothing_here_page, route="404", title=words.NOTHING_HERE_TITLE)
