"""Leads to the sign-in page when the login has ended."""

import reflex as rx
from reflex_base.components.component import field

from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.core.session import LOGIN, LoginState


class SessionEnd(PageComponent):
    """Loads the sign-in page, with the present address to return to, when the login has ended."""

    library = f"{PAGE}core/session_end.js"
    ended: rx.Var[str] = field(doc="Changes when the login has ended")
    login: rx.Var[str] = field(doc="The address of the sign-in page")
    error: rx.Var[str] = field(doc="The error code for the sign-in page; empty if there was no login")


def session_end() -> rx.Component:
    """Return the element that every page for signed-in users contains."""
    return SessionEnd.create(ended=LoginState.ended, login=LOGIN, error=LoginState.error)
