"""Renders the timeline of all changes, or of one task."""

from typing import Any

import reflex as rx

from taskchat_app.ui.activity.rows import ActivityState, ChangeRow
from taskchat_app.ui.core.components import PlainLink
from taskchat_app.ui.core.element_ids import TASK_ADDRESS
from taskchat_app.ui.core.elements import button, skeleton_lines
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.i18n import words


def activity() -> rx.Component:
    return rx.cond(
        ActivityState.ready,
        rx.fragment(
            timeline(ActivityState, words.ACTIVITY),
            rx.cond(ActivityState.rows.length() == 0, rx.el.p(words.EMPTY_ACTIVITY, class_name="tasks-empty")),
        ),
        skeleton_lines(6),
    )


def timeline(state: Any, name: str) -> rx.Component:
    """Return the `rows` of this state, and the button that loads more of them."""
    return rx.fragment(
        rx.el.ol(rx.foreach(state.rows, _change), class_name="timeline", role="list", aria_label=name),
        rx.cond(state.has_more, button(words.MORE, "button quiet more", state.load_more)),
    )


def _change(row: ChangeRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.match(
                row.action,
                ("created", rx.icon("plus", size=14)),
                ("completed", rx.icon("check", size=14)),
                ("reopened", rx.icon("circle", size=14)),
                ("deleted", rx.icon("trash-2", size=14)),
                ("moved", rx.icon("move-vertical", size=14)),
                ("restored", rx.icon("archive-restore", size=14)),
                ("imported", rx.icon("import", size=14)),
                ("undone", rx.icon("undo-2", size=14)),
                rx.icon("pencil", size=14),
            ),
            class_name="change-mark",
            aria_hidden="true",
        ),
        _what_changed(row),
        rx.el.div(
            rx.el.span(row.at),
            rx.cond(row.stands, button(words.UNDO, "undo", UndoState.undo_entry(row.id)), rx.el.span(words.UNDONE)),
            class_name="change-side",
        ),
        class_name="change",
        custom_attrs={"data-stands": row.stands},
        key=row.id,
    )


def _what_changed(row: ChangeRow) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            row.who,
            " ",
            PlainLink.create(f"#{row.number}", href=f"{TASK_ADDRESS}{row.number}", class_name="task-link"),
            " ",
            rx.el.span(row.title, class_name="change-title", dir="auto"),
        ),
        rx.foreach(row.differences, lambda difference: rx.el.p(difference, dir="auto")),
        rx.cond(
            row.message != "",
            # The browser sets the quotation marks of the page's language.
            rx.el.a(rx.el.q(row.message, dir="auto"), href=row.message_address, class_name="change-message"),
        ),
        class_name="change-main",
    )
