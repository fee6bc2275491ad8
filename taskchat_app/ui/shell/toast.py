"""Renders the notice after an action, with Undo."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

import reflex as rx

from taskchat_app.ui.conversations.state import ConversationsState
from taskchat_app.ui.core.buttons import button, icon_button
from taskchat_app.ui.core.components import TimedNotice
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.i18n import words

SHOWN_SECONDS = 8


def toast() -> rx.Component:
    return rx.fragment(_announcement(), _notice())


def _announcement() -> rx.Component:
    """Return the live region that says each notice once.

    It is always there: screen readers do not announce a region that appears together with its text. Only a warning, an
    alert, is announced wherever it appears.
    """
    shown = UndoState.toast
    text = rx.cond(shown.is_warning, "", shown.text)
    # With its own key an element is new, and so announced, also when it says the same as the last one.
    return rx.el.div(rx.el.span(text, key=shown.key), class_name="sr-only", aria_live="polite")


def _notice() -> rx.Component:
    shown = UndoState.toast
    return rx.el.div(
        rx.cond(
            shown.key != "",
            TimedNotice.create(
                rx.el.span(shown.text, class_name="toast-text"),
                rx.cond(
                    shown.thread_id != "",
                    button(words.UNDO, "undo", ConversationsState.restore(shown.thread_id)),
                ),
                rx.cond(
                    shown.change_ids.length() > 0,
                    button(words.UNDO, "undo", UndoState.undo_changes(shown.change_ids)),
                ),
                icon_button("x", 14, words.DISMISS, "icon-button small", on_click=UndoState.dismiss),
                token=shown.key,
                seconds=SHOWN_SECONDS,
                on_gone=UndoState.dismiss,
                class_name="toast",
                custom_attrs={"role": rx.cond(shown.is_warning, "alert", "group"), "aria-label": words.NOTICE},
            ),
        ),
        class_name="toasts",
    )
