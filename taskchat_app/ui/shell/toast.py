"""Renders the notice after an action, with Undo and what it offers."""

import reflex as rx

from taskchat_app.ui.conversations.state import ConversationsState
from taskchat_app.ui.core.components import TimedNotice
from taskchat_app.ui.core.elements import button, icon_button
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.state import SettingsState
from taskchat_app.ui.task_list_state.row_state import RowState

SHOWN_SECONDS = 8


def toast() -> rx.Component:
    """Return the live region of notices, which screen readers announce.

    It is always rendered: a region that appears together with its text is not announced, unless it is an alert.
    """
    shown = UndoState.toast
    return rx.el.div(
        rx.cond(
            shown.text != "",
            TimedNotice.create(
                # With its own key a text is new, and so announced, also when it is the same as the last one.
                rx.el.span(shown.text, key=shown.key, class_name="toast-text"),
                rx.cond(shown.thread_id != "", button(words.UNDO, "undo", ConversationsState.restore(shown.thread_id))),
                rx.cond(
                    shown.change_ids.length() > 0, button(words.UNDO, "undo", UndoState.undo_changes(shown.change_ids))
                ),
                rx.cond(
                    shown.meaning != "",
                    button(words.PREFER_MEANING, "undo", SettingsState.prefer_meaning(shown.meaning)),
                ),
                rx.cond(shown.parent != 0, button(words.COMPLETE_PARENT, "undo", RowState.tick(shown.parent, True))),
                icon_button("x", 14, words.DISMISS, "icon-button small", on_click=UndoState.dismiss(shown.key)),
                token=shown.key,
                seconds=SHOWN_SECONDS,
                on_gone=UndoState.dismiss(shown.key),
                class_name="toast",
                custom_attrs={"role": rx.cond(shown.is_warning, "alert", "group"), "aria-label": words.NOTICE},
            ),
        ),
        class_name="toasts",
        aria_live=rx.cond(shown.is_warning, "off", "polite"),
    )
