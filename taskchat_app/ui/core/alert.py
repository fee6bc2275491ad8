"""An alert: why something did not succeed, and what to do."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

from typing import Any

import reflex as rx

from taskchat_app.ui.core.buttons import icon_button
from taskchat_app.ui.i18n import words


def alert(sentence: rx.Var[str], *actions: rx.Component, on_dismiss: Any) -> rx.Component:
    """Return the alert with its buttons, the last of which dismisses it; nothing while the sentence is empty."""
    return rx.cond(
        sentence != "",
        rx.el.div(
            rx.icon("circle-alert", size=18),
            rx.el.p(sentence, class_name="alert-text"),
            *actions,
            icon_button("x", 16, words.DISMISS, on_click=on_dismiss),
            class_name="alert",
            role="alert",
        ),
    )
