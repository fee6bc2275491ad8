"""Renders what is below an answer: its receipt (domain/activity/receipts.py), copy, retry and rating buttons."""

from typing import Literal

import reflex as rx

from taskchat_app.ui.chat.answer_actions_state import AnswerActionsState
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.chat_messages.messages import ChatMessage
from taskchat_app.ui.core.components import AttributeToggle, CopyButton
from taskchat_app.ui.core.element_ids import pane
from taskchat_app.ui.core.elements import button, copy_icons, icon_button
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.i18n import words
from taskchat_app.ui.task_detail.state import DetailState
from taskchat_app.ui.task_list_state.state import TasksState


def answer_footer(message: ChatMessage) -> rx.Component:
    show_in_list = button(
        (rx.icon("list-filter", size=14), words.SHOW_IN_LIST),
        "show-in-list",
        [pane.set_value("tasks"), DetailState.close, TasksState.apply_address(message.listed)],
    )
    copy_and_rate = rx.fragment(
        CopyButton.create(*copy_icons(), parts=message.parts, copy=words.COPY, class_name="icon-button small"),
        _thumb(message, "positive", "thumbs-up", words.GOOD_ANSWER),
        _thumb(message, "negative", "thumbs-down", words.BAD_ANSWER),
    )
    show_look_ups = AttributeToggle.create(
        rx.icon("search", size=14),
        label=words.LOOK_UPS,
        closest="article",
        attribute="data-look-ups",
        class_name="icon-button small",
    )
    retry = icon_button("rotate-cw", 14, words.ANSWER_AGAIN, "icon-button small", on_click=ChatState.retry)
    is_newest = message.turn_id == ChatState.last_turn_id
    return rx.el.div(
        rx.cond(message.rows != 1, receipt_of(message)),  # an only row has it (call_views.py)
        rx.cond(message.listed != "", show_in_list),
        rx.cond(message.parts, copy_and_rate),
        rx.cond(message.looked_up, show_look_ups),
        rx.cond(is_newest & ~ChatState.answering, retry),
        rx.el.span(message.at, class_name="message-time"),
        class_name="answer-foot",
    )


def receipt_of(message: ChatMessage, *, beside_row: bool = False) -> rx.Component:
    """Return what the turn changed, for screen readers, and its Undo; nothing if unknown.

    `beside_row`: it stands at the end of the answer's only row, which says what was changed.
    """
    receipt = message.receipt
    undo = button(words.UNDO, "undo", UndoState.undo_turn(message.turn_id))
    text_class = rx.cond(receipt.says_unchanged, "", "sr-only")
    shown = rx.el.div(
        rx.el.span(receipt.text, class_name=text_class, custom_attrs={"aria-hidden": beside_row}),
        rx.cond(receipt.changed, rx.cond(receipt.can_undo, undo, rx.el.span(words.UNDONE))),
        class_name=rx.cond(receipt.changed | receipt.says_unchanged, "receipt", "sr-only"),
        custom_attrs={"data-receipt": receipt.text, "data-stands": receipt.can_undo},
    )
    return rx.cond(receipt.text != "", shown)


def _thumb(message: ChatMessage, kind: Literal["positive", "negative"], icon: str, name: str) -> rx.Component:
    return icon_button(
        icon,
        14,
        name,
        "icon-button small",
        on_click=AnswerActionsState.rate(message.turn_id, kind),
        custom_attrs={"aria-pressed": message.feedback == kind},
    )
