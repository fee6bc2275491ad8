"""The 404 page."""

# pyright: reportUnknownMemberType=false
# Reflex types its components with Var[Unknown].

import reflex as rx

from taskchat_app.ui.core.elements import brand
from taskchat_app.ui.i18n import words


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
