# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].
"""The notice that comes for a moment after something was done, with Undo where it can be taken back."""

import reflex as rx

from taskchat_app.ui import words
from taskchat_app.ui.browser import Passing
from taskchat_app.ui.conversations_state import ConversationsState
from taskchat_app.ui.detail_state import DetailState
from taskchat_app.ui.selection_browser import selected_numbers
from taskchat_app.ui.undo_state import UndoState

SHOWN_SECONDS = 8


def toast() -> rx.Component:
    shown = UndoState.toast
    above_bar = (selected_numbers().length() > 0) & ~DetailState.is_open
    return rx.el.div(
        rx.cond(
            shown.key != "",
            Passing.create(
                rx.el.span(shown.text, class_name="toast-text"),
                rx.cond(
                    shown.thread_id != "",
                    rx.el.button(
                        words.UNDO,
                        type="button",
                        class_name="undo",
                        on_click=ConversationsState.restore(shown.thread_id),
                    ),
                ),
                rx.cond(
                    shown.change_ids.length() > 0,
                    rx.el.button(
                        words.UNDO, type="button", class_name="undo", on_click=UndoState.undo_changes(shown.change_ids)
                    ),
                ),
                rx.el.button(
                    rx.icon("x", size=14),
                    type="button",
                    class_name="icon-button small",
                    aria_label=words.DISMISS,
                    on_click=UndoState.dismiss,
                ),
                token=shown.key,
                seconds=SHOWN_SECONDS,
                on_gone=UndoState.dismiss,
                class_name="toast",
                custom_attrs={"role": rx.cond(shown.is_warning, "alert", "status"), "aria-label": words.NOTICE},
            ),
        ),
        class_name="toasts",
        custom_attrs={"data-above-bar": above_bar},
    )
