# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].
"""The keys that lead about the page, and the list of them."""

import reflex as rx

from taskchat_app.ui import words
from taskchat_app.ui.browser import Shortcuts

TARGETS = {"/": "search-tasks", "n": "add-task", "c": "message"}


def shortcuts() -> rx.Component:
    return Shortcuts.create(
        rx.el.h2(words.SHORTCUTS),
        rx.el.dl(
            *(
                rx.fragment(rx.el.dt(*(_key(part) for part in key.split())), rx.el.dd(text))
                for key, text in words.SHORTCUT_KEYS
            )
        ),
        rx.el.button(words.CLOSE, type="submit", class_name="button outline"),
        targets=TARGETS,
        class_name="shortcuts",
        custom_attrs={"aria-label": words.SHORTCUTS},
    )


def _key(name: str) -> rx.Component:
    return rx.el.kbd(name)
