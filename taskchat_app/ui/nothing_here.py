# pyright: reportUnknownMemberType=false
# Reflex types its components with Var[Unknown].
"""The page of an address at which there is nothing."""

import reflex as rx

from taskchat_app.ui import words
from taskchat_app.ui.sign_in import brand


def nothing_here_page() -> rx.Component:
    return rx.el.main(
        rx.el.div(
            brand(),
            rx.el.h1(words.NOTHING_HERE, class_name="sign-in-heading"),
            rx.el.p(words.NOTHING_HERE_HINT, class_name="sign-in-tagline"),
            rx.el.div(
                rx.el.a(words.TO_TASKS, href="/", class_name="button primary wide"),
                class_name="sign-in-form",
            ),
            class_name="sign-in-card",
        ),
        class_name="sign-in",
    )
