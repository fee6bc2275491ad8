"""Renders the tool calls of an answer: a row for each changed task, and a disclosure of arguments and result.

If there are rows the disclosure shows only an arrow, otherwise a mark and the call's title too.
"""

import reflex as rx

from taskchat_app.ui.chat.answer_footer import receipt_of
from taskchat_app.ui.chat_messages.calls import CallView, OutcomeRow
from taskchat_app.ui.chat_messages.messages import ChatMessage
from taskchat_app.ui.core.components import Details, PlainLink
from taskchat_app.ui.core.element_ids import TASK_ADDRESS
from taskchat_app.ui.core.elements import button, icon_button
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.i18n import words
from taskchat_app.ui.task_list_state.row_state import RowState


def calls_card(calls: tuple[CallView, ...], message: ChatMessage) -> rx.Component:
    return rx.el.div(rx.foreach(calls, lambda call: _call(call, message)), class_name="calls")


def _call(call: CallView, message: ChatMessage) -> rx.Component:
    has_rows = rx.Var.create(call.rows).length() > 0
    # The Undo of an answer's only row is its receipt's; for several rows there is a button each.
    of_only_row = rx.cond(has_rows, receipt_of(message, beside_row=True))
    of_each_row = rx.foreach(call.rows, lambda row: _undo_button(row, message))
    return rx.el.div(
        rx.el.div(rx.foreach(call.rows, _row), class_name="outcome"),
        rx.el.div(rx.cond(message.rows == 1, of_only_row, of_each_row), class_name="outcome-undo"),
        Details.create(
            rx.el.summary(
                rx.cond(~has_rows, _mark(call)),
                rx.el.span(call.title, class_name=rx.cond(has_rows, "sr-only", "call-title")),
                rx.icon("chevron-right", size=14, class_name="call-more"),
            ),
            _call_details(call, has_rows),
            name=call.key,
            class_name="call",
            custom_attrs={"data-tool": call.tool, "data-status": call.status},
        ),
        class_name="call-line",
        custom_attrs={"data-look-up": call.changed_nothing},
        key=call.key,
    )


def _row(row: OutcomeRow) -> rx.Component:
    """Return the row of a changed task, and a button if the words of its date have another meaning."""
    other_meaning = button(
        (rx.icon("arrow-left-right", size=12), row.other_words),
        "outcome-other",
        RowState.take_reading(row.number, row.other),
        title=words.TAKE_OTHER,
    )
    return rx.el.div(
        _task_link(row), rx.cond(row.other != "", other_meaning), class_name="outcome-line", key=row.number
    )


def _task_link(row: OutcomeRow) -> rx.Component:
    icon = rx.match(
        row.state,
        ("done", rx.icon("circle-check", size=18)),
        ("deleted", rx.icon("trash-2", size=18)),
        rx.icon("circle", size=18),
    )
    separator = rx.cond(row.facts != "", rx.fragment(" · "))
    return PlainLink.create(
        icon,
        rx.el.span(
            rx.el.span(row.title, class_name="outcome-title", dir="auto"),
            rx.el.span("#", row.number, separator, row.facts, class_name="outcome-facts"),
            class_name="outcome-main",
        ),
        href=f"{TASK_ADDRESS}{row.number}",
        class_name="outcome-row",
        custom_attrs={"data-state": row.state},
    )


def _undo_button(row: OutcomeRow, message: ChatMessage) -> rx.Component:
    """Return the button, or as much space once the change is undone."""
    return rx.cond(
        rx.Var.create(message.receipt.in_effect).contains(row.number),
        icon_button(
            "undo-2",
            16,
            rx.Var.create(words.PUT_BACK) + f" #{row.number}",
            "icon-button small",
            on_click=UndoState.undo_task_of_turn(message.turn_id, row.number),
        ),
        rx.el.span(class_name="undo-space"),
    )


def _mark(call: CallView) -> rx.Component:
    """Return the icon of the call's status; one that changed nothing has no tick."""
    done = rx.cond(call.changed_nothing, rx.icon("search", size=16), rx.icon("circle-check", size=16))
    ended = rx.cond(call.status == "failed", rx.icon("circle-x", size=16), done)
    return rx.cond(call.status == "running", rx.el.span(class_name="spinner", aria_hidden="true"), ended)


def _call_details(call: CallView, has_rows: rx.Var[bool]) -> rx.Component:
    def link(number: rx.Var[int]) -> rx.Component:
        return PlainLink.create(f"#{number}", href=f"{TASK_ADDRESS}{number}", class_name="task-link")

    return rx.el.dl(
        rx.cond(
            ~has_rows & (rx.Var.create(call.numbers).length() > 0),
            rx.fragment(rx.el.dt(words.TASKS), rx.el.dd(rx.foreach(call.numbers, link), class_name="call-tasks")),
        ),
        _detail(words.ASKED, call.asked),
        _detail(words.RESULT, call.result),
        class_name="call-details",
    )


def _detail(name: str, value: rx.Var[str] | str) -> rx.Component:
    return rx.cond(value != "", rx.fragment(rx.el.dt(name), rx.el.dd(rx.el.pre(value, tab_index=0, dir="auto"))))
