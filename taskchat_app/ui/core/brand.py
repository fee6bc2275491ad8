"""The product's mark and name."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

import reflex as rx

from taskchat_app.ui.i18n import words


def brand() -> rx.Component:
    mark = rx.el.span(rx.icon("check", size=14, stroke_width=3), class_name="brand-mark", aria_hidden="true")
    return rx.el.div(mark, rx.el.span(words.PRODUCT), class_name="brand")
